#pragma once

#include <magic_hour/json/described.hpp>
#include <magic_hour/model/created.hpp>
#include <magic_hour/model/operation.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace magic_hour
{

/// Makes a short animation from a prompt. 50 credits.
///
/// @code
/// mh::ai_gif_generator::request dance{.style = {.prompt = "A cat that dances, pixel art"}};
/// auto animation = co_await client.v1.ai_gif_generator.generate(dance, "outputs");
/// @endcode
struct ai_gif_generator
{
    static constexpr std::string_view resource = "ai_gif_generator";

    /// The kind of file, `gif` when nothing is said.
    enum class output_format
    {
        gif,
        mp4,
        webm
    };
    BOOST_DESCRIBE_NESTED_ENUM(output_format, gif, mp4, webm)

    /// What the result shall be like.
    struct style_type
    {
        std::string prompt{}; ///< what happens, at most 500 characters
        BOOST_DESCRIBE_CLASS(style_type, (), (prompt), (), ())

        friend constexpr auto rules(json::of<style_type>)
        {
            return json::rules(json::on(&style_type::prompt, json::required, json::length{1, 500}));
        }
    };

    /// What to ask for.
    struct request
    {
        style_type style{};
        std::optional<json::open_enum<ai_gif_generator::output_format>> output_format{};
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        BOOST_DESCRIBE_CLASS(request, (), (style, output_format, name), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::style, json::required),
                json::on(&request::output_format, json::default_is{"gif"}));
        }
    };

    /// The job was accepted.
    using response = created_image;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post, .path = "/v1/ai-gif-generator", .makes = kind::image, .billable = true};
};

} // namespace magic_hour
