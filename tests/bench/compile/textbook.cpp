// The yardstick: an HTTPS GET with coroutines as Beast's documentation shows it.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/version.hpp>

#include <chrono>
#include <iostream>
#include <string>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;

asio::awaitable<void> get(ssl::context& context, std::string host, std::string target)
{
    auto const executor = co_await asio::this_coro::executor;
    asio::ip::tcp::resolver resolver{executor};
    beast::ssl_stream<beast::tcp_stream> stream{executor, context};
    if (!SSL_set_tlsext_host_name(stream.native_handle(), host.c_str()))
        throw beast::system_error{
            static_cast<int>(::ERR_get_error()), asio::error::get_ssl_category(), "server name"};
    stream.set_verify_callback(ssl::host_name_verification{host});

    auto const endpoints = co_await resolver.async_resolve(host, "443", asio::use_awaitable);
    beast::get_lowest_layer(stream).expires_after(std::chrono::seconds{30});
    co_await beast::get_lowest_layer(stream).async_connect(endpoints, asio::use_awaitable);
    beast::get_lowest_layer(stream).expires_after(std::chrono::seconds{30});
    co_await stream.async_handshake(ssl::stream_base::client, asio::use_awaitable);

    http::request<http::string_body> request{http::verb::get, target, 11};
    request.set(http::field::host, host);
    request.set(http::field::user_agent, BOOST_BEAST_VERSION_STRING);
    beast::get_lowest_layer(stream).expires_after(std::chrono::seconds{30});
    co_await http::async_write(stream, request, asio::use_awaitable);

    beast::flat_buffer buffer;
    http::response<http::string_body> response;
    co_await http::async_read(stream, buffer, response, asio::use_awaitable);
    std::cout << response << '\n';

    beast::get_lowest_layer(stream).expires_after(std::chrono::seconds{30});
    co_await stream.async_shutdown(asio::use_awaitable);
}

int main()
{
    asio::io_context io;
    ssl::context context{ssl::context::tls_client};
    context.set_default_verify_paths();
    context.set_verify_mode(ssl::verify_peer);
    asio::co_spawn(io, get(context, "example.com", "/"), asio::detached);
    io.run();
}
