#pragma once

#include <magic_hour/http/detail/head_writer.hpp>

#include <charconv>

namespace magic_hour::http::detail
{

inline void append_header(std::string& head, std::string_view name, std::string_view value)
{
    head += name;
    head += ": ";
    head += value;
    head += "\r\n";
}

inline void append_content_length(std::string& head, std::uint64_t length)
{
    char digits[20];
    auto const end = std::to_chars(digits, digits + sizeof(digits), length).ptr;
    append_header(head, "Content-Length", {digits, static_cast<std::size_t>(end - digits)});
}

[[nodiscard]] inline bool always_has_a_body(method m) noexcept
{
    return m == method::post || m == method::put;
}

MAGIC_HOUR_DECL std::string write_request_head(
    request const& what, std::optional<std::uint64_t> content_length, std::string_view user_agent)
{
    std::size_t size = 160 + what.target.target.size() + what.target.host.size() + user_agent.size();
    for (header const& h : what.headers)
        size += h.name.size() + h.value.size() + 4;
    std::string head;
    head.reserve(size);
    head += to_string(what.method);
    head += ' ';
    head += what.target.target;
    head += " HTTP/1.1\r\n";
    append_header(head, "Host", what.target.authority());
    if (!user_agent.empty() && !find(what.headers, "User-Agent"))
        append_header(head, "User-Agent", user_agent);
    append_header(head, "Accept-Encoding", "identity");
    std::uint64_t const length = content_length.value_or(0);
    if (always_has_a_body(what.method) || length != 0)
        append_content_length(head, length);
    for (header const& h : what.headers)
        append_header(head, h.name, h.value);
    head += "\r\n";
    return head;
}

MAGIC_HOUR_DECL std::string
write_connect_head(url const& target, proxy_endpoint const& proxy, std::string_view user_agent)
{
    bool const is_ipv6 = target.host.find(':') != std::string::npos;
    std::string const host = is_ipv6 ? '[' + target.host + ']' : target.host;
    std::string const endpoint = host + ':' + std::to_string(target.port);
    std::string head = "CONNECT " + endpoint + " HTTP/1.1\r\n";
    append_header(head, "Host", endpoint);
    if (!user_agent.empty())
        append_header(head, "User-Agent", user_agent);
    if (!proxy.authorization.empty())
        append_header(head, "Proxy-Authorization", proxy.authorization);
    head += "\r\n";
    return head;
}

} // namespace magic_hour::http::detail
