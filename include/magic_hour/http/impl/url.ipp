#pragma once

#include <magic_hour/http/detail/ascii.hpp>
#include <magic_hour/http/url.hpp>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace magic_hour::http
{

namespace detail
{

inline constexpr std::size_t max_url_size = 32 * 1024;
inline constexpr std::size_t max_host_size = 253;
inline constexpr std::size_t max_label_size = 63;

/// Never shows the URL: its query may be a signature.
MAGIC_HOUR_DECL error bad_url(std::string_view why)
{
    return error{errc::invalid_argument, "URL: " + std::string{why}};
}

MAGIC_HOUR_DECL std::optional<std::string_view> url_text_fault(std::string_view text) noexcept
{
    if (text.empty())
        return "it is empty";
    if (text.size() > max_url_size)
        return "it is too long";
    for (char c : text)
    {
        if (c == ' ' || is_control(c))
            return "white space and control characters are not allowed";
        if (c == '\\')
            return "backslashes are not allowed";
    }
    return std::nullopt;
}

/// Resolvers take "127.1", "0x7f.1" and "2130706433" for addresses, so that a name whose last label is a
/// number must be a plain dotted quad.
MAGIC_HOUR_DECL bool ends_in_number(std::string_view host) noexcept
{
    std::string_view const last = host.substr(host.rfind('.') + 1);
    bool const is_hex = last.starts_with("0x") &&
                        std::all_of(last.begin() + 2, last.end(), [](char c) { return hex_value(c) >= 0; });
    return is_hex || std::all_of(last.begin(), last.end(), is_digit);
}

MAGIC_HOUR_DECL bool is_host_name(std::string_view host) noexcept
{
    if (host.size() > max_host_size)
        return false;
    for (std::size_t begin = 0; begin <= host.size();)
    {
        std::size_t const end = std::min(host.find('.', begin), host.size());
        std::string_view const label = host.substr(begin, end - begin);
        if (label.empty() || label.size() > max_label_size || label.front() == '-' || label.back() == '-')
            return false;
        if (!std::all_of(
                label.begin(), label.end(), [](char c) { return is_alnum(c) || c == '-' || c == '_'; }))
            return false;
        begin = end + 1;
    }
    return true;
}

/// The host as `url` holds it, from a name, a dotted quad or a bracketed IPv6 address.
MAGIC_HOUR_DECL result<std::string> parse_host(std::string_view text)
{
    boost::system::error_code ec;
    if (text.starts_with('['))
    {
        std::string const inner{text.substr(1, text.size() - 2)};
        auto const address = boost::asio::ip::make_address_v6(inner, ec);
        if (ec || !text.ends_with(']') || inner.find('%') != std::string::npos)
            return bad_url("the IPv6 address is malformed");
        return address.to_string();
    }
    std::string host = lower(text);
    if (!is_host_name(host))
        return bad_url("the host is malformed");
    if (ends_in_number(host))
    {
        boost::asio::ip::make_address_v4(host, ec);
        if (ec)
            return bad_url("the IPv4 address is malformed");
    }
    return host;
}

MAGIC_HOUR_DECL result<std::uint16_t> parse_port(std::string_view digits)
{
    unsigned value = 0;
    bool good = !digits.empty() && digits.size() <= 5;
    for (char c : digits)
    {
        good = good && is_digit(c);
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    if (!good || value == 0 || value > 65535)
        return bad_url("the port is not a number from 1 to 65535");
    return static_cast<std::uint16_t>(value);
}

/// Where the port's colon is: after the bracket of an IPv6 address, else the first.
[[nodiscard]] MAGIC_HOUR_DECL std::size_t host_end(std::string_view authority) noexcept
{
    std::size_t const bracket = authority.starts_with('[') ? authority.find(']') : 0;
    return std::min(authority.find(':', std::min(bracket, authority.size())), authority.size());
}

/// RFC 3986 5.2.4.
MAGIC_HOUR_DECL std::string remove_dot_segments(std::string_view path)
{
    std::vector<std::string_view> kept;
    bool ends_in_directory = false;
    for (std::size_t begin = 1; begin <= path.size();)
    {
        std::size_t const end = std::min(path.find('/', begin), path.size());
        std::string_view const segment = path.substr(begin, end - begin);
        bool const up = segment == "..";
        ends_in_directory = (up || segment == ".") && end == path.size();
        if (up && !kept.empty())
            kept.pop_back();
        if (!up && segment != ".")
            kept.push_back(segment);
        begin = end + 1;
    }
    std::string out;
    out.reserve(path.size() + 1);
    for (std::string_view segment : kept)
        (out += '/') += segment;
    if (ends_in_directory || out.empty())
        out += '/';
    return out;
}

/// Whether `reference` begins with "scheme:".
MAGIC_HOUR_DECL bool has_scheme(std::string_view reference) noexcept
{
    std::size_t const colon = reference.find(':');
    if (colon == std::string_view::npos || colon == 0 || !is_alpha(reference[0]))
        return false;
    std::string_view const scheme = reference.substr(0, colon);
    return std::all_of(
        scheme.begin(), scheme.end(), [](char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.'; });
}

MAGIC_HOUR_DECL void remove_dot_segments_of(url& u)
{
    std::string const path = remove_dot_segments(u.path());
    u.target.replace(0, u.path().size(), path);
}

/// RFC 3986 5.2.2 for a reference without scheme and authority; `reference` is not empty.
MAGIC_HOUR_DECL std::string resolve_target(url const& base, std::string_view reference)
{
    if (reference.starts_with('/'))
        return std::string{reference};
    std::string_view const base_path = base.path();
    if (reference.starts_with('?'))
        return std::string{base_path} += reference;
    return std::string{base_path.substr(0, base_path.rfind('/') + 1)} += reference;
}

} // namespace detail

MAGIC_HOUR_DECL std::string url::authority() const
{
    std::string out = host.find(':') == std::string::npos ? host : '[' + host + ']';
    if (port != (is_https() ? 443 : 80))
        out += ':' + std::to_string(port);
    return out;
}

MAGIC_HOUR_DECL std::string url::printable() const
{
    std::string out = scheme + "://" + authority();
    out += path();
    return out;
}

MAGIC_HOUR_DECL result<url> parse_url(std::string_view text)
{
    if (auto const fault = detail::url_text_fault(text))
        return detail::bad_url(*fault);
    text = text.substr(0, text.find('#'));
    std::size_t const colon = text.find("://");
    url out;
    out.scheme = detail::lower(text.substr(0, std::min(colon, text.size())));
    if (colon == std::string_view::npos || (out.scheme != "https" && out.scheme != "http"))
        return detail::bad_url("it does not begin with https:// or http://");
    text.remove_prefix(colon + 3);
    std::string_view const authority = text.substr(0, text.find_first_of("/?"));
    text.remove_prefix(authority.size());
    if (authority.find('@') != std::string_view::npos)
        return detail::bad_url("user names and passwords are not allowed");
    std::size_t const host_size = detail::host_end(authority);
    auto host = detail::parse_host(authority.substr(0, host_size));
    if (!host)
        return std::move(host).error();
    out.host = *std::move(host);
    out.port = out.is_https() ? 443 : 80;
    if (host_size != authority.size())
    {
        auto const port = detail::parse_port(authority.substr(host_size + 1));
        if (!port)
            return port.error();
        out.port = *port;
    }
    out.target.reserve(text.size() + 1);
    if (!text.starts_with('/'))
        out.target = "/";
    out.target += text;
    return out;
}

MAGIC_HOUR_DECL bool same_origin(url const& a, url const& b) noexcept
{
    return a.port == b.port && a.host == b.host && a.scheme == b.scheme;
}

MAGIC_HOUR_DECL bool is_loopback_host(std::string_view host) noexcept
{
    if (detail::iequals(host, "::1") || detail::iequals(host, "localhost"))
        return true;
    constexpr std::string_view suffix = ".localhost";
    if (host.size() > suffix.size() && detail::iequals(host.substr(host.size() - suffix.size()), suffix))
        return true;
    // Four numbers and the first is 127: only parse_url's plain dotted quads look like that.
    bool const quad = std::count(host.begin(), host.end(), '.') == 3 &&
                      host.find_first_not_of("0123456789.") == std::string_view::npos;
    return quad && host.starts_with("127.");
}

MAGIC_HOUR_DECL result<url> resolve_reference(url const& base, std::string_view reference)
{
    reference = detail::trim(reference);
    if (reference.empty())
        return base;
    if (auto const fault = detail::url_text_fault(reference))
        return detail::bad_url(*fault);
    bool const has_authority = reference.starts_with("//");
    if (detail::has_scheme(reference) || has_authority)
    {
        auto absolute =
            has_authority ? parse_url(base.scheme + ':' + std::string{reference}) : parse_url(reference);
        if (absolute)
            detail::remove_dot_segments_of(*absolute);
        return absolute;
    }
    url out = base;
    reference = reference.substr(0, reference.find('#'));
    if (reference.empty())
        return out;
    out.target = detail::resolve_target(base, reference);
    if (out.target.size() > detail::max_url_size)
        return detail::bad_url("it is too long");
    if (!reference.starts_with('?'))
        detail::remove_dot_segments_of(out);
    return out;
}

MAGIC_HOUR_DECL std::string encode_segment(std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view marks = "-._~";
    // A dot segment would be removed on its way, so that the request would ask for something else.
    bool const is_dots = text == "." || text == "..";
    std::string out;
    out.reserve(text.size());
    for (char c : text)
    {
        if (!is_dots && (detail::is_alnum(c) || marks.find(c) != std::string_view::npos))
        {
            out += c;
            continue;
        }
        auto const byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

} // namespace magic_hour::http
