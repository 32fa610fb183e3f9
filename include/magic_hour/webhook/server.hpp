#pragma once

#include <magic_hour/webhook/hub.hpp>
#include <magic_hour/webhook/receiver.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace boost::asio::ssl
{
class context;
} // namespace boost::asio::ssl

namespace magic_hour::webhook
{

namespace asio = boost::asio;

/// When a delivery is answered. Either way it is answered within the 10 seconds that the API waits.
enum class answer_when
{
    /// As soon as the event has a place in the queue of the handler: fast whatever the handler does, but an
    /// event whose handler fails, or that is queued when the process dies, does not come again.
    queued,
    /// When the handler has returned: 200, or 500 when it threw, and then the API delivers the event again.
    /// A handler that takes longer than `answer_within` is answered for with 202 and goes on.
    handled
};

struct server_options
{
    receiver_options receiver{};         ///< secrets, tolerance, body limit, clock
    std::string path{};                  ///< the only path that is served, others get 404; empty: every path
    std::shared_ptr<webhook::hub> hub{}; ///< told of every event, also of those that are known

    answer_when when = answer_when::queued;
    http::duration answer_within = std::chrono::seconds{8};

    std::size_t parallel_handlers = 16; ///< events that are handled at the same time
    std::size_t max_queued = 1024; ///< events waiting for that; beyond it deliveries get 503 and come again
    std::size_t remembered = 4096; ///< events that are known again and answered without the handler

    std::size_t max_connections = 256;                    ///< more are closed at once
    http::duration read_limit = std::chrono::seconds{5};  ///< for a whole request to arrive
    http::duration idle_limit = std::chrono::seconds{30}; ///< for the next request on a connection

    /// With a context connections speak TLS, without one plain HTTP: behind a proxy that ends TLS.
    std::shared_ptr<asio::ssl::context> tls{};
    /// Where handlers run; empty: the server's executor. A handler that blocks needs a thread of its own.
    asio::any_io_executor handler_executor{};

    /// Hooks for logs, called on the server's strand; they must not throw. `on_failure` gets the event whose
    /// handler threw, `on_refused` every signed or unsigned request that was not accepted.
    std::function<void(event const&, std::exception_ptr)> on_failure{};
    std::function<void(reception const&)> on_refused{};
};

/// A small HTTP/1.1 server that receives webhooks: it verifies, deduplicates, tells the hub, answers, and
/// passes each event to a handler, which runs as a coroutine on a strand of its own.
///
/// Thread safety: all members may be called from any thread. The executor's context must outlive the server.
class server
{
public:
    using handler = std::function<asio::awaitable<void>(event)>;

    /// Throws `error` (invalid_argument) when `options` have no secret, or when there is neither a handler
    /// nor a hub.
    MAGIC_HOUR_DECL server(asio::any_io_executor executor, server_options options, handler on_event = {});

    /// Closes.
    MAGIC_HOUR_DECL ~server();
    server(server const&) = delete;
    server& operator=(server const&) = delete;

    /// Accepts connections on `address`, a numeric IP address, and returns the port, which with `port` 0 is
    /// any free one. May be called several times. Throws `error` (invalid_argument, connect).
    MAGIC_HOUR_DECL std::uint16_t listen(std::string_view address, std::uint16_t port);

    /// Stops accepting and closes all connections. Events that were accepted are still handled as long as the
    /// executor's context runs.
    MAGIC_HOUR_DECL void close();

private:
    struct state;
    std::shared_ptr<state> state_;
};

} // namespace magic_hour::webhook

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/webhook/impl/server.ipp>
#endif
