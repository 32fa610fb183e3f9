#pragma once

#include <magic_hour/testing/server.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/strand.hpp>

#include <memory>
#include <vector>

namespace magic_hour::testing
{

namespace detail
{
class session;
}

/// What the accept loop and the sessions share.
struct https_server::implementation : std::enable_shared_from_this<https_server::implementation>
{
    implementation(
        asio::any_io_executor executor, server_settings s, server_handlers h,
        std::shared_ptr<testing::ledger> l);

    static asio::awaitable<void> accept_all(std::shared_ptr<implementation> self);
    void close_sessions(bool reset);
    void close_all();

    asio::strand<asio::any_io_executor> strand;
    server_settings settings;
    server_handlers handlers;
    std::shared_ptr<testing::ledger> ledger;
    std::shared_ptr<asio::ssl::context> tls{};
    asio::ip::tcp::acceptor acceptor;
    std::uint16_t port = 0;
    std::vector<std::weak_ptr<detail::session>> sessions{};
};

} // namespace magic_hour::testing
