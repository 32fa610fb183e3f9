#pragma once

#include <magic_hour/http/detail/watchdog.hpp>

#include <boost/asio/bind_executor.hpp>

#include <exception>

namespace magic_hour::http::detail
{

MAGIC_HOUR_DECL void watchdog::watch_until(time_point deadline)
{
    deadline_ = deadline;
    expired_ = false;
    if (timer_ && deadline != time_point::max() && !(pending_ && set_for_ <= deadline))
        start();
}

MAGIC_HOUR_DECL void watchdog::start()
{
    set_for_ = deadline_;
    pending_ = true;
    ++generation_;
    clock_->arm(*timer_, deadline_, time_source::purpose::limit);
    auto woken = [self = shared_from_this(), generation = generation_](boost::system::error_code)
    { self->woke(generation); };
    timer_->async_wait(asio::bind_executor(where_, std::move(woken)));
}

MAGIC_HOUR_DECL void watchdog::woke(std::uint64_t generation) noexcept
{
    if (generation != generation_ || !timer_)
        return;
    pending_ = false;
    try
    {
        if (deadline_ == time_point::max())
            return;
        if (clock_->now() < deadline_)
            return start();
    }
    catch (std::exception const&)
    {
        // No memory for another wait: better to end the exchange than to let it hang.
    }
    expired_ = true;
    if (target_)
        target_->interrupt();
}

MAGIC_HOUR_DECL void watchdog::rest() noexcept
{
    deadline_ = time_point::max();
    if (!pending_)
        return;
    pending_ = false;
    ++generation_;
    if (timer_)
    {
        clock_->disarm(*timer_);
        timer_->cancel();
    }
}

MAGIC_HOUR_DECL void watchdog::dismiss() noexcept
{
    rest();
    target_ = nullptr;
    timer_.reset();
}

} // namespace magic_hour::http::detail
