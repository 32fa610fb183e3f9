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

/// Puts a person into a scene. From 50 credits; the resolution decides what it costs and who draws it.
///
/// @code
/// mh::body_swap::request swap{
///     .assets = {.person_file_path = "me.png", .scene_file_path = "beach.png"},
///     .resolution = mh::body_swap::resolution::k1};
/// auto photo = co_await client.v1.body_swap.generate(swap, "outputs");
/// @endcode
struct body_swap
{
    static constexpr std::string_view resource = "body_swap";

    /// Longest edge of the result.
    enum class resolution
    {
        px640,
        k1,
        k2,
        k4
    };
    friend constexpr auto names(json::of<resolution>)
    {
        return json::list<resolution>(
            {{resolution::px640, "640px"},
             {resolution::k1, "1k"},
             {resolution::k2, "2k"},
             {resolution::k4, "4k"}});
    }

    /// The files that go in.
    struct assets_type
    {
        asset person_file_path{}; ///< who
        asset scene_file_path{};  ///< where
        BOOST_DESCRIBE_CLASS(assets_type, (), (person_file_path, scene_file_path), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::person_file_path, json::required, json::accepts{media::image}),
                json::on(&assets_type::scene_file_path, json::required, json::accepts{media::image}));
        }
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        json::open_enum<body_swap::resolution> resolution{}; ///< the price depends on it
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        BOOST_DESCRIBE_CLASS(request, (), (assets, resolution, name), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::assets, json::required), json::on(&request::resolution, json::required));
        }
    };

    /// The job was accepted.
    using response = created_image;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post, .path = "/v1/body-swap", .makes = kind::image, .billable = true};
};

} // namespace magic_hour
