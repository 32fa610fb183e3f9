#pragma once

#include <magic_hour/model/name_search.hpp>

#include <algorithm>

namespace magic_hour::detail
{

MAGIC_HOUR_DECL bool same_letter(char a, char b) noexcept
{
    auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return lower(a) == lower(b);
}

MAGIC_HOUR_DECL std::optional<std::string_view>
find_name(std::span<std::string_view const> names, std::string_view wanted) noexcept
{
    for (auto const name : names)
        if (std::ranges::equal(name, wanted, same_letter))
            return name;
    return std::nullopt;
}

MAGIC_HOUR_DECL std::vector<std::string_view>
search_names(std::span<std::string_view const> names, std::string_view part)
{
    std::vector<std::string_view> found;
    for (auto const name : names)
        if (part.empty() || !std::ranges::search(name, part, same_letter).empty())
            found.push_back(name);
    return found;
}

} // namespace magic_hour::detail
