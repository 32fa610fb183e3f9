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

/// Makes a professional portrait of the one person in a picture. 50 credits.
///
/// @code
/// mh::ai_headshot_generator::request portrait{.assets = {.image_file_path = "me.jpg"}};
/// auto photo = co_await client.v1.ai_headshot_generator.generate(portrait, "outputs");
/// @endcode
struct ai_headshot_generator
{
    static constexpr std::string_view resource = "ai_headshot_generator";

    /// The files that go in.
    struct assets_type
    {
        asset image_file_path{}; ///< a picture with exactly one face
        BOOST_DESCRIBE_CLASS(assets_type, (), (image_file_path), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::image_file_path, json::required, json::accepts{media::image}));
        }
    };

    /// What the result shall be like.
    struct style_type
    {
        std::optional<std::string> prompt{}; ///< clothes, light, background; usually best left out
        BOOST_DESCRIBE_CLASS(style_type, (), (prompt), (), ())
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        style_type style{};
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        BOOST_DESCRIBE_CLASS(request, (), (assets, style, name), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(json::on(&request::assets, json::required));
        }
    };

    /// The job was accepted.
    using response = created_image;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post, .path = "/v1/ai-headshot-generator", .makes = kind::image, .billable = true};
};

} // namespace magic_hour
