#pragma once

#include <magic_hour/detail/config.hpp>

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace magic_hour::detail
{

/// The name that equals `wanted` when the case of ASCII letters does not count.
[[nodiscard]] MAGIC_HOUR_DECL std::optional<std::string_view>
find_name(std::span<std::string_view const> names, std::string_view wanted) noexcept;

/// The names that contain `part` when the case of ASCII letters does not count, in the order of the table.
[[nodiscard]] MAGIC_HOUR_DECL std::vector<std::string_view>
search_names(std::span<std::string_view const> names, std::string_view part);

} // namespace magic_hour::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/model/impl/name_search.ipp>
#endif
