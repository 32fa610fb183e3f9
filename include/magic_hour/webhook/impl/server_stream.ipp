#pragma once

#include <magic_hour/webhook/server.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace magic_hour::webhook::detail
{

using boost::system::error_code;
using tcp = asio::ip::tcp;

/// A connection of the server, with TLS or without. Errors end up in `failure()`, which is checked once a
/// step is done; nothing throws but `std::bad_alloc`.
class byte_stream
{
public:
    virtual ~byte_stream() = default;

    virtual asio::awaitable<void> handshake() = 0;
    /// 0 at the end and after a failure.
    virtual asio::awaitable<std::size_t> read_some(asio::mutable_buffer into) = 0;
    virtual asio::awaitable<void> write(asio::const_buffer from) = 0;
    virtual tcp::socket& socket() noexcept = 0;

    [[nodiscard]] error_code const& failure() const noexcept { return failure_; }

    void close() noexcept
    {
        error_code ignored;
        socket().close(ignored);
    }

protected:
    byte_stream() = default;
    error_code failure_{};
};

template <class Stream>
class stream_base : public byte_stream
{
public:
    template <class... Arg>
    explicit stream_base(Arg&&... arg) : stream_{std::forward<Arg>(arg)...}
    {
    }

    asio::awaitable<std::size_t> read_some(asio::mutable_buffer into) override
    {
        std::size_t const got =
            co_await stream_.async_read_some(into, asio::redirect_error(asio::use_awaitable, failure_));
        co_return failure_ ? 0 : got;
    }

    asio::awaitable<void> write(asio::const_buffer from) override
    {
        co_await asio::async_write(stream_, from, asio::redirect_error(asio::use_awaitable, failure_));
    }

protected:
    Stream stream_;
};

class plain_stream final : public stream_base<tcp::socket>
{
public:
    using stream_base::stream_base;

    asio::awaitable<void> handshake() override { co_return; }
    tcp::socket& socket() noexcept override { return stream_; }
};

class tls_stream final : public stream_base<asio::ssl::stream<tcp::socket>>
{
public:
    tls_stream(tcp::socket socket, std::shared_ptr<asio::ssl::context> context)
        : stream_base{std::move(socket), *context}, context_{std::move(context)}
    {
    }

    asio::awaitable<void> handshake() override
    {
        co_await stream_.async_handshake(
            asio::ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, failure_));
    }
    tcp::socket& socket() noexcept override { return stream_.next_layer(); }

private:
    std::shared_ptr<asio::ssl::context> context_;
};

inline std::shared_ptr<byte_stream>
make_stream(tcp::socket socket, std::shared_ptr<asio::ssl::context> const& context)
{
    if (context)
        return std::make_shared<tls_stream>(std::move(socket), context);
    return std::make_shared<plain_stream>(std::move(socket));
}

} // namespace magic_hour::webhook::detail
