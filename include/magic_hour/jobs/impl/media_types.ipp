#pragma once

#include <magic_hour/http/detail/ascii.hpp>
#include <magic_hour/jobs/media_types.hpp>

#include <algorithm>
#include <array>

namespace magic_hour::jobs
{
namespace detail
{

struct content_type_extension
{
    std::string_view type{};
    std::string_view extension{};
};
inline constexpr std::array<content_type_extension, 16> content_types{{
    {"image/png", "png"},
    {"image/jpeg", "jpg"},
    {"image/webp", "webp"},
    {"image/gif", "gif"},
    {"image/avif", "avif"},
    {"image/bmp", "bmp"},
    {"image/tiff", "tiff"},
    {"video/mp4", "mp4"},
    {"video/webm", "webm"},
    {"video/quicktime", "mov"},
    {"audio/mpeg", "mp3"},
    {"audio/wav", "wav"},
    {"audio/x-wav", "wav"},
    {"audio/mp4", "m4a"},
    {"audio/ogg", "ogg"},
    {"audio/flac", "flac"},
}};

/// "a file of kind image (png, jpg) or video (mp4)"
[[nodiscard]] MAGIC_HOUR_DECL std::string what_fits(std::span<media const> accepted)
{
    std::string text = "a file of kind ";
    std::string_view separator{};
    for (auto const kind : accepted)
    {
        text.append(separator).append(to_string(kind)).append(" (");
        for (char const c : extensions(kind))
            c == ' ' ? text.append(", ") : text.append(1, c);
        text.append(")");
        separator = " or ";
    }
    return text;
}

} // namespace detail

MAGIC_HOUR_DECL std::string extension_of(std::string_view path_or_url)
{
    if (path_or_url.find("://") != std::string_view::npos)
        path_or_url = path_or_url.substr(0, path_or_url.find_first_of("?#"));
    auto const slash = path_or_url.find_last_of("/\\");
    auto const name = slash == std::string_view::npos ? path_or_url : path_or_url.substr(slash + 1);
    auto const dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0)
        return {};
    return http::detail::lower(name.substr(dot + 1));
}

MAGIC_HOUR_DECL bool is_known_extension(std::string_view extension) noexcept
{
    constexpr std::array<media, 4> kinds{media::image, media::video, media::audio, media::gif};
    return std::ranges::any_of(kinds, [&](media kind) { return can_be(kind, extension); });
}

MAGIC_HOUR_DECL result<media> kind_for_field(std::string_view extension, std::span<media const> accepted)
{
    for (auto const kind : accepted)
        if (can_be(kind, extension))
            return kind;
    error_info info;
    info.code = errc::validation;
    info.rule = detail::what_fits(accepted);
    info.message = extension.empty()
                       ? "the file has no extension: this field takes "
                       : "the extension '" + std::string{extension} + "' does not fit: this field takes ";
    info.message += info.rule;
    return error{std::move(info)};
}

MAGIC_HOUR_DECL std::string_view extension_for_content_type(std::string_view content_type)
{
    auto type = http::detail::lower(content_type.substr(0, content_type.find(';')));
    while (!type.empty() && type.back() == ' ')
        type.pop_back();
    for (auto const& known : detail::content_types)
        if (known.type == type)
            return known.extension;
    return {};
}

} // namespace magic_hour::jobs
