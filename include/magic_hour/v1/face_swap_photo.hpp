#pragma once

#include <magic_hour/asset.hpp>
#include <magic_hour/json/described.hpp>
#include <magic_hour/model/checks.hpp>
#include <magic_hour/model/created.hpp>
#include <magic_hour/model/media.hpp>
#include <magic_hour/model/operation.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace magic_hour
{

/// Swaps faces in a picture: all of them for one face, or chosen ones pair by pair. 10 credits.
///
/// For pairs, find the faces of the target with `face_detection` first and use their paths.
///
/// @code
/// mh::face_swap_photo::request swap{
///     .assets = {.target_file_path = "party.jpg", .source_file_path = "me.jpg"}};
/// auto photo = co_await client.v1.face_swap_photo.generate(swap, "outputs");
/// @endcode
struct face_swap_photo
{
    static constexpr std::string_view resource = "face_swap_photo";

    /// Which faces are swapped, all of them when nothing is said.
    enum class face_swap_mode
    {
        all_faces,       ///< needs `source_file_path`
        individual_faces ///< needs `face_mappings`
    };
    friend constexpr auto names(json::of<face_swap_mode>)
    {
        return json::list<face_swap_mode>(
            {{face_swap_mode::all_faces, "all-faces"},
             {face_swap_mode::individual_faces, "individual-faces"}});
    }

    /// A face and who takes its place.
    struct face_mapping_type
    {
        std::string original_face{}; ///< the path of a detected face; never uploaded
        asset new_face{};            ///< the face that comes in
        BOOST_DESCRIBE_CLASS(face_mapping_type, (), (original_face, new_face), (), ())

        friend constexpr auto rules(json::of<face_mapping_type>)
        {
            return json::rules(
                json::on(&face_mapping_type::original_face, json::required),
                json::on(&face_mapping_type::new_face, json::required, json::accepts{media::image}));
        }
    };

    /// The files that go in.
    struct assets_type
    {
        asset target_file_path{};                ///< the picture whose faces are replaced
        std::optional<asset> source_file_path{}; ///< the face that comes in; needed for all faces
        std::optional<json::open_enum<face_swap_photo::face_swap_mode>> face_swap_mode{};
        std::vector<face_mapping_type> face_mappings{}; ///< needed for individual faces, at most five
        BOOST_DESCRIBE_CLASS(
            assets_type, (), (target_file_path, source_file_path, face_swap_mode, face_mappings), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::target_file_path, json::required, json::accepts{media::image}),
                json::on(&assets_type::source_file_path, json::accepts{media::image}),
                json::on(&assets_type::face_mappings, json::count{0, 5}),
                json::on(&assets_type::face_swap_mode, json::default_is{"all-faces"}));
        }
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        BOOST_DESCRIBE_CLASS(request, (), (assets, name), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(json::on(&request::assets, json::required));
        }

        friend void check(request const& r, json::report& out)
        {
            detail::check_faces(
                detail::wire(r.assets.face_swap_mode), detail::given(r.assets.source_file_path),
                r.assets.face_mappings.size(), "assets.source_file_path", out);
        }
    };

    /// The job was accepted.
    using response = created_image;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post, .path = "/v1/face-swap-photo", .makes = kind::image, .billable = true};
};

} // namespace magic_hour
