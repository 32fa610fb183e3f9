#pragma once

#include <magic_hour/error.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace magic_hour::detail
{

namespace asio = boost::asio;

using completion = asio::any_completion_handler<void(std::exception_ptr)>;

/// Starts `work` on a fresh strand of `executor`. `handler` is called on its own executor once the work has
/// ended; its cancellation slot cancels the work.
MAGIC_HOUR_DECL void launch(asio::any_io_executor executor, asio::awaitable<void> work, completion handler);

/// Where work that is awaited runs: on a strand of its own, or on the caller's executor when that is known to
/// run one handler at a time.
struct workplace
{
    workplace(asio::any_io_executor of, bool runs_one_at_a_time = false)
        : executor{std::move(of)}, serialized{runs_one_at_a_time}
    {
    }

    asio::any_io_executor executor;
    bool serialized; ///< somebody promised that `executor` runs one handler at a time
};

/// Whether work for `place` may run on `caller` itself.
[[nodiscard]] MAGIC_HOUR_DECL bool
needs_no_strand(workplace const& place, asio::any_io_executor const& caller);

/// Runs `work` on a fresh strand of `executor` and resumes the caller on the caller's own executor.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<void>
run_on_strand(asio::any_io_executor executor, asio::awaitable<void> work);

template <class T>
asio::awaitable<void> store(asio::awaitable<T> work, std::shared_ptr<std::optional<T>> into)
{
    into->emplace(co_await std::move(work));
}

/// `run_on_strand` for work that has a value; without the strand where none is needed.
template <class T>
asio::awaitable<T> on_strand(workplace place, asio::awaitable<T> work)
{
    auto const caller = co_await asio::this_coro::executor;
    if (needs_no_strand(place, caller))
        co_return co_await std::move(work);
    auto value = std::make_shared<std::optional<T>>();
    co_await run_on_strand(std::move(place.executor), store(std::move(work), value));
    co_return std::move(**value);
}

/// What an exception that ended an operation means: cancellation, exhausted memory, or somebody's callback.
[[nodiscard]] MAGIC_HOUR_DECL error to_error(std::exception_ptr const& failure) noexcept;

/// Adapts an operation to any completion token with the signature `void(result<T>)`.
template <class T, class Token>
auto launch_with_token(asio::any_io_executor executor, asio::awaitable<result<T>> work, Token&& token)
{
    auto start = [](auto handler, asio::any_io_executor ex, asio::awaitable<result<T>> operation)
    {
        auto value = std::make_shared<std::optional<result<T>>>();
        auto const slot = asio::get_associated_cancellation_slot(handler);
        auto const where = asio::get_associated_executor(handler, ex);
        auto finish = [value, handler = std::move(handler)](std::exception_ptr failure) mutable
        {
            if (failure)
                std::move(handler)(result<T>{to_error(failure)});
            else
                std::move(handler)(std::move(**value));
        };
        launch(
            std::move(ex), store(std::move(operation), value),
            asio::bind_cancellation_slot(slot, asio::bind_executor(where, std::move(finish))));
    };
    return asio::async_initiate<Token, void(result<T>)>(
        std::move(start), token, std::move(executor), std::move(work));
}

} // namespace magic_hour::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/impl/strand.ipp>
#endif
