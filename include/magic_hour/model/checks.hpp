#pragma once

#include <magic_hour/detail/config.hpp>
#include <magic_hour/json/described.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Rules that concern several members of a request, for the `check` functions of declarations. Paths are
/// those of the requests that have the rule; nothing is reported for a value that is simply unknown.
namespace magic_hour::detail
{

template <class E>
[[nodiscard]] std::string_view wire(json::open_enum<E> const& value) noexcept
{
    return value.str();
}

/// The text of an enumeration value on the wire, empty when it is not set.
template <class E>
[[nodiscard]] std::string_view wire(std::optional<json::open_enum<E>> const& value) noexcept
{
    return value ? value->str() : std::string_view{};
}

/// Whether a member is set and not empty.
template <class T>
[[nodiscard]] bool given(std::optional<T> const& value) noexcept
{
    return value && !value->empty();
}

/// A clip ends after it starts.
MAGIC_HOUR_DECL void check_clip(double start_seconds, double end_seconds, json::report& out);

/// A clip lasts `min` to `max` seconds; `of_what` names who wants it: "a translation".
MAGIC_HOUR_DECL void
check_clip_length(double seconds, double min, double max, std::string_view of_what, json::report& out);

/// The source "file" needs the member at `file_path`, the source "youtube" needs `assets.youtube_url`.
MAGIC_HOUR_DECL void check_source(
    std::string_view source, bool has_file, bool has_youtube, std::string_view file_path,
    std::string_view source_name, json::report& out);

/// "individual-faces" needs `assets.face_mappings`; any other mode needs the member at `face_path`.
MAGIC_HOUR_DECL void check_faces(
    std::string_view mode, bool has_face, std::size_t mappings, std::string_view face_path,
    json::report& out);

/// A text has at most `max` characters, where the published schema says so only in words.
MAGIC_HOUR_DECL void
check_characters(std::string_view path, std::string_view text, std::size_t max, json::report& out);

/// How long a talking photo may last in a mode.
MAGIC_HOUR_DECL void check_talking_time(std::string_view mode, double seconds, json::report& out);

/// A style of one's own needs its description, a prompt of one's own needs the prompt, and lyrics or a prompt
/// that the tool writes need sound.
MAGIC_HOUR_DECL void check_animation_style(
    std::string_view art_style, bool has_custom_style, std::string_view prompt_type, bool has_prompt,
    std::string_view audio_source, json::report& out);

/// What own settings of subtitles have.
struct subtitle_settings
{
    bool font = false;
    bool text_color = false;
    bool vertical_position = false;
    bool horizontal_position = false;
};

/// Without a template, the own settings must be complete.
MAGIC_HOUR_DECL void check_subtitle_style(bool has_template, subtitle_settings settings, json::report& out);

/// Points belong to the selection mode "point", which not all models have.
MAGIC_HOUR_DECL void
check_points(std::string_view model, std::string_view selection_mode, std::size_t points, json::report& out);

/// The prompt types "custom" and "append_default" need a prompt.
MAGIC_HOUR_DECL void check_prompt_type(std::string_view prompt_type, bool has_prompt, json::report& out);

/// Whether `text` can name a reference: a letter, then letters, digits, `_` and `-`.
[[nodiscard]] constexpr bool is_reference_name(std::string_view text) noexcept
{
    auto const letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    if (text.empty() || !letter(text.front()))
        return false;
    for (char const c : text)
        if (!letter(c) && !(c >= '0' && c <= '9') && c != '_' && c != '-')
            return false;
    return true;
}

/// Whether `text` can be a file name extension: lower case letters and digits.
[[nodiscard]] constexpr bool is_extension(std::string_view text) noexcept
{
    for (char const c : text)
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
            return false;
    return !text.empty();
}

} // namespace magic_hour::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/model/impl/checks.ipp>
#endif
