#pragma once

#include <magic_hour/http/detail/ascii.hpp>
#include <magic_hour/http/proxy.hpp>
#include <magic_hour/http/url.hpp>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <cstdlib>

namespace magic_hour::http
{

namespace detail
{

/// Never shows the URL: it may hold a password.
MAGIC_HOUR_DECL error bad_proxy(std::string_view why)
{
    return error{errc::invalid_argument, "proxy URL: " + std::string{why}};
}

/// Nothing for a '%' without two hexadecimal digits.
MAGIC_HOUR_DECL std::optional<std::string> percent_decode(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i)
    {
        if (text[i] != '%')
        {
            out += text[i];
            continue;
        }
        if (text.size() - i < 3 || hex_value(text[i + 1]) < 0 || hex_value(text[i + 2]) < 0)
            return std::nullopt;
        out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
        i += 2;
    }
    return out;
}

MAGIC_HOUR_DECL std::string base64(std::string_view bytes)
{
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    auto const byte = [&](std::size_t i)
    { return i < bytes.size() ? static_cast<unsigned>(static_cast<unsigned char>(bytes[i])) : 0U; };
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3)
    {
        unsigned const group = byte(i) << 16U | byte(i + 1) << 8U | byte(i + 2);
        for (std::size_t d = 0; d < 4; ++d)
            out += i + d <= bytes.size() ? digits[group >> (18 - 6 * d) & 63U] : '=';
    }
    return out;
}

/// "user:password", percent-encoded, as the value of Proxy-Authorization.
MAGIC_HOUR_DECL result<std::string> basic_credentials(std::string_view userinfo)
{
    std::size_t const colon = std::min(userinfo.find(':'), userinfo.size());
    auto const user = percent_decode(userinfo.substr(0, colon));
    auto const password = percent_decode(userinfo.substr(std::min(colon + 1, userinfo.size())));
    if (!user || !password)
        return bad_proxy("the user name or password is not percent-encoded");
    if (user->find(':') != std::string::npos)
        return bad_proxy("a user name cannot hold a colon");
    return "Basic " + base64(*user + ':' + *password);
}

MAGIC_HOUR_DECL result<proxy_endpoint> parse_proxy(std::string_view text)
{
    std::size_t const scheme_end = text.find("://");
    if (scheme_end != std::string_view::npos)
    {
        if (!iequals(text.substr(0, scheme_end), "http"))
            return bad_proxy("only http:// proxies are supported");
        text.remove_prefix(scheme_end + 3);
    }
    std::string_view const authority = text.substr(0, text.find_first_of("/?#"));
    std::size_t const at = authority.rfind('@');
    bool const has_userinfo = at != std::string_view::npos;
    proxy_endpoint out;
    if (has_userinfo)
    {
        auto credentials = basic_credentials(authority.substr(0, at));
        if (!credentials)
            return std::move(credentials).error();
        out.authorization = *std::move(credentials);
    }
    auto const where = parse_url("http://" + std::string{authority.substr(has_userinfo ? at + 1 : 0)});
    if (!where)
        return bad_proxy("the host or port is malformed");
    out.host = where->host;
    out.port = where->port;
    return out;
}

/// Whether `a` and `b` are the same IP address, however written.
MAGIC_HOUR_DECL bool same_address(std::string_view a, std::string_view b)
{
    boost::system::error_code ec_a;
    boost::system::error_code ec_b;
    auto const left = boost::asio::ip::make_address(std::string{a}, ec_a);
    auto const right = boost::asio::ip::make_address(std::string{b}, ec_b);
    return !ec_a && !ec_b && left == right;
}

/// A NO_PROXY entry without brackets and port.
[[nodiscard]] MAGIC_HOUR_DECL std::string_view entry_host(std::string_view entry) noexcept
{
    if (entry.starts_with('['))
        return entry.substr(1, std::min(entry.find(']'), entry.size()) - 1);
    std::size_t const colon = entry.find(':');
    bool const is_ipv6 =
        colon != std::string_view::npos && entry.find(':', colon + 1) != std::string_view::npos;
    return is_ipv6 ? entry : entry.substr(0, colon);
}

/// "example.com", ".example.com" and "*.example.com" all stand for the domain and all below it.
MAGIC_HOUR_DECL bool matches_no_proxy(std::string_view entry, std::string_view host)
{
    entry = trim(entry);
    if (entry == "*")
        return true;
    entry = entry_host(entry);
    if (entry.starts_with("*."))
        entry.remove_prefix(1);
    if (entry.starts_with('.'))
        entry.remove_prefix(1);
    if (entry.empty())
        return false;
    if (iequals(entry, host) || same_address(entry, host))
        return true;
    return host.size() > entry.size() && host[host.size() - entry.size() - 1] == '.' &&
           iequals(host.substr(host.size() - entry.size()), entry) && !same_address(host, host);
}

MAGIC_HOUR_DECL std::string first_variable(std::initializer_list<char const*> names)
{
    for (char const* name : names)
        if (char const* value = std::getenv(name); value && *value != '\0')
            return value;
    return {};
}

} // namespace detail

MAGIC_HOUR_DECL result<std::optional<proxy_endpoint>>
proxy_for(proxy_options const& options, std::string_view host)
{
    std::string_view const text = detail::trim(options.url);
    if (text.empty())
        return std::optional<proxy_endpoint>{};
    // Before the exceptions: a proxy that cannot be used is a mistake, whoever is asked for first.
    auto endpoint = detail::parse_proxy(text);
    if (!endpoint)
        return std::move(endpoint).error();
    for (std::string const& entry : options.no_proxy)
        if (detail::matches_no_proxy(entry, host))
            return std::optional<proxy_endpoint>{};
    return std::optional<proxy_endpoint>{*std::move(endpoint)};
}

MAGIC_HOUR_DECL proxy_options proxy_from_environment()
{
    proxy_options out;
    out.url = detail::first_variable({"HTTPS_PROXY", "https_proxy"});
    std::string const exceptions = detail::first_variable({"NO_PROXY", "no_proxy"});
    detail::for_each_list_element(
        exceptions, [&](std::string_view entry) { out.no_proxy.emplace_back(entry); });
    return out;
}

} // namespace magic_hour::http
