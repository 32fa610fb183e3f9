#pragma once

#include <magic_hour/detail/config.hpp>
#include <magic_hour/model/operation.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace magic_hour::testing::detail
{

/// What a declaration says about a body.
struct checked_body
{
    std::string problem{};                                     ///< empty: it keeps all rules
    std::vector<std::pair<std::string, std::string>> assets{}; ///< JSON path and text of each asset
};

/// A POST endpoint, made from its declaration.
struct create_route
{
    std::string_view path{};
    std::string_view resource{};
    std::optional<magic_hour::kind> makes{};
    bool billable = false;
    checked_body (*check)(std::string_view body) = nullptr;
};

/// All of them.
[[nodiscard]] MAGIC_HOUR_DECL std::span<create_route const> create_routes();

/// The details endpoint that `path` belongs to, and the id in it.
struct details_route
{
    magic_hour::kind kind{};
    bool deletable = false;
    std::string id{};
};
[[nodiscard]] MAGIC_HOUR_DECL std::optional<details_route> find_details(std::string_view path);

} // namespace magic_hour::testing::detail
