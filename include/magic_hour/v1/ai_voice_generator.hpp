#pragma once

#include <magic_hour/json/described.hpp>
#include <magic_hour/model/checks.hpp>
#include <magic_hour/model/created.hpp>
#include <magic_hour/model/operation.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace magic_hour
{

/// Speaks a text with the voice of a known person or character. A tenth of a credit a character, rounded up.
/// Half of all jobs take less than 21 seconds.
///
/// `magic_hour/v1/voices.hpp` has the names of all voices and a search.
///
/// @code
/// mh::ai_voice_generator::request speak{
///     .style = {.prompt = "Good evening.", .voice_name = "Morgan Freeman"}};
/// auto recording = co_await client.v1.ai_voice_generator.generate(speak, "outputs");
/// @endcode
struct ai_voice_generator
{
    static constexpr std::string_view resource = "ai_voice_generator";

    /// What the result shall be like.
    struct style_type
    {
        std::string prompt{};     ///< what to say, at most 1000 characters
        std::string voice_name{}; ///< the name of a voice
        BOOST_DESCRIBE_CLASS(style_type, (), (prompt, voice_name), (), ())

        friend constexpr auto rules(json::of<style_type>)
        {
            return json::rules(
                json::on(&style_type::prompt, json::required, json::length{1}),
                json::on(&style_type::voice_name, json::required));
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

        friend void check(request const& r, json::report& out)
        {
            detail::check_characters("style.prompt", r.style.prompt, 1000, out);
        }
    };

    /// The job was accepted.
    using response = created_audio;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post,
        .path = "/v1/ai-voice-generator",
        .makes = kind::audio,
        .billable = true,
        .median = std::chrono::seconds{21}};
};

} // namespace magic_hour
