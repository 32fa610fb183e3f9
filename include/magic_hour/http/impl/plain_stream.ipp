#pragma once

#include <magic_hour/http/detail/plain_stream.hpp>

#include <algorithm>

namespace magic_hour::http::detail
{

MAGIC_HOUR_DECL io_result plain_stream::try_read(asio::mutable_buffer into) noexcept
{
    io_result out;
    out.n = socket_.receive(into, out.ec);
    if (out.ec == asio::error::would_block || out.ec == asio::error::try_again)
    {
        out.ec = {};
        out.wants = want::read;
    }
    else if (out.ec == asio::error::eof)
    {
        out.ec = {};
        out.end = ending::clean;
    }
    return out;
}

MAGIC_HOUR_DECL io_result plain_stream::try_write(asio::const_buffer from) noexcept
{
    io_result out;
    auto const* const data = static_cast<char const*>(from.data());
    while (out.n < from.size())
    {
        if (out_.size() >= send_buffer::full)
        {
            io_result const pushed = out_.push(socket_);
            out.wants = pushed.wants;
            out.ec = pushed.ec;
            if (out.ec || out.wants != want::nothing)
                return out;
        }
        std::size_t const piece = std::min(from.size() - out.n, send_buffer::full - out_.size());
        if (!out_.append(data + out.n, piece))
        {
            out.ec = make_error_code(boost::system::errc::not_enough_memory);
            return out;
        }
        out.n += piece;
    }
    return out;
}

MAGIC_HOUR_DECL io_result plain_stream::try_flush() noexcept
{
    io_result const out = out_.push(socket_);
    if (!out.failed() && out.wants == want::nothing)
        out_.release();
    return out;
}

} // namespace magic_hour::http::detail
