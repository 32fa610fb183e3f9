#pragma once

#include <magic_hour/error.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace magic_hour
{
namespace detail
{

/// Runs `io` until `operation` has ended; throws what it threw.
MAGIC_HOUR_DECL void run_to_end(boost::asio::io_context& io, boost::asio::awaitable<void> operation);

template <class T>
boost::asio::awaitable<void>
keep_outcome(boost::asio::awaitable<T> operation, std::shared_ptr<std::optional<T>> into)
{
    into->emplace(co_await std::move(operation));
}

} // namespace detail

/// For programs that block: runs `io` on this thread until `operation` has ended, and returns its value or
/// throws what it threw. Everything happens on the asynchronous path; other work of `io` runs meanwhile and
/// stays in `io` afterwards. Throws `error` (errc::canceled) when `io` is stopped before the end.
///
/// Must not be called from a handler of `io`.
template <class T>
T sync_wait(boost::asio::io_context& io, boost::asio::awaitable<T> operation)
{
    if constexpr (std::is_void_v<T>)
        detail::run_to_end(io, std::move(operation));
    else
    {
        auto const outcome = std::make_shared<std::optional<T>>();
        detail::run_to_end(io, detail::keep_outcome(std::move(operation), outcome));
        return *std::move(*outcome);
    }
}

} // namespace magic_hour

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/impl/sync_wait.ipp>
#endif
