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

/// Writes what is said into a video. Half of all jobs take less than 45 seconds.
///
/// The style is a template, own settings, or a template whose settings are partly overridden. Own settings
/// alone need `font`, `text_color`, `vertical_position` and `horizontal_position`.
///
/// @code
/// mh::auto_subtitle_generator::request subtitles{
///     .assets = {.video_file_path = "talk.mp4"},
///     .style = {.template_ = mh::auto_subtitle_generator::template_::karaoke},
///     .end_seconds = 15};
/// auto video = co_await client.v1.auto_subtitle_generator.generate(subtitles, "outputs");
/// @endcode
struct auto_subtitle_generator
{
    static constexpr std::string_view resource = "auto_subtitle_generator";

    /// A ready-made look.
    enum class template_
    {
        karaoke,
        cinematic,
        minimalist,
        highlight
    };
    BOOST_DESCRIBE_NESTED_ENUM(template_, karaoke, cinematic, minimalist, highlight)

    /// The files that go in.
    struct assets_type
    {
        asset video_file_path{}; ///< a video in which somebody speaks
        BOOST_DESCRIBE_CLASS(assets_type, (), (video_file_path), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::video_file_path, json::required, json::accepts{media::video}));
        }
    };

    /// Own settings; those that are not set come from the template.
    struct custom_config_type
    {
        std::optional<std::string> font{};       ///< a font of Google Fonts; not each knows all scripts
        std::optional<double> font_size{};       ///< in pixels; follows the resolution when nothing is said
        std::optional<std::string> font_style{}; ///< "normal", "italic", "bold"
        std::optional<std::string> text_color{}; ///< "#FFFFFF"
        std::optional<std::string> highlighted_text_color{}; ///< of the word that is being said
        std::optional<std::string> stroke_color{};           ///< of the outline
        /// Of the outline in pixels; follows the font size when nothing is said.
        std::optional<double> stroke_width{};
        std::optional<std::string> vertical_position{};   ///< "top", "center", "bottom"
        std::optional<std::string> horizontal_position{}; ///< "left", "center", "right"
        BOOST_DESCRIBE_CLASS(
            custom_config_type, (),
            (font, font_size, font_style, text_color, highlighted_text_color, stroke_color, stroke_width,
             vertical_position, horizontal_position),
            (), ())
    };

    /// What the result shall be like.
    struct style_type
    {
        std::optional<json::open_enum<auto_subtitle_generator::template_>> template_{};
        custom_config_type custom_config{};
        BOOST_DESCRIBE_CLASS(style_type, (), (template_, custom_config), (), ())
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        style_type style{};
        double start_seconds = 0;          ///< where the clip starts
        double end_seconds = 0;            ///< where the clip ends
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        BOOST_DESCRIBE_CLASS(request, (), (assets, style, start_seconds, end_seconds, name), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::assets, json::required), json::on(&request::style, json::required),
                json::on(&request::start_seconds, json::required, json::minimum{0}),
                json::on(&request::end_seconds, json::required, json::minimum{0.1}));
        }

        friend void check(request const& r, json::report& out)
        {
            detail::check_clip(r.start_seconds, r.end_seconds, out);
            auto const& own = r.style.custom_config;
            detail::check_subtitle_style(
                r.style.template_.has_value(),
                {.font = detail::given(own.font),
                 .text_color = detail::given(own.text_color),
                 .vertical_position = detail::given(own.vertical_position),
                 .horizontal_position = detail::given(own.horizontal_position)},
                out);
        }
    };

    /// The job was accepted.
    using response = created_video;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post,
        .path = "/v1/auto-subtitle-generator",
        .makes = kind::video,
        .billable = true,
        .median = std::chrono::seconds{45}};
};

} // namespace magic_hour
