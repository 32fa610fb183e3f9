#pragma once

#include <magic_hour/testing/request_head.hpp>

#include <algorithm>
#include <charconv>

namespace magic_hour::testing
{

namespace detail
{

MAGIC_HOUR_DECL bool same_text(std::string_view a, std::string_view b) noexcept
{
    auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

MAGIC_HOUR_DECL std::optional<std::uint64_t> parse_number(std::string_view text) noexcept
{
    std::uint64_t value = 0;
    if (text.empty() || text.front() < '0' || text.front() > '9')
        return std::nullopt;
    auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

MAGIC_HOUR_DECL bool is_token(std::string_view text) noexcept
{
    constexpr std::string_view extra = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(
                                text.begin(), text.end(),
                                [&](char c)
                                {
                                    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                           (c >= '0' && c <= '9') || extra.find(c) != std::string_view::npos;
                                });
}

MAGIC_HOUR_DECL std::string_view trimmed(std::string_view text) noexcept
{
    auto const first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

MAGIC_HOUR_DECL std::string parse_request_line(std::string_view line, request_head& into)
{
    auto const first = line.find(' ');
    auto const last = line.rfind(' ');
    if (first == std::string_view::npos || first == last || std::count(line.begin(), line.end(), ' ') != 2)
        return "a request line has exactly two spaces";
    into.method = line.substr(0, first);
    into.target = line.substr(first + 1, last - first - 1);
    if (!is_token(into.method))
        return "the method is not a token";
    auto const bad = [](char c) { return c <= ' ' || c == 0x7f || c == '#'; };
    if (into.target.empty() || std::any_of(into.target.begin(), into.target.end(), bad))
        return "the target holds characters that it must not";
    if (line.substr(last + 1) != "HTTP/1.1")
        return "the version is not HTTP/1.1";
    return {};
}

MAGIC_HOUR_DECL std::string parse_header_line(std::string_view line, request_head& into)
{
    auto const colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
        return "a header line has no proper name";
    auto const value = trimmed(line.substr(colon + 1));
    auto const bad = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; };
    if (std::any_of(value.begin(), value.end(), bad))
        return "a header value holds a control character";
    into.headers.push_back({std::string{line.substr(0, colon)}, std::string{value}});
    return {};
}

/// What the headers say about the body and the connection.
MAGIC_HOUR_DECL std::string understand_headers(request_head& head)
{
    if (head.count("Host") != 1)
        return "there must be exactly one Host header";
    if (head.count("Content-Length") > 1)
        return "more than one Content-Length";
    if (head.count("Content-Length") == 1)
    {
        head.content_length = parse_number(head.header("Content-Length"));
        if (!head.content_length)
            return "the Content-Length is not a number";
    }
    head.chunked = same_text(head.header("Transfer-Encoding"), "chunked");
    if (head.count("Transfer-Encoding") > 0 && (!head.chunked || head.content_length))
        return "the Transfer-Encoding is not only chunked, or comes with a Content-Length";
    head.expects_continue = same_text(head.header("Expect"), "100-continue");
    head.keep_alive = !same_text(head.header("Connection"), "close");
    return {};
}

MAGIC_HOUR_DECL std::string parse_lines(std::string_view text, request_head& into)
{
    for (bool first = true;; first = false)
    {
        auto const end = text.find("\r\n");
        if (end == std::string_view::npos)
            return "the head does not end";
        auto const line = text.substr(0, end);
        text.remove_prefix(end + 2);
        if (line.empty())
            return first ? "the request line is empty" : std::string{};
        auto problem = first ? parse_request_line(line, into) : parse_header_line(line, into);
        if (!problem.empty())
            return problem;
    }
}

} // namespace detail

MAGIC_HOUR_DECL std::string_view request_head::header(std::string_view name) const noexcept
{
    auto const found = std::find_if(
        headers.begin(), headers.end(),
        [&](header_line const& line) { return detail::same_text(line.name, name); });
    return found == headers.end() ? std::string_view{} : std::string_view{found->value};
}

MAGIC_HOUR_DECL std::size_t request_head::count(std::string_view name) const noexcept
{
    return static_cast<std::size_t>(std::count_if(
        headers.begin(), headers.end(),
        [&](header_line const& line) { return detail::same_text(line.name, name); }));
}

MAGIC_HOUR_DECL parsed_head parse_request_head(std::string_view text)
{
    parsed_head made{};
    request_head head{};
    made.problem = detail::parse_lines(text, head);
    if (made.problem.empty())
        made.problem = detail::understand_headers(head);
    if (made.problem.empty())
        made.head = std::move(head);
    return made;
}

} // namespace magic_hour::testing
