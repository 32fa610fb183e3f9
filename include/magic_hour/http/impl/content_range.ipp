#pragma once

#include <magic_hour/http/detail/ascii.hpp>
#include <magic_hour/http/detail/content_range.hpp>
#include <magic_hour/http/detail/number.hpp>

#include <algorithm>

namespace magic_hour::http::detail
{

/// "first-last" within `total`, or "*" with a known one.
MAGIC_HOUR_DECL bool read_span(std::string_view text, content_range& into) noexcept
{
    if (text == "*")
        return into.total.has_value();
    std::size_t const dash = text.find('-');
    if (dash == std::string_view::npos)
        return false;
    into.first = parse_decimal(text.substr(0, dash));
    into.last = parse_decimal(text.substr(dash + 1));
    return into.first && into.last && *into.first <= *into.last && (!into.total || *into.last < *into.total);
}

MAGIC_HOUR_DECL std::optional<content_range> parse_content_range(std::string_view value) noexcept
{
    constexpr std::string_view unit = "bytes ";
    value = trim(value);
    if (!iequals(value.substr(0, unit.size()), unit))
        return std::nullopt;
    value = trim(value.substr(unit.size()));
    std::size_t const slash = value.find('/');
    if (slash == std::string_view::npos)
        return std::nullopt;
    content_range out;
    std::string_view const total = value.substr(slash + 1);
    if (total != "*" && !(out.total = parse_decimal(total)))
        return std::nullopt;
    if (!read_span(value.substr(0, slash), out))
        return std::nullopt;
    return out;
}

MAGIC_HOUR_DECL bool is_strong_etag(std::string_view value) noexcept
{
    if (value.size() < 2 || !value.starts_with('"') || !value.ends_with('"'))
        return false;
    std::string_view const inner = value.substr(1, value.size() - 2);
    return std::none_of(
        inner.begin(), inner.end(), [](char c) { return c == '"' || c == ' ' || is_control(c); });
}

} // namespace magic_hour::http::detail
