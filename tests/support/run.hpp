#pragma once

#include "manual_clock.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <variant>

namespace support
{

/// What a test sees when an operation does not end in time: a failure instead of a hang.
struct hung : std::runtime_error
{
    hung() : std::runtime_error("the operation did not end within its real-time limit") {}
};

/// Where an awaitable leaves what it did.
template <class T>
struct finished
{
    using value_type = std::conditional_t<std::is_void_v<T>, std::monostate, T>;
    bool done = false;
    std::exception_ptr failure{};
    std::optional<value_type> value{};

    T get()
    {
        if (failure)
            std::rethrow_exception(failure);
        if constexpr (!std::is_void_v<T>)
            return std::move(*value);
    }
};

/// Starts `what` on `io`; the result appears in what is returned once `io` has run. A cancellation slot
/// makes it cancelable.
template <class T, class... Slot>
std::shared_ptr<finished<T>>
start(boost::asio::io_context& io, boost::asio::awaitable<T> what, Slot... cancellation_slot)
{
    auto state = std::make_shared<finished<T>>();
    auto handler = [state](std::exception_ptr failure, auto... value)
    {
        state->failure = failure;
        if constexpr (sizeof...(value) > 0)
        {
            if (!failure)
                state->value.emplace(std::move(value)...);
        }
        state->done = true;
    };
    if constexpr (sizeof...(cancellation_slot) > 0)
        boost::asio::co_spawn(
            io, std::move(what),
            boost::asio::bind_cancellation_slot(cancellation_slot..., std::move(handler)));
    else
        boost::asio::co_spawn(io, std::move(what), std::move(handler));
    return state;
}

/// Runs `what` to its end in real time and returns its value, or throws what it threw, or `hung`.
template <class T>
T run(
    boost::asio::io_context& io, boost::asio::awaitable<T> what,
    std::chrono::milliseconds limit = std::chrono::seconds{20})
{
    auto const state = start(io, std::move(what));
    auto const until = std::chrono::steady_clock::now() + limit;
    io.restart();
    while (!state->done && std::chrono::steady_clock::now() < until)
    {
        if (io.stopped())
            io.restart();
        io.run_one_for(std::chrono::milliseconds{50});
    }
    if (!state->done)
        throw hung{};
    return state->get();
}

/// The same on a manual clock, which jumps from pause to pause.
template <class T>
T run(
    boost::asio::io_context& io, manual_clock& clock, boost::asio::awaitable<T> what,
    auto_advance_options options = {})
{
    auto const state = start(io, std::move(what));
    if (!run_virtual_until(
            io, clock, [&] { return state->done; }, options))
        throw hung{};
    return state->get();
}

/// Runs whatever is left on `io` for `time`: handlers that must not exist would run now.
inline std::size_t
settle(boost::asio::io_context& io, std::chrono::milliseconds time = std::chrono::milliseconds{20})
{
    io.restart();
    return io.run_for(time);
}

} // namespace support
