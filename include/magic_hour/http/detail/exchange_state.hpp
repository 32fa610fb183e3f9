#pragma once

#include <magic_hour/http/detail/body_framing.hpp>
#include <magic_hour/http/detail/engine_core.hpp>
#include <magic_hour/http/detail/stall_limit.hpp>
#include <magic_hour/http/exchange.hpp>

#include <memory>
#include <optional>
#include <string>

namespace magic_hour::http
{

/// An answer whose body may still be on the wire.
struct exchange::state
{
    state(std::shared_ptr<detail::engine_core> c, detail::lease l, duration no_progress)
        : core{std::move(c)}, held{std::move(l)}, stall{no_progress}
    {
    }

    std::shared_ptr<detail::engine_core> core;
    detail::lease held;
    std::string origin{};
    response_head head{};
    detail::body_decoder decoder{detail::body_framing{}};
    detail::stall_limit stall;
    exchange_stats stats{};
    time_point begun{};
    time_point deadline = time_point::max();
    std::uint64_t sent_before = 0; ///< what the connection had moved for others
    std::uint64_t received_before = 0;
    std::uint64_t since_wait = 0; ///< bytes read without letting others run
    bool reusable = false;        ///< as far as the head and the request tell
    std::optional<error> failure{};

    /// Gives the connection back once nothing more is to be read from it.
    MAGIC_HOUR_DECL void settle();
};

} // namespace magic_hour::http

namespace magic_hour::http::detail
{

/// What is known about one attempt, also when it ends in an exception.
struct attempt
{
    exchange_stats stats{};
    bool handed_over = false; ///< a byte of the request was given to TLS
    bool reused = false;
    bool got_some = false; ///< a byte of an answer has come
    int status = 0;
};

/// One attempt up to the head of the final answer. `what` was checked. `record` outlives the call.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<result<std::shared_ptr<exchange::state>>> open_exchange(
    std::shared_ptr<engine_core> core, std::shared_ptr<request const> what, address_policy policy,
    time_point deadline, attempt& record);

/// Reads body bytes; see `exchange::read`.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<result<std::size_t>>
read_body(std::shared_ptr<exchange::state> from, asio::mutable_buffer into);

/// Cancellation and exhausted memory as errors; rethrows what is neither.
[[nodiscard]] MAGIC_HOUR_DECL error failure_from(std::exception_ptr const& thrown);

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/exchange.ipp>
#include <magic_hour/http/impl/opening.ipp>
#endif
