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

/// Gives a black and white photo colours. 10 credits.
///
/// @code
/// mh::photo_colorizer::request colorize{.assets = {.image_file_path = "grandparents.jpg"}};
/// auto photo = co_await client.v1.photo_colorizer.generate(colorize, "outputs");
/// @endcode
struct photo_colorizer
{
    static constexpr std::string_view resource = "photo_colorizer";

    /// The files that go in.
    struct assets_type
    {
        asset image_file_path{}; ///< the photo
        BOOST_DESCRIBE_CLASS(assets_type, (), (image_file_path), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::image_file_path, json::required, json::accepts{media::image}));
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
        .verb = verb::post, .path = "/v1/photo-colorizer", .makes = kind::image, .billable = true};
};

} // namespace magic_hour
