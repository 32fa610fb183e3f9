#pragma once

#include <magic_hour/json/described.hpp>
#include <magic_hour/model/created.hpp>
#include <magic_hour/model/operation.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace magic_hour
{

/// Writes and draws a meme about a topic. 10 credits.
///
/// `magic_hour/v1/meme_templates.hpp` has the names of all templates and a search.
///
/// @code
/// mh::ai_meme_generator::request meme{
///     .style = {.topic = "When the code works at first", .template_ = "Drake Hotline Bling"}};
/// auto picture = co_await client.v1.ai_meme_generator.generate(meme, "outputs");
/// @endcode
struct ai_meme_generator
{
    static constexpr std::string_view resource = "ai_meme_generator";

    /// What the result shall be like.
    struct style_type
    {
        std::string topic{};              ///< at most 200 characters
        std::string template_{};          ///< the name of a template, or "Random"
        std::optional<bool> search_web{}; ///< look up what the topic is about first
        BOOST_DESCRIBE_CLASS(style_type, (), (topic, template_, search_web), (), ())

        friend constexpr auto rules(json::of<style_type>)
        {
            return json::rules(
                json::on(&style_type::topic, json::required, json::length{1, 200}),
                json::on(&style_type::template_, json::required),
                json::on(&style_type::search_web, json::name{"searchWeb"}, json::default_is{"false"}));
        }
    };

    /// What to ask for.
    struct request
    {
        style_type style{};
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        BOOST_DESCRIBE_CLASS(request, (), (style, name), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(json::on(&request::style, json::required));
        }
    };

    /// The job was accepted.
    using response = created_image;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post, .path = "/v1/ai-meme-generator", .makes = kind::image, .billable = true};
};

} // namespace magic_hour
