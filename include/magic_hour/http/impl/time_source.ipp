#pragma once

#include <magic_hour/http/time_source.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace magic_hour::http
{

MAGIC_HOUR_DECL void time_source::arm(steady_timer& timer, time_point when, purpose)
{
    timer.expires_at(when);
}

namespace detail
{

/// Arms a timer and makes sure that the clock forgets it.
class armed_timer
{
public:
    armed_timer(time_source& clock, asio::steady_timer& timer, time_point when, time_source::purpose why)
        : clock_{clock}, timer_{timer}
    {
        if (when == time_point::max())
            timer_.expires_at(when);
        else
            clock_.arm(timer_, when, why);
    }
    ~armed_timer() { clock_.disarm(timer_); }
    armed_timer(armed_timer const&) = delete;
    armed_timer& operator=(armed_timer const&) = delete;

private:
    time_source& clock_;
    asio::steady_timer& timer_;
};

MAGIC_HOUR_DECL asio::awaitable<void>
wait_once(time_source& clock, asio::steady_timer& timer, time_point when, time_source::purpose why)
{
    armed_timer const armed{clock, timer, when, why};
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

} // namespace detail

MAGIC_HOUR_DECL asio::awaitable<void> sleep_until(time_source& clock, time_point when)
{
    asio::steady_timer timer{co_await asio::this_coro::executor};
    while (clock.now() < when)
    {
        co_await detail::wait_once(clock, timer, when, time_source::purpose::pause);
        auto const state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            throw boost::system::system_error{asio::error::operation_aborted};
    }
}

} // namespace magic_hour::http
