#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/http/body.hpp>
#include <magic_hour/http/engine_options.hpp>
#include <magic_hour/http/exchange.hpp>
#include <magic_hour/http/message.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>

namespace magic_hour::http
{
namespace detail
{
class sleep_queue;
}

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
    /// The same without a copy; `what` must not change until this has ended.
    asio::awaitable<result<response>> send(std::shared_ptr<request const> what, address_policy policy);

    /// One attempt, up to the head of the final answer. Redirects are not followed. `timeouts::total` counts
    /// up to the head; the body is limited by `deadline` and `timeouts::no_progress`. Fails like `send`.
    /// Cancellation: terminal; closes the connection.
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
    /// Where many can sleep at little cost.
    [[nodiscard]] detail::sleep_queue& sleepers() const noexcept;

    struct implementation;

private:
    std::unique_ptr<implementation> impl_;
};

} // namespace magic_hour::http

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/engine.ipp>
#endif
