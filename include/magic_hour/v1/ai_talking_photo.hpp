#pragma once

#include <magic_hour/asset.hpp>
#include <magic_hour/json/described.hpp>
#include <magic_hour/model/checks.hpp>
#include <magic_hour/model/created.hpp>
#include <magic_hour/model/media.hpp>
#include <magic_hour/model/operation.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace magic_hour
{

/// Makes the person of a picture speak a recording. The clip may last 300 seconds in the mode `realistic` and
/// 45 in the mode `prompted`. Half of all jobs take less than 174 seconds.
///
/// @code
/// mh::ai_talking_photo::request talk{
///     .assets = {.image_file_path = "portrait.png", .audio_file_path = "speech.mp3"}, .end_seconds = 15};
/// auto video = co_await client.v1.ai_talking_photo.generate(talk, "outputs");
/// @endcode
struct ai_talking_photo
{
    static constexpr std::string_view resource = "ai_talking_photo";

    /// How the person moves, `realistic` when nothing is said.
    enum class generation_mode
    {
        realistic, ///< keeps the likeness best
        prompted,  ///< follows `style_type::prompt`, a little less alike
        pro,       ///< deprecated: use `realistic`
        standard,  ///< deprecated: use `prompted`
        stable,    ///< deprecated: use `realistic`
        expressive ///< deprecated: use `prompted`
    };
    friend constexpr auto names(json::of<generation_mode>)
    {
        return json::list<generation_mode>(
            {{generation_mode::realistic, "realistic"},
             {generation_mode::prompted, "prompted"},
             {generation_mode::pro, "pro", json::deprecated_value},
             {generation_mode::standard, "standard", json::deprecated_value},
             {generation_mode::stable, "stable", json::deprecated_value},
             {generation_mode::expressive, "expressive", json::deprecated_value}});
    }

    /// The files that go in.
    struct assets_type
    {
        asset image_file_path{}; ///< who speaks
        asset audio_file_path{}; ///< what is said
        BOOST_DESCRIBE_CLASS(assets_type, (), (image_file_path, audio_file_path), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::image_file_path, json::required, json::accepts{media::image}),
                json::on(&assets_type::audio_file_path, json::required, json::accepts{media::audio}));
        }
    };

    /// What the result shall be like.
    struct style_type
    {
        std::optional<json::open_enum<ai_talking_photo::generation_mode>> generation_mode{};
        std::optional<std::string> prompt{}; ///< the scene; only for the mode `prompted`
        std::optional<double> intensity{};   ///< deprecated: only the mode `expressive` used it
        BOOST_DESCRIBE_CLASS(style_type, (), (generation_mode, prompt, intensity), (), ())

        friend constexpr auto rules(json::of<style_type>)
        {
            return json::rules(
                json::on(
                    &style_type::intensity, json::range{0.1, 2}, json::multiple_of{0.01},
                    json::deprecated{"only the mode expressive used it"}, json::default_is{"1.5"}),
                json::on(&style_type::generation_mode, json::default_is{"realistic"}));
        }
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        double start_seconds = 0; ///< where the recording starts
        double end_seconds = 0;   ///< where the recording ends
        style_type style{};
        std::optional<int> max_resolution{}; ///< longest edge in pixels, if less than the plan allows
        std::optional<std::string> name{};   ///< shown in the web library; the server makes one up
        BOOST_DESCRIBE_CLASS(
            request, (), (assets, start_seconds, end_seconds, style, max_resolution, name), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::assets, json::required),
                json::on(&request::start_seconds, json::required, json::minimum{0}),
                json::on(&request::end_seconds, json::required, json::minimum{0.1}));
        }

        friend void check(request const& r, json::report& out)
        {
            detail::check_clip(r.start_seconds, r.end_seconds, out);
            detail::check_talking_time(
                detail::wire(r.style.generation_mode), r.end_seconds - r.start_seconds, out);
        }
    };

    /// The job was accepted.
    using response = created_video;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post,
        .path = "/v1/ai-talking-photo",
        .makes = kind::video,
        .billable = true,
        .median = std::chrono::seconds{174}};
};

} // namespace magic_hour
