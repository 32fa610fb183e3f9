#pragma once

#include <magic_hour/http/detail/parking.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace magic_hour::http::detail
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

MAGIC_HOUR_DECL asio::awaitable<parking_place::end>
parking_place::wait(time_source& clock, time_point until, time_source::purpose why)
{
    for (;;)
    {
        if (woken_)
            co_return end::woken;
        if (clock.now() >= until)
            co_return end::expired;
        {
            armed_timer const armed{clock, timer_, until, why};
            boost::system::error_code ignored;
            co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
        auto const state = co_await asio::this_coro::cancellation_state;
        if (!woken_ && state.cancelled() != asio::cancellation_type::none)
            co_return end::canceled;
    }
}

MAGIC_HOUR_DECL void wake(std::shared_ptr<parking_place> const& place) noexcept
{
    try
    {
        asio::post(place->executor(), [place] { place->wake_here(); });
    }
    catch (std::exception const&)
    {
        // Out of memory: the sleeper wakes at its deadline.
    }
}

} // namespace magic_hour::http::detail
