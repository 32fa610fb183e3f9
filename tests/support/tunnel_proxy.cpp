#include "tunnel_proxy.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <memory>

namespace support
{

namespace asio = boost::asio;

namespace
{

using socket_pointer = std::shared_ptr<asio::ip::tcp::socket>;

/// Until either end is gone.
asio::awaitable<void> relay(socket_pointer from, socket_pointer to)
{
    std::array<char, 16 * 1024> bytes{};
    boost::system::error_code problem;
    while (!problem)
    {
        auto const count = co_await from->async_read_some(
            asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, problem));
        if (count > 0)
            co_await asio::async_write(
                *to, asio::buffer(bytes, count), asio::redirect_error(asio::use_awaitable, problem));
    }
    boost::system::error_code ignored;
    from->close(ignored);
    to->close(ignored);
}

} // namespace

tunnel_proxy::tunnel_proxy()
    : acceptor_(io_, {asio::ip::address_v4::loopback(), 0}), port_(acceptor_.local_endpoint().port())
{
    asio::co_spawn(io_, accept_all(), asio::detached);
    thread_ = std::thread{[this] { io_.run(); }};
}

tunnel_proxy::~tunnel_proxy()
{
    io_.stop();
    thread_.join();
}

std::string tunnel_proxy::url() const
{
    return "http://127.0.0.1:" + std::to_string(port_);
}

std::vector<std::uint16_t> tunnel_proxy::opened() const
{
    std::lock_guard const lock{mutex_};
    return opened_;
}

asio::awaitable<void> tunnel_proxy::accept_all()
{
    for (;;)
    {
        auto client = co_await acceptor_.async_accept(asio::use_awaitable);
        asio::co_spawn(io_, serve(std::move(client)), asio::detached);
    }
}

asio::awaitable<void> tunnel_proxy::serve(tcp::socket client)
{
    auto const near = std::make_shared<tcp::socket>(std::move(client));
    std::string head;
    co_await asio::async_read_until(*near, asio::dynamic_buffer(head), "\r\n\r\n", asio::use_awaitable);
    auto const target = head.substr(0, head.find(" HTTP/"));
    auto const port = static_cast<std::uint16_t>(std::stoi(target.substr(target.rfind(':') + 1)));
    auto const far = std::make_shared<tcp::socket>(io_);
    tcp::endpoint const where{asio::ip::address_v4::loopback(), port};
    co_await far->async_connect(where, asio::use_awaitable);
    {
        std::lock_guard const lock{mutex_};
        opened_.push_back(port);
    }
    std::string const answer = "HTTP/1.1 200 Connection established\r\n\r\n";
    co_await asio::async_write(*near, asio::buffer(answer), asio::use_awaitable);
    asio::co_spawn(io_, relay(near, far), asio::detached);
    asio::co_spawn(io_, relay(far, near), asio::detached);
}

} // namespace support
