#pragma once

#include <magic_hour/asset.hpp>
#include <magic_hour/json/described.hpp>
#include <magic_hour/model/created.hpp>
#include <magic_hour/model/media.hpp>
#include <magic_hour/model/operation.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace magic_hour
{

/// Cuts out what a picture shows, and puts it before another background if there is one. 5 credits.
///
/// @code
/// mh::image_background_remover::request cut{.assets = {.image_file_path = "shoe.jpg"}};
/// auto photo = co_await client.v1.image_background_remover.generate(cut, "outputs");
/// @endcode
struct image_background_remover
{
    static constexpr std::string_view resource = "image_background_remover";

    /// The files that go in.
    struct assets_type
    {
        asset image_file_path{}; ///< what to cut out
        /// Scaled to the size of the picture, best of similar size.
        std::optional<asset> background_image_file_path{};
        BOOST_DESCRIBE_CLASS(assets_type, (), (image_file_path, background_image_file_path), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::image_file_path, json::required, json::accepts{media::image}),
                json::on(&assets_type::background_image_file_path, json::accepts{media::image}));
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
    };

    /// The job was accepted.
    using response = created_image;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post, .path = "/v1/image-background-remover", .makes = kind::image, .billable = true};
};

} // namespace magic_hour
