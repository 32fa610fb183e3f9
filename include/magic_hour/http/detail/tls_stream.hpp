#pragma once

#include <magic_hour/http/detail/raw_socket.hpp>
#include <magic_hour/http/detail/tls_context.hpp>

#include <string>

struct bio_st;

namespace magic_hour::http::detail
{

/// TLS over a socket's non-blocking calls. OpenSSL reads and writes through a BIO of our own, which gathers
/// records on their way out and cannot raise SIGPIPE.
class tls_stream final : public byte_stream
{
public:
    MAGIC_HOUR_DECL tls_stream(raw_socket& socket, ssl_handle ssl);
    MAGIC_HOUR_DECL ~tls_stream() override;
    tls_stream(tls_stream const&) = delete;
    tls_stream& operator=(tls_stream const&) = delete;

    MAGIC_HOUR_DECL io_result try_handshake() noexcept override;
    MAGIC_HOUR_DECL io_result try_read(asio::mutable_buffer into) noexcept override;
    MAGIC_HOUR_DECL io_result try_write(asio::const_buffer from) noexcept override;
    MAGIC_HOUR_DECL io_result try_flush() noexcept override;
    MAGIC_HOUR_DECL bool is_silent() noexcept override;
    MAGIC_HOUR_DECL void rest() noexcept override;

    [[nodiscard]] MAGIC_HOUR_DECL bool resumed() const noexcept;
    /// The newest session that a later connection may resume; null when there is none, or none that was not
    /// taken before.
    [[nodiscard]] MAGIC_HOUR_DECL ssl_session_handle take_session() noexcept;
    [[nodiscard]] ssl_st* native() const noexcept { return ssl_.get(); }

    // What the BIO calls.
    MAGIC_HOUR_DECL int bio_read(bio_st* bio, char* into, int size) noexcept;
    MAGIC_HOUR_DECL int bio_write(bio_st* bio, char const* from, int size) noexcept;
    [[nodiscard]] bool bio_at_end() const noexcept { return peer_ended_; }

private:
    io_result outcome_of(int returned) noexcept;

    raw_socket& socket_;
    ssl_handle ssl_;
    ssl_session_handle taken_{}; ///< kept, so that its address means no other session
    send_buffer out_{};
    boost::system::error_code transport_error_{};
    io_result kept_failure_{}; ///< found after bytes that had to be handed out first
    bool peer_ended_ = false;
    bool drained_ = false; ///< the last receive took all there was
};

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/tls_stream.ipp>
#endif
