#pragma once

#include <magic_hour/detail/config.hpp>
#include <magic_hour/http/detail/byte_stream.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace magic_hour::http::detail
{

/// A TCP socket used by non-blocking calls and readiness waits only.
class raw_socket
{
public:
    explicit raw_socket(asio::any_io_executor const& executor) : socket_(std::in_place, executor) {}

    /// Connects, after closing what was open. Ends with `operation_aborted` when `close` is called meanwhile.
    MAGIC_HOUR_DECL asio::awaitable<boost::system::error_code> connect(asio::ip::tcp::endpoint where);

    /// 0 with `ec` would_block, eof or another error.
    MAGIC_HOUR_DECL std::size_t receive(asio::mutable_buffer into, boost::system::error_code& ec) noexcept;
    MAGIC_HOUR_DECL std::size_t send(asio::const_buffer from, boost::system::error_code& ec) noexcept;

    /// Whether the socket is open with nothing to read.
    [[nodiscard]] MAGIC_HOUR_DECL bool is_silent() noexcept;
    [[nodiscard]] bool is_open() const noexcept { return socket_ && socket_->is_open(); }

    /// Ends waits with `operation_aborted`.
    MAGIC_HOUR_DECL void close() noexcept;
    /// `close`, and lets go of the execution context, which is about to end.
    MAGIC_HOUR_DECL void abandon() noexcept;

    /// Ends waits with `operation_aborted` and leaves the socket open.
    MAGIC_HOUR_DECL void cancel_waits() noexcept;

    [[nodiscard]] asio::ip::tcp::socket* native() noexcept { return socket_ ? &*socket_ : nullptr; }
    [[nodiscard]] std::uint64_t bytes_sent() const noexcept { return sent_; }
    [[nodiscard]] std::uint64_t bytes_received() const noexcept { return received_; }

private:
    std::optional<asio::ip::tcp::socket> socket_;
    std::uint64_t sent_ = 0;
    std::uint64_t received_ = 0;
};

/// Bytes on their way out, gathered so that several TLS records, or head and body, leave in one call.
class send_buffer
{
public:
    /// Enough for four full TLS records.
    static constexpr std::size_t full = 64 * 1024;

    [[nodiscard]] MAGIC_HOUR_DECL bool append(void const* data, std::size_t size) noexcept;
    /// Sends what it can; `wants` is set when something is left.
    MAGIC_HOUR_DECL io_result push(raw_socket& socket) noexcept;
    /// Gives memory back; for a buffer that has been pushed out.
    MAGIC_HOUR_DECL void release() noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size() - sent_; }

private:
    std::vector<unsigned char> bytes_{};
    std::size_t sent_ = 0;
};

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/raw_socket.ipp>
#endif
