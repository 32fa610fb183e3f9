#pragma once

#include <magic_hour/json/described.hpp>
#include <magic_hour/model/created.hpp>
#include <magic_hour/model/operation.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace magic_hour
{

/// Hides a working QR code in a picture. Costs nothing today.
///
/// @code
/// mh::ai_qr_code_generator::request code{
///     .style = {.art_style = "Watercolor"}, .content = "https://example.com/menu"};
/// auto picture = co_await client.v1.ai_qr_code_generator.generate(code, "outputs");
/// @endcode
struct ai_qr_code_generator
{
    static constexpr std::string_view resource = "ai_qr_code_generator";

    /// The ready-made manners; `style_type::art_style` takes any text.
    static constexpr std::array<std::string_view, 12> art_styles{
        "Watercolor",      "Cyberpunk City", "Ink Landscape",    "Interior Painting",
        "Japanese Street", "Mech",           "Minecraft",        "Picasso Painting",
        "Game Map",        "Spaceship",      "Chinese Painting", "Winter Village"};

    /// What the result shall be like.
    struct style_type
    {
        std::string art_style{}; ///< one of `art_styles`, or any description of a manner
        BOOST_DESCRIBE_CLASS(style_type, (), (art_style), (), ())

        friend constexpr auto rules(json::of<style_type>)
        {
            return json::rules(json::on(&style_type::art_style, json::required));
        }
    };

    /// What to ask for.
    struct request
    {
        style_type style{};
        std::string content{};             ///< what a scanner reads: a URL, a text
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        BOOST_DESCRIBE_CLASS(request, (), (style, content, name), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::style, json::required), json::on(&request::content, json::required));
        }
    };

    /// The job was accepted.
    using response = created_image;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post, .path = "/v1/ai-qr-code-generator", .makes = kind::image, .billable = true};
};

} // namespace magic_hour
