#pragma once

#include <magic_hour/http/detail/ascii.hpp>
#include <magic_hour/http/detail/head_parser.hpp>
#include <magic_hour/http/detail/header_rules.hpp>
#include <magic_hour/http/detail/number.hpp>

#include <algorithm>

namespace magic_hour::http::detail
{

inline constexpr int max_interim_answers = 8;
inline constexpr std::size_t max_fields = 4096;
inline constexpr std::string_view version_prefix = "HTTP/1.";

/// What differs here is not HTTP/1 at all (a banner, a page, another protocol's frame): seen from its first
/// bytes, so that nobody waits for a line end that never comes.
[[nodiscard]] inline bool may_be_status_line(std::string_view start) noexcept
{
    return version_prefix.starts_with(start.substr(0, version_prefix.size()));
}

/// Takes one line with its LF (or what there is of it) from `bytes`.
[[nodiscard]] inline std::string_view next_line(std::string_view bytes) noexcept
{
    std::size_t const lf = bytes.find('\n');
    return lf == std::string_view::npos ? bytes : bytes.substr(0, lf + 1);
}

MAGIC_HOUR_DECL head_parser::state head_parser::feed(std::string_view bytes)
{
    consumed_ = 0;
    while (!done_ && !failure_ && consumed_ < bytes.size())
    {
        std::string_view const piece = next_line(bytes.substr(consumed_));
        consumed_ += piece.size();
        total_ += piece.size();
        if (!take_piece(piece))
            return state::failed;
    }
    if (failure_)
        return state::failed;
    return done_ ? state::done : state::need_more;
}

MAGIC_HOUR_DECL bool head_parser::take_piece(std::string_view piece)
{
    bool const whole = piece.ends_with('\n');
    bool const alone = whole && partial_.empty();
    if (!alone)
        partial_ += piece.substr(0, limit_ + 1);
    std::string_view const line = alone ? piece : std::string_view{partial_};
    if (!in_fields_ && !may_be_status_line(line))
        return fail(errc::protocol, "the answer is not HTTP/1.1");
    if (total_ > limit_)
        return fail(errc::limit, "the head is larger than " + std::to_string(limit_) + " bytes");
    if (!whole)
        return true;
    if (!line.ends_with("\r\n"))
        return fail(errc::protocol, "a line ends without CR");
    bool const good = take_line(line.substr(0, line.size() - 2));
    partial_.clear();
    return good;
}

MAGIC_HOUR_DECL bool head_parser::take_line(std::string_view line)
{
    if (!in_fields_)
        return take_status_line(line);
    return line.empty() ? finish_head() : take_field(line);
}

MAGIC_HOUR_DECL bool head_parser::take_status_line(std::string_view line)
{
    // "HTTP/1.x nnn", then nothing or a space and any reason.
    constexpr std::size_t status_at = version_prefix.size() + 2;
    std::string_view const after = line.substr(std::min(line.size(), version_prefix.size()));
    if (after.size() < 2 || (after[0] != '0' && after[0] != '1') || after[1] != ' ')
        return fail(errc::protocol, "the answer is not HTTP/1.0 or HTTP/1.1");
    std::string_view const digits = line.substr(status_at, 3);
    std::string_view const reason = line.substr(std::min(line.size(), status_at + 3));
    auto const status = parse_decimal(digits);
    if (digits.size() != 3 || !status || *status < 100 || *status > 599)
        return fail(errc::protocol, "the status is not a number from 100 to 599");
    if (!reason.empty() && (reason[0] != ' ' || !is_valid_header_value(reason)))
        return fail(errc::protocol, "the status line is malformed");
    version_minor_ = after[0] - '0';
    head_.status = static_cast<int>(*status);
    in_fields_ = true;
    return true;
}

MAGIC_HOUR_DECL bool head_parser::take_field(std::string_view line)
{
    if (auto const fault = field_line_fault(line))
        return fail(errc::protocol, std::string{*fault});
    if (head_.headers.size() == max_fields)
        return fail(errc::limit, "more than " + std::to_string(max_fields) + " header fields");
    if (head_.headers.empty())
        head_.headers.reserve(16);
    std::size_t const colon = line.find(':');
    header& h = head_.headers.emplace_back();
    h.name = line.substr(0, colon);
    h.value = trim(line.substr(colon + 1));
    return true;
}

MAGIC_HOUR_DECL bool head_parser::finish_head()
{
    if (head_.status == 101)
        return fail(errc::protocol, "the server switches protocols unasked (101)");
    if (head_.status >= 200)
        return done_ = decide_framing();
    if (++interim_ > max_interim_answers)
        return fail(errc::protocol, "too many interim answers");
    head_.headers.clear();
    in_fields_ = false;
    return true;
}

/// All that a head says about its body's length.
struct length_headers
{
    std::size_t content_lengths = 0;
    std::optional<std::uint64_t> length{};
    bool bad_length = false;
    std::size_t transfer_encodings = 0;
    bool is_chunked = false;
    bool says_close = false;
};

MAGIC_HOUR_DECL length_headers read_length_headers(std::vector<header> const& headers)
{
    length_headers found;
    for (header const& h : headers)
    {
        if (iequals(h.name, "Content-Length"))
        {
            auto const length = parse_decimal(h.value);
            // The same length twice is harmless and does occur; two lengths are an attack or a defect.
            found.bad_length |= !length || (found.content_lengths++ != 0 && length != found.length);
            found.length = length;
        }
        else if (iequals(h.name, "Transfer-Encoding"))
        {
            ++found.transfer_encodings;
            found.is_chunked = iequals(h.value, "chunked");
        }
        else if (iequals(h.name, "Connection"))
            for_each_list_element(
                h.value, [&](std::string_view option) { found.says_close |= iequals(option, "close"); });
    }
    return found;
}

MAGIC_HOUR_DECL bool head_parser::decide_framing()
{
    length_headers const found = read_length_headers(head_.headers);
    if (found.bad_length)
        return fail(errc::protocol, "Content-Length is not one number");
    if (what_ == answer_to::connect && head_.status < 300)
        return keep_alive_ = true; // a tunnel: whatever else the head says about a body is void
    if (found.transfer_encodings != 0 && found.length)
        return fail(errc::protocol, "both Transfer-Encoding and Content-Length");
    if (found.transfer_encodings > 1 || (found.transfer_encodings == 1 && !found.is_chunked))
        return fail(errc::protocol, "a Transfer-Encoding other than chunked");
    if (found.is_chunked && version_minor_ == 0)
        return fail(errc::protocol, "Transfer-Encoding in an HTTP/1.0 answer");
    keep_alive_ = version_minor_ == 1 && !found.says_close;
    using kind = body_framing::kind;
    if (head_.status == 204 || head_.status == 304)
    {
        // A 204 that announces a body may well send it.
        bool const announces = found.is_chunked || found.length.value_or(0) != 0;
        keep_alive_ = keep_alive_ && !(head_.status == 204 && announces);
        return true;
    }
    if (found.is_chunked)
        framing_.what = kind::chunked;
    else if (found.length)
        framing_ = {kind::length, *found.length};
    else
        framing_.what = kind::until_close;
    if (framing_.what == kind::length)
        head_.content_length = found.length;
    keep_alive_ = keep_alive_ && framing_.what != kind::until_close;
    return true;
}

MAGIC_HOUR_DECL bool head_parser::fail(errc code, std::string message)
{
    error_info info;
    info.code = code;
    info.message = std::move(message);
    info.phase = phase::response;
    failure_.emplace(std::move(info));
    return false;
}

MAGIC_HOUR_DECL error head_parser::failure_at_eof() const
{
    error_info info;
    info.code = got_some() ? errc::protocol : errc::connection;
    info.message = got_some() ? "the connection ended in the middle of the answer's head"
                              : "the connection ended before an answer";
    info.phase = phase::response;
    return error{std::move(info)};
}

} // namespace magic_hour::http::detail
