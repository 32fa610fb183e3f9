#pragma once

#include <magic_hour/testing/detail/wire.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <type_traits>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace magic_hour::testing::detail
{

using tcp_socket = asio::ip::tcp::socket;
using tls_socket = asio::ssl::stream<tcp_socket>;

template <class Stream>
class socket_wire final : public wire, public std::enable_shared_from_this<socket_wire<Stream>>
{
public:
    static constexpr bool has_tls = !std::is_same_v<Stream, tcp_socket>;

    explicit socket_wire(tcp_socket socket) : stream_(std::move(socket)) {}
    socket_wire(tcp_socket socket, std::shared_ptr<asio::ssl::context> context)
        : context_(std::move(context)), stream_(std::move(socket), *context_)
    {
    }

    asio::awaitable<bool> handshake() override
    {
        boost::system::error_code problem;
        if constexpr (has_tls)
            co_await stream_.async_handshake(
                asio::ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, problem));
        co_return !problem;
    }

    asio::awaitable<std::size_t> read_some(asio::mutable_buffer into) override
    {
        boost::system::error_code problem;
        auto const count =
            co_await stream_.async_read_some(into, asio::redirect_error(asio::use_awaitable, problem));
        co_return problem ? 0 : count;
    }

    asio::awaitable<bool> write(asio::const_buffer bytes) override
    {
        boost::system::error_code problem;
        co_await asio::async_write(stream_, bytes, asio::redirect_error(asio::use_awaitable, problem));
        co_return !problem;
    }

    asio::awaitable<void> say_goodbye() override
    {
        if constexpr (has_tls)
        {
            // The peer need not answer: nobody waits for it longer than this.
            asio::steady_timer limit{stream_.get_executor(), std::chrono::milliseconds{200}};
            limit.async_wait(
                [self = this->shared_from_this()](boost::system::error_code canceled)
                {
                    if (!canceled)
                        self->close(false);
                });
            boost::system::error_code ignored;
            co_await stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
        }
        else
            co_return;
    }

    asio::awaitable<void> wait_for_peer() override
    {
        // Readable data must not end the wait, so look from time to time whether the connection still stands.
        asio::steady_timer pause{stream_.get_executor()};
        boost::system::error_code problem;
        while (!problem && is_open() && peer_is_there())
        {
            pause.expires_after(std::chrono::milliseconds{20});
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, problem));
        }
    }

    void shutdown_send() noexcept override
    {
        boost::system::error_code ignored;
        socket().shutdown(tcp_socket::shutdown_send, ignored);
    }

    void close(bool reset) noexcept override
    {
        boost::system::error_code ignored;
        if (reset)
            socket().set_option(asio::socket_base::linger{true, 0}, ignored);
        socket().close(ignored);
    }

    [[nodiscard]] bool session_resumed() override
    {
        if constexpr (has_tls)
            return SSL_session_reused(stream_.native_handle()) == 1;
        else
            return false;
    }

    [[nodiscard]] std::string server_name() override
    {
        char const* name = nullptr;
        if constexpr (has_tls)
            name = SSL_get_servername(stream_.native_handle(), TLSEXT_NAMETYPE_host_name);
        return name ? name : "";
    }

private:
    tcp_socket& socket() noexcept
    {
        if constexpr (has_tls)
            return stream_.next_layer();
        else
            return stream_;
    }
    bool is_open() noexcept { return socket().is_open(); }
    bool peer_is_there() noexcept;

    std::shared_ptr<asio::ssl::context> context_{};
    Stream stream_;
};

template <class Stream>
bool socket_wire<Stream>::peer_is_there() noexcept
{
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(socket().native_handle(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        return false;
    return info.tcpi_state == TCP_ESTABLISHED || info.tcpi_state == TCP_FIN_WAIT1 ||
           info.tcpi_state == TCP_FIN_WAIT2;
}

MAGIC_HOUR_DECL std::shared_ptr<wire> make_plain_wire(asio::ip::tcp::socket socket)
{
    return std::make_shared<socket_wire<tcp_socket>>(std::move(socket));
}

MAGIC_HOUR_DECL std::shared_ptr<wire>
make_tls_wire(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> context)
{
    return std::make_shared<socket_wire<tls_socket>>(std::move(socket), std::move(context));
}

MAGIC_HOUR_DECL std::shared_ptr<asio::ssl::context> make_server_context(certificate const& pair)
{
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    // Weak certificates are for clients to refuse, not for us.
    SSL_CTX_set_security_level(context->native_handle(), 0);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    unsigned char const name[] = "magic_hour fake";
    SSL_CTX_set_session_id_context(context->native_handle(), name, sizeof name - 1);
    context->use_certificate_chain(asio::buffer(pair.chain_pem));
    context->use_private_key(asio::buffer(pair.key_pem), asio::ssl::context::pem);
    return context;
}

} // namespace magic_hour::testing::detail
