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
#include <vector>

namespace magic_hour
{

/// Films a prompt. Half of all jobs take less than 51 seconds.
///
/// Which lengths, resolutions, shapes, sound and references a model can make is in `video_models`. References
/// are cited in the prompt as `@name`.
///
/// @code
/// mh::text_to_video::request film{.style = {.prompt = "A dog runs along a beach"}, .end_seconds = 5};
/// auto video = co_await client.v1.text_to_video.generate(film, "outputs");
/// @endcode
struct text_to_video
{
    static constexpr std::string_view resource = "text_to_video";

    /// Who films. `default_` is what the vendor recommends at the time: kling-3.0 on paid plans, ltx-2.5 on
    /// free ones.
    enum class model
    {
        default_,
        kling_3_0,
        ltx_2_5,
        seedance_2_0_mini,
        wan_3_0,
        seedance_2_5,
        gemini_omni_1_1,
        minimax_h3,
        wan_2_2,
        seedance_1_5,
        seedance_2_0,
        veo3_1_lite,
        sora_2, ///< former: not documented any more
        veo3_1,
        kling_2_6,
        ltx_2_3,         ///< former: use `ltx_2_5`
        ltx_2,           ///< former: use `ltx_2_5`
        kling_2_5,       ///< former: use `kling_2_6`
        kling_1_6,       ///< former: use `kling_2_6`
        seedance,        ///< former: use a numbered one
        kling_2_5_audio, ///< former: a model with `audio` set
        veo3_1_audio     ///< former: use `veo3_1` with `audio` set
    };
    friend constexpr auto names(json::of<model>)
    {
        return json::list<model>(
            {{model::default_, "default"},
             {model::kling_3_0, "kling-3.0"},
             {model::ltx_2_5, "ltx-2.5"},
             {model::seedance_2_0_mini, "seedance-2.0-mini"},
             {model::wan_3_0, "wan-3.0"},
             {model::seedance_2_5, "seedance-2.5"},
             {model::gemini_omni_1_1, "gemini-omni-1.1"},
             {model::minimax_h3, "minimax-h3"},
             {model::wan_2_2, "wan-2.2"},
             {model::seedance_1_5, "seedance-1.5"},
             {model::seedance_2_0, "seedance-2.0"},
             {model::veo3_1_lite, "veo3.1-lite"},
             {model::sora_2, "sora-2", json::deprecated_value},
             {model::veo3_1, "veo3.1"},
             {model::kling_2_6, "kling-2.6"},
             {model::ltx_2_3, "ltx-2.3", json::deprecated_value},
             {model::ltx_2, "ltx-2", json::deprecated_value},
             {model::kling_2_5, "kling-2.5", json::deprecated_value},
             {model::kling_1_6, "kling-1.6", json::deprecated_value},
             {model::seedance, "seedance", json::deprecated_value},
             {model::kling_2_5_audio, "kling-2.5-audio", json::deprecated_value},
             {model::veo3_1_audio, "veo3.1-audio", json::deprecated_value}});
    }

    /// Shape of the result.
    enum class aspect_ratio
    {
        landscape_16_9,
        portrait_9_16,
        square_1_1
    };
    friend constexpr auto names(json::of<aspect_ratio>)
    {
        return json::list<aspect_ratio>(
            {{aspect_ratio::landscape_16_9, "16:9"},
             {aspect_ratio::portrait_9_16, "9:16"},
             {aspect_ratio::square_1_1, "1:1"}});
    }

    /// Resolution of the result: 720p on paid plans and 480p on free ones when nothing is said.
    enum class resolution
    {
        p360,
        p480,
        p720,
        p1080,
        k4
    };
    friend constexpr auto names(json::of<resolution>)
    {
        return json::list<resolution>(
            {{resolution::p360, "360p"},
             {resolution::p480, "480p"},
             {resolution::p720, "720p"},
             {resolution::p1080, "1080p"},
             {resolution::k4, "4k"}});
    }

    /// The former choice of resolution: `quick` is 720p, `studio` is 1080p.
    enum class quality_mode
    {
        quick,
        studio
    };
    BOOST_DESCRIBE_NESTED_ENUM(quality_mode, quick, studio)

    /// The former choice of shape.
    enum class orientation
    {
        portrait,
        landscape,
        square
    };
    BOOST_DESCRIBE_NESTED_ENUM(orientation, portrait, landscape, square)

    /// What the result shall be like.
    struct style_type
    {
        std::string prompt{}; ///< what happens
        /// Deprecated: use `request::resolution`.
        std::optional<json::open_enum<text_to_video::quality_mode>> quality_mode{};
        BOOST_DESCRIBE_CLASS(style_type, (), (prompt, quality_mode), (), ())

        friend constexpr auto rules(json::of<style_type>)
        {
            return json::rules(
                json::on(&style_type::prompt, json::required, json::length{1, 20000}),
                json::on(&style_type::quality_mode, json::deprecated{"use resolution"}));
        }
    };

    /// Material that the prompt cites.
    struct reference_type
    {
        std::string name{}; ///< a letter, then letters, digits, `_` and `-`
        asset file_path{};
        BOOST_DESCRIBE_CLASS(reference_type, (), (name, file_path), (), ())

        friend constexpr auto rules(json::of<reference_type>)
        {
            return json::rules(
                json::on(
                    &reference_type::name, json::required,
                    json::matches{detail::is_reference_name, "a letter, then letters, digits, _ and -"}),
                json::on(
                    &reference_type::file_path, json::required,
                    json::accepts{media::image, media::video, media::audio}));
        }
    };

    /// What to ask for.
    struct request
    {
        style_type style{};
        double end_seconds = 0; ///< how long the video is, 1 to 60
        std::optional<json::open_enum<text_to_video::model>> model{};
        std::optional<json::open_enum<text_to_video::aspect_ratio>> aspect_ratio{};
        std::optional<json::open_enum<text_to_video::resolution>> resolution{};
        std::optional<bool> audio{}; ///< with sound; some models charge for it, some cannot
        /// Up to ten pictures, videos and recordings, if the model can.
        std::vector<reference_type> references{};
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        /// Deprecated: use `aspect_ratio`.
        std::optional<json::open_enum<text_to_video::orientation>> orientation{};
        BOOST_DESCRIBE_CLASS(
            request, (),
            (style, end_seconds, model, aspect_ratio, resolution, audio, references, name, orientation), (),
            ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::style, json::required),
                json::on(&request::end_seconds, json::required, json::range{1, 60}),
                json::on(&request::references, json::count{1, 10}),
                json::on(&request::orientation, json::deprecated{"use aspect_ratio"}),
                json::on(&request::model, json::default_is{"default"}));
        }

        friend void check(request const& r, json::report& out)
        {
            detail::check_video_model(
                detail::video_wish{
                    .model = detail::wire(r.model),
                    .seconds = r.end_seconds,
                    .resolution = detail::wire(r.resolution),
                    .aspect_ratio = detail::wire(r.aspect_ratio),
                    .audio = r.audio.value_or(false)},
                out);
            detail::check_references(detail::wire(r.model), r.references, out);
        }
    };

    /// The job was accepted.
    using response = created_video;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post,
        .path = "/v1/text-to-video",
        .makes = kind::video,
        .billable = true,
        .median = std::chrono::seconds{51}};
};

} // namespace magic_hour
