#pragma once

#include <magic_hour/http/detail/ascii.hpp>
#include <magic_hour/http/detail/header_rules.hpp>

#include <algorithm>
#include <array>

namespace magic_hour::http::detail
{

MAGIC_HOUR_DECL bool is_valid_header_name(std::string_view name) noexcept
{
    return !name.empty() && std::all_of(name.begin(), name.end(), is_token_char);
}

MAGIC_HOUR_DECL bool is_valid_header_value(std::string_view value) noexcept
{
    return std::none_of(value.begin(), value.end(), [](char c) { return is_control(c) && c != '\t'; });
}

MAGIC_HOUR_DECL bool is_reserved_header(std::string_view name) noexcept
{
    constexpr std::array<std::string_view, 12> reserved{"host",
                                                        "content-length",
                                                        "transfer-encoding",
                                                        "connection",
                                                        "keep-alive",
                                                        "te",
                                                        "trailer",
                                                        "upgrade",
                                                        "expect",
                                                        "proxy-connection",
                                                        "proxy-authorization",
                                                        "accept-encoding"};
    return std::any_of(reserved.begin(), reserved.end(), [&](auto r) { return iequals(r, name); });
}

MAGIC_HOUR_DECL std::optional<error> check_headers(std::vector<header> const& headers)
{
    auto const refuse = [](std::string_view name, std::string_view why)
    {
        std::string const shown = magic_hour::detail::printable(name, 64);
        return error{errc::invalid_argument, "header \"" + shown + "\" " + std::string{why}};
    };
    for (header const& h : headers)
    {
        if (!is_valid_header_name(h.name))
            return refuse(h.name, "has a name that is not an HTTP token");
        if (is_reserved_header(h.name))
            return refuse(h.name, "is set by the library and cannot be changed");
        if (!is_valid_header_value(h.value))
            return refuse(h.name, "has a value with control characters");
    }
    return std::nullopt;
}

MAGIC_HOUR_DECL bool is_valid_target(std::string_view target) noexcept
{
    return target.starts_with('/') &&
           std::none_of(
               target.begin(), target.end(),
               [](char c) { return is_control(c) || c == ' ' || c == '#' || c == '\\'; });
}

MAGIC_HOUR_DECL bool is_valid_host(std::string_view host) noexcept
{
    return !host.empty() &&
           std::all_of(
               host.begin(), host.end(),
               [](char c) { return is_alnum(c) || c == '.' || c == '-' || c == '_' || c == ':'; });
}

MAGIC_HOUR_DECL std::optional<error> check_request(request const& what)
{
    if (!is_valid_host(what.target.host) || what.target.port == 0)
        return error{errc::invalid_argument, "the URL has no usable host"};
    if (!is_valid_target(what.target.target))
        return error{errc::invalid_argument, "the URL's path cannot be sent"};
    return check_headers(what.headers);
}

MAGIC_HOUR_DECL std::optional<std::string_view> field_line_fault(std::string_view line) noexcept
{
    if (line.starts_with(' ') || line.starts_with('\t'))
        return "a folded header line";
    std::size_t const colon = line.find(':');
    if (colon == std::string_view::npos)
        return "a header line without a colon";
    std::string_view const name = line.substr(0, colon);
    if (name.ends_with(' ') || name.ends_with('\t'))
        return "a space before the colon of a header";
    if (!is_valid_header_name(name))
        return "a header name that is not a token";
    if (!is_valid_header_value(line.substr(colon + 1)))
        return "a control character in a header value";
    return std::nullopt;
}

MAGIC_HOUR_DECL std::optional<std::string> unexpected_content_encoding(std::vector<header> const& headers)
{
    std::optional<std::string> found;
    for (header const& h : headers)
        if (iequals(h.name, "Content-Encoding"))
            for_each_list_element(
                h.value,
                [&](std::string_view coding)
                {
                    if (!found && !iequals(coding, "identity"))
                        found = magic_hour::detail::printable(coding, 32);
                });
    return found;
}

} // namespace magic_hour::http::detail
