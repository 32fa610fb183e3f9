#pragma once

#include <magic_hour/http/detail/raw_socket.hpp>

namespace magic_hour::http::detail
{

/// Bytes as they are: for http to loopback and for a proxy before its tunnel stands.
class plain_stream final : public byte_stream
{
public:
    explicit plain_stream(raw_socket& socket) noexcept : socket_(socket) {}

    io_result try_handshake() noexcept override { return {}; }
    MAGIC_HOUR_DECL io_result try_read(asio::mutable_buffer into) noexcept override;
    MAGIC_HOUR_DECL io_result try_write(asio::const_buffer from) noexcept override;
    MAGIC_HOUR_DECL io_result try_flush() noexcept override;
    bool is_silent() noexcept override { return socket_.is_silent(); }
    void rest() noexcept override {}

private:
    raw_socket& socket_;
    send_buffer out_{};
};

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/plain_stream.ipp>
#endif
