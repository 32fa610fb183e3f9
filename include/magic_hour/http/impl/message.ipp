#pragma once

#include <magic_hour/http/detail/ascii.hpp>
#include <magic_hour/http/message.hpp>

namespace magic_hour::http
{

MAGIC_HOUR_DECL std::string_view to_string(method m) noexcept
{
    switch (m)
    {
    case method::get:
        return "GET";
    case method::post:
        return "POST";
    case method::put:
        return "PUT";
    case method::delete_:
        return "DELETE";
    }
    return "GET";
}

MAGIC_HOUR_DECL std::optional<std::string_view>
find(std::vector<header> const& headers, std::string_view name) noexcept
{
    for (header const& h : headers)
        if (detail::iequals(h.name, name))
            return h.value;
    return std::nullopt;
}

} // namespace magic_hour::http
