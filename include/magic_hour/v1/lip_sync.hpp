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

/// Moves the lips of a video to a recording. The modes `lite` and `standard` cost 1 credit a frame, `pro`
/// costs 2 and needs a paid plan. Half of all jobs take less than 229 seconds.
///
/// For a still picture use `ai_talking_photo`.
///
/// @code
/// mh::lip_sync::request sync{
///     .assets = {.audio_file_path = "speech.mp3",
///                .video_source = mh::lip_sync::video_source::file,
///                .video_file_path = "me.mp4"},
///     .end_seconds = 15};
/// auto video = co_await client.v1.lip_sync.generate(sync, "outputs");
/// @endcode
struct lip_sync
{
    static constexpr std::string_view resource = "lip_sync";

    /// Where the video comes from.
    enum class video_source
    {
        file,   ///< needs `video_file_path`
        youtube ///< needs `youtube_url`
    };
    BOOST_DESCRIBE_NESTED_ENUM(video_source, file, youtube)

    /// How much effort is made, `lite` when nothing is said.
    enum class generation_mode
    {
        lite,     ///< fast, for simple videos
        standard, ///< more natural; the mouth must move early in the video
        pro       ///< most detail; the mouth must move early in the video
    };
    BOOST_DESCRIBE_NESTED_ENUM(generation_mode, lite, standard, pro)

    /// The files that go in.
    struct assets_type
    {
        asset audio_file_path{}; ///< what is said
        json::open_enum<lip_sync::video_source> video_source{};
        std::optional<asset> video_file_path{};   ///< for the source `file`
        std::optional<std::string> youtube_url{}; ///< for the source `youtube`
        BOOST_DESCRIBE_CLASS(
            assets_type, (), (audio_file_path, video_source, video_file_path, youtube_url), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::audio_file_path, json::required, json::accepts{media::audio}),
                json::on(&assets_type::video_source, json::required),
                json::on(&assets_type::video_file_path, json::accepts{media::video}));
        }
    };

    /// What the result shall be like.
    struct style_type
    {
        std::optional<json::open_enum<lip_sync::generation_mode>> generation_mode{};
        BOOST_DESCRIBE_CLASS(style_type, (), (generation_mode), (), ())

        friend constexpr auto rules(json::of<style_type>)
        {
            return json::rules(json::on(&style_type::generation_mode, json::default_is{"lite"}));
        }
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        double start_seconds = 0; ///< where the clip starts
        double end_seconds = 0;   ///< where the clip ends
        style_type style{};
        std::optional<double> max_fps_limit{}; ///< frames a second of the result at most, to save credits
        std::optional<std::string> name{};     ///< shown in the web library; the server makes one up
        std::optional<int> height{};           ///< deprecated: ignored
        std::optional<int> width{};            ///< deprecated: ignored
        BOOST_DESCRIBE_CLASS(
            request, (), (assets, start_seconds, end_seconds, style, max_fps_limit, name, height, width), (),
            ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::assets, json::required),
                json::on(&request::start_seconds, json::required, json::minimum{0}),
                json::on(&request::end_seconds, json::required, json::minimum{0.1}),
                json::on(&request::max_fps_limit, json::minimum{1}),
                json::on(&request::height, json::deprecated{"ignored"}),
                json::on(&request::width, json::deprecated{"ignored"}));
        }

        friend void check(request const& r, json::report& out)
        {
            detail::check_clip(r.start_seconds, r.end_seconds, out);
            detail::check_source(
                detail::wire(r.assets.video_source), detail::given(r.assets.video_file_path),
                detail::given(r.assets.youtube_url), "assets.video_file_path", "video_source", out);
        }
    };

    /// The job was accepted.
    using response = created_video;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post,
        .path = "/v1/lip-sync",
        .makes = kind::video,
        .billable = true,
        .median = std::chrono::seconds{229}};
};

} // namespace magic_hour
