#pragma once

#include <magic_hour/json/utf8.hpp>
#include <magic_hour/model/checks.hpp>

#include <cmath>
#include <cstdio>

namespace magic_hour::detail
{

/// A number for people: "3", "0.5".
MAGIC_HOUR_DECL std::string plain_number(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
}

/// Seconds compared after rounding to milliseconds, so that 0.4 - 0.1 is 0.3.
MAGIC_HOUR_DECL bool is_between(double seconds, double min, double max) noexcept
{
    auto const rounded = std::round(seconds * 1000) / 1000;
    return rounded >= min && rounded <= max;
}

MAGIC_HOUR_DECL void check_clip(double start_seconds, double end_seconds, json::report& out)
{
    if (!(end_seconds > start_seconds))
        out.fail("end_seconds", "greater than start_seconds");
}

MAGIC_HOUR_DECL void
check_clip_length(double seconds, double min, double max, std::string_view of_what, json::report& out)
{
    if (seconds <= 0 || is_between(seconds, min, max))
        return;
    auto const range = min > 0 ? plain_number(min) + " to " : std::string{"at most "};
    out.fail(
        "end_seconds",
        range + plain_number(max) + " seconds after start_seconds for " + std::string{of_what});
}

MAGIC_HOUR_DECL void check_source(
    std::string_view source, bool has_file, bool has_youtube, std::string_view file_path,
    std::string_view source_name, json::report& out)
{
    auto const needed = [&](std::string_view value)
    { return "required when " + std::string{source_name} + " is " + std::string{value}; };
    if (source == "file" && !has_file)
        out.fail(file_path, needed(source));
    if (source == "youtube" && !has_youtube)
        out.fail("assets.youtube_url", needed(source));
}

MAGIC_HOUR_DECL void check_faces(
    std::string_view mode, bool has_face, std::size_t mappings, std::string_view face_path, json::report& out)
{
    if (mode == "individual-faces" && mappings == 0)
        out.fail("assets.face_mappings", "required when face_swap_mode is individual-faces");
    if ((mode.empty() || mode == "all-faces") && !has_face)
        out.fail(face_path, "required when face_swap_mode is all-faces");
}

MAGIC_HOUR_DECL void
check_characters(std::string_view path, std::string_view text, std::size_t max, json::report& out)
{
    if (json::detail::is_utf8(text) && json::detail::count_code_points(text) > max)
        out.fail(path, "at most " + std::to_string(max) + " characters");
}

MAGIC_HOUR_DECL void check_talking_time(std::string_view mode, double seconds, json::report& out)
{
    if (mode.empty() || mode == "realistic" || mode == "pro" || mode == "stable")
        check_clip_length(seconds, 0, 300, "realistic", out);
    if (mode == "prompted" || mode == "standard" || mode == "expressive")
        check_clip_length(seconds, 0, 45, "prompted", out);
}

MAGIC_HOUR_DECL void check_animation_style(
    std::string_view art_style, bool has_custom_style, std::string_view prompt_type, bool has_prompt,
    std::string_view audio_source, json::report& out)
{
    if (art_style == "Custom" && !has_custom_style)
        out.fail("style.art_style_custom", "required when art_style is Custom");
    if (prompt_type == "custom" && !has_prompt)
        out.fail("style.prompt", "required when prompt_type is custom");
    if ((prompt_type == "use_lyrics" || prompt_type == "ai_choose") && audio_source == "none")
        out.fail("assets.audio_source", "file or youtube when prompt_type is " + std::string{prompt_type});
}

MAGIC_HOUR_DECL void check_subtitle_style(bool has_template, subtitle_settings settings, json::report& out)
{
    auto const need = [&](bool has, std::string_view path)
    {
        if (!has_template && !has)
            out.fail(path, "required without style.template");
    };
    need(settings.font, "style.custom_config.font");
    need(settings.text_color, "style.custom_config.text_color");
    need(settings.vertical_position, "style.custom_config.vertical_position");
    need(settings.horizontal_position, "style.custom_config.horizontal_position");
}

MAGIC_HOUR_DECL void
check_points(std::string_view model, std::string_view selection_mode, std::size_t points, json::report& out)
{
    if (selection_mode == "point" && points == 0)
        out.fail("style.points", "required when selection_mode is point");
    if (model != "kling-3.0")
        return;
    if (points != 0)
        out.fail("style.points", "not taken by kling-3.0");
    else if (selection_mode == "point")
        out.fail("style.selection_mode", "auto for kling-3.0");
}

MAGIC_HOUR_DECL void check_prompt_type(std::string_view prompt_type, bool has_prompt, json::report& out)
{
    if ((prompt_type == "custom" || prompt_type == "append_default") && !has_prompt)
        out.fail("style.prompt", "required when prompt_type is " + std::string{prompt_type});
}

} // namespace magic_hour::detail
