#pragma once

#include <magic_hour/asset.hpp>
#include <magic_hour/json/described.hpp>
#include <magic_hour/model/checks.hpp>
#include <magic_hour/model/created.hpp>
#include <magic_hour/model/media.hpp>
#include <magic_hour/model/model_tables.hpp>
#include <magic_hour/model/operation.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace magic_hour
{

/// Changes a video as a prompt says: colours, things, weather. Half of all jobs take less than 85 seconds.
///
/// `gemini_omni_1_1` takes clips of 3 to 10 seconds, `ltx_2_5` of half a second to 20.
///
/// @code
/// mh::ai_video_editor::request edit{
///     .assets = {.video_file_path = "car.mp4"}, .style = {.prompt = "Make the car blue"}, .end_seconds = 5};
/// auto video = co_await client.v1.ai_video_editor.generate(edit, "outputs");
/// @endcode
struct ai_video_editor
{
    static constexpr std::string_view resource = "ai_video_editor";

    /// Who edits. Without a word it is `gemini_omni_1_1` on paid plans and `ltx_2_5` on free ones.
    enum class model
    {
        gemini_omni_1_1,
        gemini_omni, ///< former: use `gemini_omni_1_1`
        ltx_2_5,
        ltx_2_3 ///< former: use `ltx_2_5`
    };
    friend constexpr auto names(json::of<model>)
    {
        return json::list<model>(
            {{model::gemini_omni_1_1, "gemini-omni-1.1"},
             {model::gemini_omni, "gemini-omni", json::deprecated_value},
             {model::ltx_2_5, "ltx-2.5"},
             {model::ltx_2_3, "ltx-2.3", json::deprecated_value}});
    }

    /// Resolution of the result: 720p on paid plans and 480p on free ones when nothing is said.
    enum class resolution
    {
        p480,
        p720,
        p1080
    };
    friend constexpr auto names(json::of<resolution>)
    {
        return json::list<resolution>(
            {{resolution::p480, "480p"}, {resolution::p720, "720p"}, {resolution::p1080, "1080p"}});
    }

    /// The files that go in.
    struct assets_type
    {
        asset video_file_path{}; ///< the video
        BOOST_DESCRIBE_CLASS(assets_type, (), (video_file_path), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::video_file_path, json::required, json::accepts{media::video}));
        }
    };

    /// What the result shall be like.
    struct style_type
    {
        std::string prompt{}; ///< what to change
        BOOST_DESCRIBE_CLASS(style_type, (), (prompt), (), ())

        friend constexpr auto rules(json::of<style_type>)
        {
            return json::rules(json::on(&style_type::prompt, json::required, json::length{1}));
        }
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        style_type style{};
        double end_seconds = 0;                ///< where the clip ends
        std::optional<double> start_seconds{}; ///< where the clip starts
        std::optional<json::open_enum<ai_video_editor::model>> model{};
        std::optional<json::open_enum<ai_video_editor::resolution>> resolution{};
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        BOOST_DESCRIBE_CLASS(
            request, (), (assets, style, end_seconds, start_seconds, model, resolution, name), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::assets, json::required), json::on(&request::style, json::required),
                json::on(&request::end_seconds, json::required, json::minimum{0.1}),
                json::on(&request::start_seconds, json::minimum{0}, json::default_is{"0"}));
        }

        friend void check(request const& r, json::report& out)
        {
            detail::check_clip(r.start_seconds.value_or(0), r.end_seconds, out);
            detail::check_clip_model(
                video_editor_models, detail::wire(r.model), r.end_seconds - r.start_seconds.value_or(0),
                detail::wire(r.resolution), out);
        }
    };

    /// The job was accepted.
    using response = created_video;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post,
        .path = "/v1/ai-video-editor",
        .makes = kind::video,
        .billable = true,
        .median = std::chrono::seconds{85}};
};

} // namespace magic_hour
