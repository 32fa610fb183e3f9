#pragma once

#include <magic_hour/testing/certificates.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <memory>
#include <string>

namespace boost::asio::ssl
{
class context;
}

namespace magic_hour::testing::detail
{

namespace asio = boost::asio;

/// A server's end of a connection, with TLS or without. Members that wait return false or 0 when the
/// connection is over.
class wire
{
public:
    virtual ~wire() = default;
    virtual asio::awaitable<bool> handshake() = 0;
    virtual asio::awaitable<std::size_t> read_some(asio::mutable_buffer into) = 0;
    virtual asio::awaitable<bool> write(asio::const_buffer bytes) = 0;
    /// Ends TLS properly where there is any.
    virtual asio::awaitable<void> say_goodbye() = 0;
    /// Waits until the peer is gone without reading what it sends.
    virtual asio::awaitable<void> wait_for_peer() = 0;
    virtual void shutdown_send() noexcept = 0;
    virtual void close(bool reset) noexcept = 0;
    [[nodiscard]] virtual bool session_resumed() = 0;
    [[nodiscard]] virtual std::string server_name() = 0;
};

MAGIC_HOUR_DECL std::shared_ptr<wire> make_plain_wire(asio::ip::tcp::socket socket);
MAGIC_HOUR_DECL std::shared_ptr<wire>
make_tls_wire(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> context);
MAGIC_HOUR_DECL std::shared_ptr<asio::ssl::context> make_server_context(certificate const& pair);

} // namespace magic_hour::testing::detail
