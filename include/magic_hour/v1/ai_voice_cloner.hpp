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

/// Speaks a text with the voice of a recording. A tenth of a credit a character, rounded up.
///
/// @code
/// mh::ai_voice_cloner::request speak{
///     .assets = {.audio_file_path = "my-voice.mp3"}, .style = {.prompt = "Good evening."}};
/// auto recording = co_await client.v1.ai_voice_cloner.generate(speak, "outputs");
/// @endcode
struct ai_voice_cloner
{
    static constexpr std::string_view resource = "ai_voice_cloner";

    /// The files that go in.
    struct assets_type
    {
        asset audio_file_path{}; ///< somebody speaking
        BOOST_DESCRIBE_CLASS(assets_type, (), (audio_file_path), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::audio_file_path, json::required, json::accepts{media::audio}));
        }
    };

    /// What the result shall be like.
    struct style_type
    {
        std::string prompt{}; ///< what to say, at most 1000 characters
        BOOST_DESCRIBE_CLASS(style_type, (), (prompt), (), ())

        friend constexpr auto rules(json::of<style_type>)
        {
            return json::rules(json::on(&style_type::prompt, json::required, json::length{1, 1000}));
        }
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
            return json::rules(
                json::on(&request::assets, json::required), json::on(&request::style, json::required));
        }
    };

    /// The job was accepted.
    using response = created_audio;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post, .path = "/v1/ai-voice-cloner", .makes = kind::audio, .billable = true};
};

} // namespace magic_hour
