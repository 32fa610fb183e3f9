#pragma once

#include <magic_hour/error.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace magic_hour
{
namespace detail
{

struct nothing
{
};

template <class T>
struct sync_outcome
{
    std::optional<T> value{};
    std::exception_ptr failure{};
    bool done = false;
};

template <class T, class Outcome>
boost::asio::awaitable<void> keep_outcome(boost::asio::awaitable<T> operation, std::shared_ptr<Outcome> into)
{
    if constexpr (std::is_void_v<T>)
    {
        co_await std::move(operation);
        into->value.emplace();
    }
    else
        into->value.emplace(co_await std::move(operation));
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
    using value = std::conditional_t<std::is_void_v<T>, detail::nothing, T>;
    auto const outcome = std::make_shared<detail::sync_outcome<value>>();
    boost::asio::co_spawn(
        io, detail::keep_outcome<T>(std::move(operation), outcome),
        [outcome](std::exception_ptr failure)
        {
            outcome->failure = failure;
            outcome->done = true;
        });
    io.restart();
    while (!outcome->done && io.run_one() != 0)
    {
    }
    if (!outcome->done)
        throw error{errc::canceled, "the io_context was stopped before the operation ended"};
    if (outcome->failure)
        std::rethrow_exception(outcome->failure);
    if constexpr (!std::is_void_v<T>)
        return *std::move(outcome->value);
}

} // namespace magic_hour
