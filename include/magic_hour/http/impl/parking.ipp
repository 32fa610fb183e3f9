#pragma once

#include <magic_hour/http/detail/parking.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>

namespace magic_hour::http::detail
{

MAGIC_HOUR_DECL asio::awaitable<parking_place::end>
parking_place::wait(time_source& clock, time_point until, time_source::purpose why)
{
    for (;;)
    {
        if (woken_)
            co_return end::woken;
        if (clock.now() >= until)
            co_return end::expired;
        co_await wait_once(clock, timer_, until, why);
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
