#pragma once

#include <magic_hour/testing/ledger.hpp>
#include <magic_hour/testing/script.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace magic_hour::testing
{

MAGIC_HOUR_DECL answer& answer::set(std::string_view name, std::string_view value)
{
    remove(name);
    headers.push_back({std::string{name}, std::string{value}});
    return *this;
}

MAGIC_HOUR_DECL answer& answer::remove(std::string_view name)
{
    std::erase_if(headers, [&](header_line const& line) { return detail::same_text(line.name, name); });
    return *this;
}

MAGIC_HOUR_DECL bool script::takes_effect() const noexcept
{
    return parts_.carried_out.value_or(!parts_.status && !parts_.garbage);
}

MAGIC_HOUR_DECL bool script::is_a_deviation() const noexcept
{
    return parts_.status || parts_.body || parts_.change || parts_.garbage || parts_.portion > 0 ||
           !parts_.headers.empty() || !parts_.removed.empty() || !parts_.sending.empty() ||
           !parts_.receiving.empty() || parts_.carried_out;
}

MAGIC_HOUR_DECL void script::apply_to(testing::answer& proper) const
{
    if (parts_.status)
    {
        proper = {};
        proper.status = *parts_.status;
        proper.set("Content-Type", "application/json");
        if (parts_.usual_body)
            proper.body = error_body(*parts_.status);
    }
    if (parts_.body)
    {
        proper.stream.reset();
        proper.body = *parts_.body;
    }
    for (auto const& name : parts_.removed)
        proper.remove(name);
    for (auto const& line : parts_.headers)
        proper.set(line.name, line.value);
    if (parts_.change)
        parts_.change(proper);
}

namespace detail
{

MAGIC_HOUR_DECL std::string_view usual_code(int status) noexcept
{
    switch (status)
    {
    case 400:
        return "invalid_request";
    case 401:
        return "unauthorized";
    case 402:
        return "insufficient_credits";
    case 404:
        return "not_found";
    case 422:
        return "unprocessable_entity";
    case 500:
        return "internal_server_error";
    default:
        return "";
    }
}

} // namespace detail

MAGIC_HOUR_DECL std::string error_body(int status, std::string_view message)
{
    boost::json::object body;
    if (auto const code = detail::usual_code(status); !code.empty())
        body["code"] = code;
    body["message"] = message.empty() ? "The fake server was told to answer " + std::to_string(status)
                                      : std::string{message};
    return boost::json::serialize(body);
}

MAGIC_HOUR_DECL matcher::matcher(std::string_view pattern)
{
    auto const space = pattern.find(' ');
    std::string method{space == std::string_view::npos ? "*" : pattern.substr(0, space)};
    std::string path{space == std::string_view::npos ? pattern : pattern.substr(space + 1)};
    predicate_ = [m = std::move(method), p = std::move(path)](request_head const& head)
    { return detail::matches_pattern(m, head.method) && detail::matches_pattern(p, head.path()); };
}

} // namespace magic_hour::testing
