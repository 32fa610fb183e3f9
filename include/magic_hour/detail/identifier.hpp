#pragma once

#include <algorithm>
#include <string_view>

namespace magic_hour::detail
{

/// Whether `id` can be a job's identifier: opaque, but of characters that are harmless in paths, file names
/// and logs, and not a dot segment.
[[nodiscard]] constexpr bool is_identifier(std::string_view id) noexcept
{
    auto const harmless = [](char c)
    {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_' || c == '.' || c == '~';
    };
    return !id.empty() && id.size() <= 128 && id.front() != '.' &&
           std::all_of(id.begin(), id.end(), harmless);
}

} // namespace magic_hour::detail
