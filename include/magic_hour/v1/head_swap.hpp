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

/// Puts the head of one picture on the body of another. 10 credits.
///
/// @code
/// mh::head_swap::request swap{.assets = {.body_file_path = "astronaut.png", .head_file_path = "me.png"}};
/// auto photo = co_await client.v1.head_swap.generate(swap, "outputs");
/// @endcode
struct head_swap
{
    static constexpr std::string_view resource = "head_swap";

    /// The files that go in.
    struct assets_type
    {
        asset body_file_path{}; ///< gets a new head
        asset head_file_path{}; ///< whose head
        BOOST_DESCRIBE_CLASS(assets_type, (), (body_file_path, head_file_path), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::body_file_path, json::required, json::accepts{media::image}),
                json::on(&assets_type::head_file_path, json::required, json::accepts{media::image}));
        }
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        /// Longest edge in pixels; the plan may allow less, never more than 2048.
        std::optional<int> max_resolution{};
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        BOOST_DESCRIBE_CLASS(request, (), (assets, max_resolution, name), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(json::on(&request::assets, json::required));
        }
    };

    /// The job was accepted.
    using response = created_image;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post, .path = "/v1/head-swap", .makes = kind::image, .billable = true};
};

} // namespace magic_hour
