#pragma once

#include <magic_hour/http/detail/ascii.hpp>
#include <magic_hour/http/detail/body_framing.hpp>
#include <magic_hour/http/detail/header_rules.hpp>

#include <algorithm>
#include <cstring>
#include <limits>

namespace magic_hour::http::detail
{

inline constexpr int max_chunk_size_digits = 16;
inline constexpr std::string_view empty_trailers = "\r\n";

MAGIC_HOUR_DECL error body_error(errc code, std::string message)
{
    error_info info;
    info.code = code;
    info.message = std::move(message);
    info.phase = phase::body;
    return error{std::move(info)};
}

MAGIC_HOUR_DECL body_decoder::body_decoder(body_framing framing, std::size_t trailer_limit) noexcept
    : framing_(framing), state_(state::data), overhead_left_(std::max(trailer_limit, empty_trailers.size()))
{
    using kind = body_framing::kind;
    if (framing.what == kind::length)
        remaining_ = framing.length;
    else if (framing.what == kind::until_close)
        remaining_ = std::numeric_limits<std::uint64_t>::max();
    if (framing.what == kind::chunked)
        state_ = state::size;
    else if (remaining_ == 0)
        state_ = state::done;
}

MAGIC_HOUR_DECL std::uint64_t body_decoder::plain_run() const noexcept
{
    return state_ == state::data ? remaining_ : 0;
}

MAGIC_HOUR_DECL void body_decoder::took(std::uint64_t bytes) noexcept
{
    received_ += bytes;
    if (framing_.what == body_framing::kind::until_close)
        return;
    remaining_ -= bytes;
    if (remaining_ == 0)
        state_ = framing_.what == body_framing::kind::chunked ? state::data_cr : state::done;
}

MAGIC_HOUR_DECL result<body_decoder::step>
body_decoder::decode(std::string_view in, char* out, std::size_t out_size)
{
    step so_far;
    while (!done() && so_far.consumed < in.size())
    {
        if (state_ != state::data)
        {
            if (auto fault = chunk_byte(in[so_far.consumed]))
                return *std::move(fault);
            ++so_far.consumed;
            continue;
        }
        std::size_t const room = std::min(in.size() - so_far.consumed, out_size - so_far.produced);
        auto const bytes = static_cast<std::size_t>(std::min<std::uint64_t>(room, remaining_));
        if (bytes == 0)
            break;
        std::memcpy(out + so_far.produced, in.data() + so_far.consumed, bytes);
        so_far.consumed += bytes;
        so_far.produced += bytes;
        took(bytes);
    }
    so_far.done = done();
    return so_far;
}

MAGIC_HOUR_DECL std::optional<error> body_decoder::chunk_byte(char c)
{
    switch (state_)
    {
    case state::size:
        return size_byte(c);
    case state::extension:
        if (c == '\r')
            state_ = state::size_lf;
        else if (is_control(c) && c != '\t')
            return body_error(errc::protocol, "a control character in a chunk extension");
        else
            return spend("chunk extensions");
        return std::nullopt;
    case state::size_lf:
        if (c != '\n')
            return body_error(errc::protocol, "a chunk's size is not followed by CRLF");
        digits_ = 0;
        state_ = remaining_ == 0 ? state::trailer : state::data;
        return std::nullopt;
    case state::data_cr:
    case state::data_lf:
        if (c != (state_ == state::data_cr ? '\r' : '\n'))
            return body_error(errc::protocol, "a chunk does not end with CRLF");
        state_ = state_ == state::data_cr ? state::data_lf : state::size;
        return std::nullopt;
    case state::trailer:
        return trailer_byte(c);
    case state::data:
    case state::done:
        break;
    }
    return std::nullopt;
}

MAGIC_HOUR_DECL std::optional<error> body_decoder::size_byte(char c)
{
    if (int const digit = hex_value(c); digit >= 0)
    {
        if (++digits_ > max_chunk_size_digits)
            return body_error(errc::protocol, "a chunk's size is out of range");
        remaining_ = (digits_ == 1 ? 0 : remaining_ * 16) + static_cast<std::uint64_t>(digit);
        return std::nullopt;
    }
    if (digits_ == 0)
        return body_error(errc::protocol, "a chunk's size is not a hexadecimal number");
    if (c == '\r')
        state_ = state::size_lf;
    else if (c == ';')
        state_ = state::extension;
    else
        return body_error(errc::protocol, "a chunk's size is not a hexadecimal number");
    return std::nullopt;
}

MAGIC_HOUR_DECL std::optional<error> body_decoder::trailer_byte(char c)
{
    if (auto too_long = spend("trailers"))
        return too_long;
    line_ += c;
    if (c != '\n')
        return std::nullopt;
    if (!line_.ends_with("\r\n"))
        return body_error(errc::protocol, "a trailer line ends without CR");
    std::string_view const line = std::string_view{line_}.substr(0, line_.size() - 2);
    if (line.empty())
        state_ = state::done;
    else if (auto const fault = field_line_fault(line))
        return body_error(errc::protocol, std::string{*fault} + " in the trailers");
    line_.clear();
    return std::nullopt;
}

MAGIC_HOUR_DECL std::optional<error> body_decoder::spend(char const* on_what)
{
    if (overhead_left_ == 0)
        return body_error(errc::limit, std::string{"too many bytes of "} + on_what);
    --overhead_left_;
    return std::nullopt;
}

MAGIC_HOUR_DECL std::optional<error> body_decoder::finish(bool clean)
{
    if (done())
        return std::nullopt;
    if (framing_.what == body_framing::kind::until_close && clean)
    {
        state_ = state::done;
        return std::nullopt;
    }
    std::string message = "the body was cut short after " + std::to_string(received_);
    if (framing_.what == body_framing::kind::length)
        message += " of " + std::to_string(framing_.length);
    return body_error(errc::integrity, message + " bytes");
}

} // namespace magic_hour::http::detail
