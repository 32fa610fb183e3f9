#pragma once

#include <magic_hour/http/detail/parking.hpp>
#include <magic_hour/http/time_source.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

namespace magic_hour::http
{

MAGIC_HOUR_DECL asio::awaitable<void> sleep_until(time_source& clock, time_point when)
{
    auto const executor = co_await asio::this_coro::executor;
    detail::parking_place place{executor};
    auto const why = co_await place.wait(clock, when, time_source::purpose::pause);
    if (why == detail::parking_place::end::canceled)
        throw boost::system::system_error{asio::error::operation_aborted};
}

} // namespace magic_hour::http
