#pragma once

#include <magic_hour/asset.hpp>
#include <magic_hour/json/described.hpp>
#include <magic_hour/model/created.hpp>
#include <magic_hour/model/faces.hpp>
#include <magic_hour/model/media.hpp>
#include <magic_hour/model/operation.hpp>

#include <optional>
#include <string_view>

namespace magic_hour
{

/// Finds the faces in a picture or a video, so that a face swap can replace chosen ones. Costs nothing today.
///
/// @code
/// mh::face_detection::request search{.assets = {.target_file_path = "party.jpg"}};
/// auto found = co_await client.v1.face_detection.generate(search);
/// mh::face_swap_photo::request swap{
///     .assets = {.target_file_path = "party.jpg",
///                .face_swap_mode = mh::face_swap_photo::face_swap_mode::individual_faces,
///                .face_mappings = {{.original_face = found.faces.at(0).path, .new_face = "me.jpg"}}}};
/// @endcode
struct face_detection
{
    static constexpr std::string_view resource = "face_detection";

    /// The file that goes in.
    struct assets_type
    {
        asset target_file_path{}; ///< a picture or a video
        BOOST_DESCRIBE_CLASS(assets_type, (), (target_file_path), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(json::on(
                &assets_type::target_file_path, json::required, json::accepts{media::image, media::video}));
        }
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        /// 0 to 1 in steps of 0.05, 0.5 when nothing is said. More finds only clear faces, less also doubtful
        /// ones.
        std::optional<double> confidence_score{};
        BOOST_DESCRIBE_CLASS(request, (), (assets, confidence_score), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::assets, json::required),
                json::on(
                    &request::confidence_score, json::range{0, 1}, json::multiple_of{0.05},
                    json::default_is{"0.5"}));
        }
    };

    /// The search was accepted.
    using response = created_face_detection;

    /// What the details say.
    using project = detected_faces;

    /// What `get` and `poll` are about.
    static constexpr magic_hour::kind kind_of = kind::face_detection;

    /// Starts the search.
    static constexpr operation create{
        .verb = verb::post, .path = "/v1/face-detection", .makes = kind::face_detection};

    /// How the search goes, and the faces so far.
    static constexpr operation get{.path = "/v1/face-detection/{id}"};
};

} // namespace magic_hour
