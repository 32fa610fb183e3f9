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

/// Replaces a person of a video by the character of a picture, or lets the character move like the person.
/// Half of all jobs take less than 446 seconds.
///
/// `points` mark the person to replace; they need `selection_mode::point` and the model `wan_animate`.
///
/// @code
/// mh::character_replace::request replace{
///     .assets = {.video_file_path = "dance.mp4", .image_file_path = "robot.png"}, .end_seconds = 10};
/// auto video = co_await client.v1.character_replace.generate(replace, "outputs");
/// @endcode
struct character_replace
{
    static constexpr std::string_view resource = "character_replace";

    /// Who draws, `wan_animate` when nothing is said.
    enum class model
    {
        wan_animate, ///< 480p and 720p, knows `points`
        kling_3_0    ///< 720p and 1080p, 3 to 10 seconds (30 to animate)
    };
    friend constexpr auto names(json::of<model>)
    {
        return json::list<model>({{model::wan_animate, "wan-animate"}, {model::kling_3_0, "kling-3.0"}});
    }

    /// What happens with the character.
    enum class mode
    {
        replace, ///< takes the place of the person
        animate  ///< moves like the person
    };
    BOOST_DESCRIBE_NESTED_ENUM(mode, replace, animate)

    /// How the person is found.
    enum class selection_mode
    {
        auto_, ///< by itself
        point  ///< by `points`
    };
    BOOST_DESCRIBE_NESTED_ENUM(selection_mode, auto_, point)

    /// Resolution of the result, the lowest of the model when nothing is said.
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
        asset video_file_path{}; ///< the video with the person
        asset image_file_path{}; ///< the character
        BOOST_DESCRIBE_CLASS(assets_type, (), (video_file_path, image_file_path), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::video_file_path, json::required, json::accepts{media::video}),
                json::on(&assets_type::image_file_path, json::required, json::accepts{media::image}));
        }
    };

    /// A place in the video.
    struct point_type
    {
        int position_x = 0;      ///< pixels from the left
        int position_y = 0;      ///< pixels from the top
        double time_seconds = 0; ///< when, on the clock of `start_seconds`
        BOOST_DESCRIBE_CLASS(point_type, (), (position_x, position_y, time_seconds), (), ())

        friend constexpr auto rules(json::of<point_type>)
        {
            return json::rules(
                json::on(&point_type::position_x, json::required, json::minimum{0}),
                json::on(&point_type::position_y, json::required, json::minimum{0}),
                json::on(&point_type::time_seconds, json::required, json::minimum{0}));
        }
    };

    /// What the result shall be like.
    struct style_type
    {
        std::optional<json::open_enum<character_replace::mode>> mode{};
        std::optional<json::open_enum<character_replace::selection_mode>> selection_mode{};
        std::vector<point_type> points{}; ///< marks on the person
        BOOST_DESCRIBE_CLASS(style_type, (), (mode, selection_mode, points), (), ())
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        double end_seconds = 0;                ///< where the clip ends
        std::optional<double> start_seconds{}; ///< where the clip starts
        std::optional<json::open_enum<character_replace::model>> model{};
        style_type style{};
        std::optional<json::open_enum<character_replace::resolution>> resolution{};
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        BOOST_DESCRIBE_CLASS(
            request, (), (assets, end_seconds, start_seconds, model, style, resolution, name), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::assets, json::required),
                json::on(&request::end_seconds, json::required, json::minimum{0.1}),
                json::on(&request::start_seconds, json::minimum{0}, json::default_is{"0"}),
                json::on(&request::model, json::default_is{"wan-animate"}));
        }

        friend void check(request const& r, json::report& out)
        {
            detail::check_clip(r.start_seconds.value_or(0), r.end_seconds, out);
            detail::check_points(
                detail::wire(r.model), detail::wire(r.style.selection_mode), r.style.points.size(), out);
            detail::check_clip_model(
                detail::character_models(detail::wire(r.style.mode)), detail::wire(r.model),
                r.end_seconds - r.start_seconds.value_or(0), detail::wire(r.resolution), out);
        }
    };

    /// The job was accepted.
    using response = created_video;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post,
        .path = "/v1/character-replace",
        .makes = kind::video,
        .billable = true,
        .median = std::chrono::seconds{446}};
};

} // namespace magic_hour
