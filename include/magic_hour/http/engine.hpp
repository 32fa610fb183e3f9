#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/http/body.hpp>
#include <magic_hour/http/message.hpp>
#include <magic_hour/http/observer.hpp>
#include <magic_hour/http/proxy.hpp>
#include <magic_hour/http/resolver.hpp>
#include <magic_hour/http/retry.hpp>
#include <magic_hour/http/tls.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>

namespace magic_hour::http
{

struct pool_options
{
    std::size_t max_connections = 16;                 ///< per origin, busy and idle together
    duration idle_timeout = std::chrono::seconds{30}; ///< an idle connection is closed after this
    duration max_lifetime = std::chrono::minutes{10};
};

struct engine_options
{
    tls_options tls{};
    pool_options pool{};
    retry_options retry{};
    proxy_options proxy{};
    std::string user_agent{};
    std::shared_ptr<http::resolver> resolver{}; ///< null: the system's
    std::shared_ptr<time_source> clock{};       ///< null: the real one
    std::function<double()> random{};           ///< null: a seeded engine of our own; returns [0, 1)
    std::shared_ptr<http::observer> observer{}; ///< null: nobody
};

/// An exchange whose answer's head has arrived: the body is pulled from the connection that it holds.
/// Destroying it early closes the connection.
class exchange
{
public:
    exchange(exchange&&) noexcept;
    exchange& operator=(exchange&&) noexcept;
    ~exchange();

    [[nodiscard]] response_head const& head() const noexcept;
    [[nodiscard]] exchange_stats const& stats() const noexcept;

    /// Whether the body's end was framed (length or chunks); false until the end of a body that ends with
    /// the connection, whose length nobody can verify.
    [[nodiscard]] bool length_verified() const noexcept;

    /// Reads at most `into.size()` body bytes straight into `into`, and more than one TLS record where there
    /// are more; 0 at the verified end. Fails with timeout, connection, protocol or integrity (cut short).
    asio::awaitable<result<std::size_t>> read(asio::mutable_buffer into);

    struct state;
    explicit exchange(std::shared_ptr<state>) noexcept;

private:
    std::shared_ptr<state> state_;
};

/// An HTTPS/1.1 client: pool, TLS, deadlines, retries. Knows nothing of any API.
///
/// Thread safety: `close()` from any thread; coroutines must run on a serialized executor (a strand, or a
/// context that one thread runs), not necessarily the same one for each.
class engine : public std::enable_shared_from_this<engine>
{
public:
    /// Throws `error` (invalid_argument, file) when an option cannot be used.
    engine(asio::any_io_executor executor, engine_options options);
    ~engine();
    engine(engine const&) = delete;
    engine& operator=(engine const&) = delete;

    /// Sends, repeats as the retry policy and the money rule allow, and reads the whole answer.
    /// Any HTTP status is a value; an error is something that kept an answer from arriving. Retryable
    /// statuses are retried first. A billable request that may have reached the server fails with
    /// `outcome_unknown`. Cancellation: terminal; closes the connection.
    asio::awaitable<result<response>> send(request what, address_policy policy);

    /// One attempt, up to the head of the final answer. Redirects are not followed.
    asio::awaitable<result<exchange>> open(request what, address_policy policy);

    /// Ends all exchanges with `errc::closed`, wakes waiters, closes idle connections. Idempotent, does not
    /// wait.
    void close() noexcept;

    [[nodiscard]] asio::any_io_executor get_executor() const noexcept;
    [[nodiscard]] time_source& clock() const noexcept;
    [[nodiscard]] double random() const;
    [[nodiscard]] engine_options const& options() const noexcept;
    /// The client-wide budget that retries are paid from.
    [[nodiscard]] retry_budget& budget() noexcept;

    struct implementation;

private:
    std::unique_ptr<implementation> impl_;
};

} // namespace magic_hour::http

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/engine.ipp>
#endif
