#pragma once

#include <magic_hour/http/detail/tls_stream.hpp>

#include <boost/asio/ssl/error.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <new>
#include <utility>

namespace magic_hour::http::detail
{

MAGIC_HOUR_DECL int read_from_socket(BIO* bio, char* into, int size)
{
    return static_cast<tls_stream*>(BIO_get_data(bio))->bio_read(bio, into, size);
}

MAGIC_HOUR_DECL int write_to_buffer(BIO* bio, char const* from, int size)
{
    return static_cast<tls_stream*>(BIO_get_data(bio))->bio_write(bio, from, size);
}

MAGIC_HOUR_DECL long control_socket(BIO* bio, int command, long, void*)
{
    switch (command)
    {
    case BIO_CTRL_FLUSH:
        return 1; // `try_flush` does it
    case BIO_CTRL_EOF:
        return static_cast<tls_stream*>(BIO_get_data(bio))->bio_at_end() ? 1 : 0;
    default:
        return 0;
    }
}

MAGIC_HOUR_DECL BIO_METHOD* make_socket_bio_method()
{
    BIO_METHOD* const method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "magic_hour socket");
    if (!method)
        throw std::bad_alloc{};
    BIO_meth_set_read(method, &read_from_socket);
    BIO_meth_set_write(method, &write_to_buffer);
    BIO_meth_set_ctrl(method, &control_socket);
    return method;
}

MAGIC_HOUR_DECL BIO_METHOD const* socket_bio_method()
{
    static std::unique_ptr<BIO_METHOD, void (*)(BIO_METHOD*)> const method{
        make_socket_bio_method(), &BIO_meth_free};
    return method.get();
}

MAGIC_HOUR_DECL tls_stream::tls_stream(raw_socket& socket, ssl_handle ssl)
    : socket_{socket}, ssl_{std::move(ssl)}
{
    BIO* const bio = BIO_new(socket_bio_method());
    if (!bio)
        throw std::bad_alloc{};
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
}

MAGIC_HOUR_DECL tls_stream::~tls_stream()
{
    // Without this OpenSSL takes the session for broken and nobody could resume it. Messages carry their own
    // length, so waiting for the peer's close_notify would prove nothing.
    SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

MAGIC_HOUR_DECL int tls_stream::bio_read(bio_st* bio, char* into, int size) noexcept
{
    BIO_clear_retry_flags(bio);
    boost::system::error_code ec;
    std::size_t const wanted = static_cast<std::size_t>(size);
    std::size_t const n = socket_.receive(asio::buffer(into, wanted), ec);
    drained_ = n < wanted;
    if (n != 0)
        return static_cast<int>(n);
    if (ec == asio::error::would_block || ec == asio::error::try_again)
    {
        BIO_set_retry_read(bio);
        return -1;
    }
    peer_ended_ = ec == asio::error::eof;
    if (peer_ended_)
        return 0;
    transport_error_ = ec;
    return -1;
}

MAGIC_HOUR_DECL int tls_stream::bio_write(bio_st* bio, char const* from, int size) noexcept
{
    BIO_clear_retry_flags(bio);
    if (out_.append(from, static_cast<std::size_t>(size)))
        return size;
    transport_error_ = make_error_code(boost::system::errc::not_enough_memory);
    return -1;
}

MAGIC_HOUR_DECL io_result tls_stream::outcome_of(int returned) noexcept
{
    io_result out;
    switch (SSL_get_error(ssl_.get(), returned))
    {
    case SSL_ERROR_NONE:
        return out;
    case SSL_ERROR_WANT_READ:
        out.wants = want::read;
        return out;
    case SSL_ERROR_WANT_WRITE:
        out.wants = want::write;
        return out;
    case SSL_ERROR_ZERO_RETURN:
        out.end = ending::clean;
        return out;
    default:
        break;
    }
    if (transport_error_)
        out.ec = transport_error_;
    else if (peer_ended_)
        out.end = ending::truncated;
    else if (unsigned long const code = ERR_peek_error())
        out.ec = {static_cast<int>(code), asio::error::get_ssl_category()};
    else
        out.end = ending::truncated;
    return out;
}

MAGIC_HOUR_DECL io_result tls_stream::try_handshake() noexcept
{
    ERR_clear_error();
    int const returned = SSL_do_handshake(ssl_.get());
    io_result out = returned == 1 ? io_result{} : outcome_of(returned);
    // Also an alert that explains our refusal should leave.
    io_result const pushed = out_.push(socket_);
    if (out.failed())
        return out;
    if (pushed.failed() || pushed.wants != want::nothing)
        return pushed;
    return out;
}

MAGIC_HOUR_DECL io_result tls_stream::try_read(asio::mutable_buffer into) noexcept
{
    if (kept_failure_.failed())
        return kept_failure_;
    io_result out;
    auto* const data = static_cast<char*>(into.data());
    while (out.n < into.size())
    {
        ERR_clear_error();
        std::size_t got = 0;
        int const returned = SSL_read_ex(ssl_.get(), data + out.n, into.size() - out.n, &got);
        if (returned != 1)
        {
            io_result const stopped = outcome_of(returned);
            if (stopped.failed())
                kept_failure_ = stopped;
            if (out.n == 0)
                out = stopped;
            break;
        }
        out.n += got;
        if (drained_ && SSL_has_pending(ssl_.get()) == 0)
            break;
    }
    if (out_.size() != 0) // answers to key updates
        out_.push(socket_);
    return out;
}

MAGIC_HOUR_DECL io_result tls_stream::try_write(asio::const_buffer from) noexcept
{
    constexpr std::size_t record = 16 * 1024;
    io_result out;
    auto const* const data = static_cast<char const*>(from.data());
    while (out.n < from.size())
    {
        if (out_.size() >= send_buffer::full)
        {
            io_result const pushed = out_.push(socket_);
            out.ec = pushed.ec;
            out.wants = pushed.wants;
            if (out.ec || out.wants != want::nothing)
                return out;
        }
        ERR_clear_error();
        std::size_t took = 0;
        int const returned =
            SSL_write_ex(ssl_.get(), data + out.n, std::min(record, from.size() - out.n), &took);
        if (returned != 1)
        {
            io_result stopped = outcome_of(returned);
            stopped.n = out.n;
            return stopped;
        }
        out.n += took;
    }
    return out;
}

MAGIC_HOUR_DECL io_result tls_stream::try_flush() noexcept
{
    io_result const out = out_.push(socket_);
    if (!out.failed() && out.wants == want::nothing)
        out_.release();
    return out;
}

MAGIC_HOUR_DECL bool tls_stream::is_silent() noexcept
{
    if (kept_failure_.failed() || !socket_.is_open())
        return false;
    if (SSL_has_pending(ssl_.get()) == 0 && socket_.is_silent())
        return true;
    // A session ticket may have come late; anything else is the end of this connection.
    char byte = 0;
    io_result const got = try_read(asio::buffer(&byte, 1));
    return got.n == 0 && !got.failed() && got.wants == want::read && SSL_has_pending(ssl_.get()) == 0;
}

MAGIC_HOUR_DECL void tls_stream::rest() noexcept
{
    SSL_free_buffers(ssl_.get()); // which it does not when something is in them
}

MAGIC_HOUR_DECL bool tls_stream::resumed() const noexcept
{
    return SSL_session_reused(ssl_.get()) == 1;
}

MAGIC_HOUR_DECL ssl_session_handle tls_stream::take_session() noexcept
{
    SSL_SESSION* const newest = SSL_get0_session(ssl_.get());
    if (!newest || newest == taken_.get() || SSL_SESSION_is_resumable(newest) != 1)
        return nullptr;
    taken_.reset(SSL_get1_session(ssl_.get()));
    // A copy, so that no other connection touches ours.
    return ssl_session_handle{SSL_SESSION_dup(newest)};
}

} // namespace magic_hour::http::detail
