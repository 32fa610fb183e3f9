#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>

namespace magic_hour::http::detail
{

namespace asio = boost::asio;

/// What a stream must wait for before it can go on.
enum class want : unsigned char
{
    nothing,
    read,
    write
};

/// How the peer ended its direction.
enum class ending : unsigned char
{
    none,
    clean,    ///< close_notify, or FIN on a plain stream
    truncated ///< the connection ended without saying so
};

/// What one non-blocking call achieved. `n` bytes moved, and, when that was not all, why it stopped.
struct io_result
{
    std::size_t n = 0;
    want wants = want::nothing;
    ending end = ending::none;
    boost::system::error_code ec{};

    [[nodiscard]] bool failed() const noexcept { return ec || end != ending::none; }
};

/// Bytes in both directions over a connected socket, by calls that never block. Whoever is told to wait does
/// so on the socket itself, so that no composed operation is ever instantiated on a TLS stream.
class byte_stream
{
public:
    virtual ~byte_stream() = default;

    /// To be repeated until neither `wants` nor `failed()` is set.
    virtual io_result try_handshake() noexcept = 0;

    /// Fills `into` as far as bytes are at hand.
    virtual io_result try_read(asio::mutable_buffer into) noexcept = 0;

    /// Takes bytes; they may stay in a buffer until `try_flush`.
    virtual io_result try_write(asio::const_buffer from) noexcept = 0;

    /// Hands what was gathered to the system. To be repeated until `wants` is not set.
    virtual io_result try_flush() noexcept = 0;

    /// Whether an idle stream is open and silent: nothing came, nothing ended.
    virtual bool is_silent() noexcept = 0;

    /// Gives back the memory that only a busy stream needs.
    virtual void rest() noexcept = 0;
};

} // namespace magic_hour::http::detail
