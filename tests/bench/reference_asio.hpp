#pragma once

#include "server_process.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <memory>
#include <string>

namespace bench
{

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

/// The yardstick for exchanges: a plain loop as one would write it by hand over `ssl::stream<tcp::socket>`,
/// with a concrete executor, without a deadline and without JSON.
class hand_written
{
public:
    using executor = asio::io_context::executor_type;
    using socket = asio::basic_stream_socket<tcp, executor>;
    template <class T>
    using task = asio::awaitable<T, executor>;
    static constexpr asio::use_awaitable_t<executor> await{};

    explicit hand_written(server_process const& server) : port_{server.port()}
    {
        context_.load_verify_file(server.ca_file());
        context_.set_verify_mode(asio::ssl::verify_peer);
    }

    /// `count` exchanges in sequence on each of `parallel` connections, which stay open.
    void run(int parallel, int count)
    {
        connections_.resize(static_cast<std::size_t>(parallel));
        for (auto& c : connections_)
            asio::co_spawn(kept_, exchanges(kept_, c, count), asio::detached);
        kept_.restart();
        kept_.run();
    }

    using stream = asio::ssl::stream<socket>;

    /// One exchange on a connection that is opened first if need be; the body.
    task<std::string> exchange(asio::io_context& io, std::unique_ptr<stream>& s, std::string target)
    {
        if (!s)
            co_await open(io, s);
        boost::beast::flat_buffer buffer;
        co_return co_await exchange(*s, buffer, std::move(target));
    }

private:
    task<void> open(asio::io_context& io, std::unique_ptr<stream>& into)
    {
        into = std::make_unique<stream>(io, context_);
        tcp::endpoint const server{asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port_)};
        co_await into->next_layer().async_connect(server, await);
        into->next_layer().set_option(tcp::no_delay{true});
        SSL_set_tlsext_host_name(into->native_handle(), "localhost");
        into->set_verify_callback(asio::ssl::host_name_verification{"localhost"});
        co_await into->async_handshake(asio::ssl::stream_base::client, await);
    }

    task<void> exchanges(asio::io_context& io, std::unique_ptr<stream>& s, int count)
    {
        if (!s)
            co_await open(io, s);
        boost::beast::flat_buffer buffer;
        for (int i = 0; i < count; ++i)
            co_await exchange(*s, buffer, "/v1/image-projects/cm2xk1v9q0000abcd1234efgh");
    }

    static task<std::string> exchange(stream& s, boost::beast::flat_buffer& buffer, std::string target)
    {
        http::request<http::empty_body> request{http::verb::get, target, 11};
        request.set(http::field::host, "localhost");
        request.set(http::field::user_agent, "bench");
        request.set(http::field::authorization, "Bearer key");
        co_await http::async_write(s, request, await);
        http::response<http::string_body> response;
        co_await http::async_read(s, buffer, response, await);
        if (response.result() != http::status::ok)
            std::abort();
        co_return std::move(response.body());
    }

    int port_;
    asio::ssl::context context_{asio::ssl::context::tls_client};
    asio::io_context kept_{1};
    std::vector<std::unique_ptr<stream>> connections_{};
};

} // namespace bench
