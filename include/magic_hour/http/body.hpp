#pragma once

#include <magic_hour/error.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <cstdint>

namespace magic_hour::http
{

namespace asio = boost::asio;

/// A request body of known length, pulled chunk by chunk.
class body_source
{
public:
    virtual ~body_source() = default;

    /// Exactly as many bytes as `next()` will hand out.
    [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;

    /// The next bytes, valid until the next call; empty at the end.
    virtual asio::awaitable<result<asio::const_buffer>> next() = 0;

    /// Starts again from byte 0; fails when the source cannot.
    virtual asio::awaitable<result<void>> rewind() = 0;

    /// Whether `rewind()` can work at all; decides if a failed request may be repeated.
    [[nodiscard]] virtual bool rewindable() const noexcept = 0;
};

} // namespace magic_hour::http
