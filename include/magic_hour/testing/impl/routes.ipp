#pragma once

#include <magic_hour/json/json.hpp>
#include <magic_hour/model/asset_walk.hpp>
#include <magic_hour/testing/detail/routes.hpp>
#include <magic_hour/v1/all.hpp>

#include <boost/mp11/algorithm.hpp>

namespace magic_hour::testing::detail
{

template <class Declaration>
concept has_create = requires {
    Declaration::create;
    typename Declaration::request;
};

template <class Declaration>
checked_body check_body(std::string_view body)
{
    checked_body checked{};
    auto decoded = json::decode<typename Declaration::request>(body, json::strictness::strict);
    if (!decoded)
    {
        checked.problem = decoded.error().info().message;
        return checked;
    }
    if (auto const broken = json::validate(*decoded))
        checked.problem = broken->path + ": " + std::string{broken->rule};
    for_each_asset(
        *decoded, [&](asset const& what, std::string const& path, auto const&, bool)
        { checked.assets.emplace_back(path, what.text()); });
    return checked;
}

template <class Declaration>
void add_route(std::vector<create_route>& to)
{
    if constexpr (has_create<Declaration>)
    {
        create_route route{};
        route.path = Declaration::create.path;
        route.resource = Declaration::resource;
        route.makes = Declaration::create.makes;
        route.billable = Declaration::create.billable;
        route.check = &check_body<Declaration>;
        to.push_back(route);
    }
}

template <class... Declaration>
std::vector<create_route> make_routes(boost::mp11::mp_list<Declaration...>)
{
    std::vector<create_route> all;
    (add_route<Declaration>(all), ...);
    return all;
}

MAGIC_HOUR_DECL std::span<create_route const> create_routes()
{
    static std::vector<create_route> const all = make_routes(all_declarations{});
    return all;
}

MAGIC_HOUR_DECL std::optional<details_route> find_details(std::string_view path)
{
    for (auto const makes : {kind::image, kind::video, kind::audio, kind::face_detection})
    {
        auto const prefix = details_path(makes);
        if (!path.starts_with(prefix) || path.size() == prefix.size())
            continue;
        details_route found{};
        found.kind = makes;
        found.deletable = makes != kind::face_detection;
        found.id = path.substr(prefix.size());
        return found;
    }
    return std::nullopt;
}

} // namespace magic_hour::testing::detail
