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

/// Sets a picture in motion, towards a last frame if there is one. Half of all jobs take less than 74
/// seconds.
///
/// Which lengths, resolutions, sound and end frames a model can make is in `video_models`.
///
/// @code
/// mh::image_to_video::request move{
///     .assets = {.image_file_path = "dog.png"}, .style = {.prompt = "The dog runs"}, .end_seconds = 5};
/// auto video = co_await client.v1.image_to_video.generate(move, "outputs");
/// @endcode
struct image_to_video
{
    static constexpr std::string_view resource = "image_to_video";

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

    /// The files that go in.
    struct assets_type
    {
        asset image_file_path{};                    ///< the first frame
        std::optional<asset> end_image_file_path{}; ///< the last frame, if the model can
        BOOST_DESCRIBE_CLASS(assets_type, (), (image_file_path, end_image_file_path), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::image_file_path, json::required, json::accepts{media::image}),
                json::on(&assets_type::end_image_file_path, json::accepts{media::image}));
        }
    };

    /// What the result shall be like.
    struct style_type
    {
        std::optional<std::string> prompt{}; ///< what happens
        /// Deprecated: use `request::resolution`.
        std::optional<json::open_enum<image_to_video::quality_mode>> quality_mode{};
        std::optional<bool> high_quality{}; ///< deprecated: use `request::resolution`
        BOOST_DESCRIBE_CLASS(style_type, (), (prompt, quality_mode, high_quality), (), ())

        friend constexpr auto rules(json::of<style_type>)
        {
            return json::rules(
                json::on(&style_type::quality_mode, json::deprecated{"use resolution"}),
                json::on(&style_type::high_quality, json::deprecated{"use resolution"}));
        }
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        style_type style{};
        double end_seconds = 0; ///< how long the video is, 1 to 60
        std::optional<json::open_enum<image_to_video::model>> model{};
        std::optional<json::open_enum<image_to_video::resolution>> resolution{};
        std::optional<bool> audio{};       ///< with sound; some models charge for it, some cannot
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        std::optional<int> height{};       ///< deprecated: ignored
        std::optional<int> width{};        ///< deprecated: ignored
        BOOST_DESCRIBE_CLASS(
            request, (), (assets, style, end_seconds, model, resolution, audio, name, height, width), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::assets, json::required),
                json::on(&request::end_seconds, json::required, json::range{1, 60}),
                json::on(&request::height, json::deprecated{"ignored"}),
                json::on(&request::width, json::deprecated{"ignored"}),
                json::on(&request::model, json::default_is{"default"}));
        }

        friend void check(request const& r, json::report& out)
        {
            detail::check_video_model(
                detail::video_wish{
                    .model = detail::wire(r.model),
                    .seconds = r.end_seconds,
                    .resolution = detail::wire(r.resolution),
                    .audio = r.audio.value_or(false),
                    .end_frame = detail::given(r.assets.end_image_file_path)},
                out);
        }
    };

    /// The job was accepted.
    using response = created_video;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post,
        .path = "/v1/image-to-video",
        .makes = kind::video,
        .billable = true,
        .median = std::chrono::seconds{74}};
};

} // namespace magic_hour
