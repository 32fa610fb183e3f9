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

/// Makes a video to a recording, starting from a picture if there is one. Half of all jobs take less than 117
/// seconds.
///
/// @code
/// mh::audio_to_video::request film{.assets = {.audio_file_path = "song.mp3"}, .end_seconds = 15};
/// auto video = co_await client.v1.audio_to_video.generate(film, "outputs");
/// @endcode
struct audio_to_video
{
    static constexpr std::string_view resource = "audio_to_video";

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
        asset audio_file_path{};                ///< the sound
        std::optional<asset> image_file_path{}; ///< the first frame
        BOOST_DESCRIBE_CLASS(assets_type, (), (audio_file_path, image_file_path), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::audio_file_path, json::required, json::accepts{media::audio}),
                json::on(&assets_type::image_file_path, json::accepts{media::image}));
        }
    };

    /// What the result shall be like.
    struct style_type
    {
        std::optional<std::string> prompt{}; ///< what it shall look like
        BOOST_DESCRIBE_CLASS(style_type, (), (prompt), (), ())
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        double end_seconds = 0;                ///< where the clip ends
        std::optional<double> start_seconds{}; ///< where the clip starts
        style_type style{};
        std::optional<json::open_enum<audio_to_video::resolution>> resolution{};
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        BOOST_DESCRIBE_CLASS(
            request, (), (assets, end_seconds, start_seconds, style, resolution, name), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::assets, json::required),
                json::on(&request::end_seconds, json::required, json::minimum{0.1}),
                json::on(&request::start_seconds, json::minimum{0}, json::default_is{"0"}));
        }

        friend void check(request const& r, json::report& out)
        {
            detail::check_clip(r.start_seconds.value_or(0), r.end_seconds, out);
        }
    };

    /// The job was accepted.
    using response = created_video;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post,
        .path = "/v1/audio-to-video",
        .makes = kind::video,
        .billable = true,
        .median = std::chrono::seconds{117}};
};

} // namespace magic_hour
