#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace support
{

/// An HTTP proxy on loopback that opens tunnels, to loopback only, on a thread of its own.
class tunnel_proxy
{
public:
    tunnel_proxy();
    ~tunnel_proxy();
    tunnel_proxy(tunnel_proxy const&) = delete;
    tunnel_proxy& operator=(tunnel_proxy const&) = delete;

    [[nodiscard]] std::string url() const;
    /// The ports of all tunnels that were opened, in order.
    [[nodiscard]] std::vector<std::uint16_t> opened() const;

private:
    using tcp = boost::asio::ip::tcp;
    boost::asio::awaitable<void> accept_all();
    boost::asio::awaitable<void> serve(tcp::socket client);

    boost::asio::io_context io_{1};
    tcp::acceptor acceptor_;
    std::uint16_t port_;
    mutable std::mutex mutex_{};
    std::vector<std::uint16_t> opened_{};
    std::thread thread_{};
};

} // namespace support
