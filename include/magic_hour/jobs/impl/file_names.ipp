#pragma once

#include <magic_hour/http/detail/ascii.hpp>
#include <magic_hour/jobs/file_names.hpp>
#include <magic_hour/jobs/media_types.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

namespace magic_hour::jobs
{
namespace detail
{

inline constexpr std::size_t longest_component = 255;
/// ".0123abcd.part" beside a generated name.
inline constexpr std::size_t temporary_suffix = 14;
inline constexpr std::size_t longest_extension = 16;

/// The length of the well-formed UTF-8 sequence at the start of `text`, 0 when there is none.
[[nodiscard]] MAGIC_HOUR_DECL std::size_t utf8_sequence(std::string_view text) noexcept
{
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    unsigned const first = byte(0);
    if (first < 0x80)
        return 1;
    std::size_t const length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xC0) != 0x80)
            return 0;
    unsigned const second = byte(1);
    bool const overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    bool const surrogate = first == 0xED && second > 0x9F;
    bool const too_large = first == 0xF4 && second > 0x8F;
    return overlong || surrogate || too_large ? 0 : length;
}

/// C1 controls, and the marks that turn the direction of text: they let a name lie about itself.
[[nodiscard]] MAGIC_HOUR_DECL bool is_deceptive(std::string_view sequence) noexcept
{
    if (sequence.size() == 2)
        return sequence[0] == '\xC2' && static_cast<unsigned char>(sequence[1]) < 0xA0;
    if (sequence.size() != 3 || sequence[0] != '\xE2')
        return sequence == "\xEF\xBB\xBF";
    auto const last = static_cast<unsigned char>(sequence[2]);
    if (sequence[1] == '\x80')
        return (last >= 0x8B && last <= 0x8F) || (last >= 0xA8 && last <= 0xAE);
    return sequence[1] == '\x81' && last >= 0xA0 && last <= 0xAF;
}

[[nodiscard]] MAGIC_HOUR_DECL bool is_unsafe_ascii(char c) noexcept
{
    auto const byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F || std::string_view{"/\\:*?\"<>|"}.find(c) != std::string_view::npos;
}

[[nodiscard]] MAGIC_HOUR_DECL std::string without_unsafe_characters(std::string_view name)
{
    std::string safe;
    safe.reserve(name.size());
    while (!name.empty())
    {
        auto const length = utf8_sequence(name);
        auto const sequence = name.substr(0, std::max<std::size_t>(length, 1));
        bool const bad = length == 0 || (length == 1 && is_unsafe_ascii(name[0])) || is_deceptive(sequence);
        if (bad)
            safe.push_back('_');
        else
            safe.append(sequence);
        name.remove_prefix(sequence.size());
    }
    return safe;
}

/// Windows opens a device for these, whatever the extension.
[[nodiscard]] MAGIC_HOUR_DECL bool is_device_name(std::string_view stem)
{
    auto const name = http::detail::lower(stem.substr(0, stem.find('.')));
    constexpr std::array<std::string_view, 4> plain{"con", "prn", "aux", "nul"};
    if (std::ranges::count(plain, name) != 0)
        return true;
    return name.size() == 4 && (name.starts_with("com") || name.starts_with("lpt")) && name[3] >= '0' &&
           name[3] <= '9';
}

/// The position of the extension's dot, or the end. A long tail is no extension.
[[nodiscard]] MAGIC_HOUR_DECL std::size_t extension_start(std::string_view name) noexcept
{
    auto const dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || name.size() - dot > longest_extension)
        return name.size();
    return dot;
}

MAGIC_HOUR_DECL void cut_at_character(std::string& text, std::size_t limit)
{
    if (text.size() <= limit)
        return;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80)
        --limit;
    text.resize(limit);
}

MAGIC_HOUR_DECL void trim_end(std::string& text)
{
    while (!text.empty() && (text.back() == '.' || text.back() == ' '))
        text.pop_back();
}

MAGIC_HOUR_DECL void shorten(std::string& name, std::size_t limit)
{
    if (name.size() <= limit)
        return;
    auto const extension = name.substr(extension_start(name));
    name.resize(name.size() - extension.size());
    cut_at_character(name, limit - extension.size());
    trim_end(name);
    name += extension;
}

} // namespace detail

MAGIC_HOUR_DECL result<void> check_name_template(std::string_view name_template)
{
    auto const refuse = [](std::string why) {
        return error{errc::invalid_argument, "the file name template " + why};
    };
    if (name_template.empty())
        return refuse("is empty");
    if (name_template.find_first_of("/\\") != std::string_view::npos)
        return refuse("must not contain a path separator");
    constexpr std::array<std::string_view, 4> known{"id", "n", "ext", "kind"};
    while (!name_template.empty())
    {
        auto const brace = name_template.find_first_of("{}");
        if (brace == std::string_view::npos)
            return {};
        auto const end = name_template.find('}', brace);
        if (name_template[brace] == '}' || end == std::string_view::npos)
            return refuse("has a brace without its partner");
        auto const name = name_template.substr(brace + 1, end - brace - 1);
        if (std::ranges::count(known, name) == 0)
            return refuse("has an unknown placeholder: {" + magic_hour::detail::printable(name, 64) + "}");
        name_template.remove_prefix(end + 1);
    }
    return {};
}

MAGIC_HOUR_DECL std::string file_name_for(std::string_view name_template, name_parts const& parts)
{
    bool numbered = false;
    auto const value_of = [&](std::string_view name) -> std::string
    {
        if (name == "id")
            return std::string{parts.id};
        if (name == "kind")
            return std::string{parts.kind};
        if (name == "ext")
            return parts.extension.empty() ? std::string{} : "." + std::string{parts.extension};
        numbered = true;
        return std::to_string(parts.number);
    };
    std::string name;
    while (!name_template.empty())
    {
        auto const brace = std::min(name_template.find('{'), name_template.size());
        name.append(name_template.substr(0, brace));
        name_template.remove_prefix(brace);
        auto const end = name_template.find('}');
        if (end == std::string_view::npos)
            break;
        name.append(value_of(name_template.substr(1, end - 1)));
        name_template.remove_prefix(end + 1);
    }
    auto safe = safe_file_name(name);
    if (!numbered && parts.number > 0)
        safe = numbered_file_name(safe, static_cast<unsigned>(parts.number));
    return safe;
}

MAGIC_HOUR_DECL std::string safe_file_name(std::string_view name)
{
    auto safe = detail::without_unsafe_characters(name);
    detail::trim_end(safe);
    auto const first = safe.find_first_not_of(". ");
    safe.erase(0, std::min(first, safe.size()));
    if (safe.empty())
        safe = "output";
    if (detail::is_device_name(safe))
        safe.insert(0, "_");
    detail::shorten(safe, detail::longest_component - detail::temporary_suffix);
    return safe;
}

MAGIC_HOUR_DECL std::string numbered_file_name(std::string_view name, unsigned number)
{
    auto const dot = detail::extension_start(name);
    auto const tail = "_" + std::to_string(number) + std::string{name.substr(dot)};
    std::string stem{name.substr(0, dot)};
    detail::cut_at_character(stem, detail::longest_component - detail::temporary_suffix - tail.size());
    return stem + tail;
}

MAGIC_HOUR_DECL std::string temporary_file_name(std::string_view name, std::uint32_t token)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string suffix = ".";
    for (int shift = 28; shift >= 0; shift -= 4)
        suffix.push_back(digits[(token >> shift) & 0xF]);
    suffix += ".part";
    std::string stem{name};
    detail::cut_at_character(stem, detail::longest_component - suffix.size());
    return stem + suffix;
}

MAGIC_HOUR_DECL std::string extension_for_output(std::string_view url, std::string_view content_type)
{
    auto extension = extension_of(url);
    if (is_known_extension(extension))
        return extension;
    return std::string{extension_for_content_type(content_type)};
}

} // namespace magic_hour::jobs
