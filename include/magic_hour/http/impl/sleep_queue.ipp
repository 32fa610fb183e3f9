#pragma once

#include <magic_hour/http/detail/sleep_queue.hpp>

#include <algorithm>
#include <new>
#include <utility>

namespace magic_hour::http::detail
{

MAGIC_HOUR_DECL void sleep_queue::add(std::shared_ptr<sleeper> who, time_point when)
{
    std::lock_guard const lock{mutex_};
    if (!timer_)
        return;
    auto const place = sleepers_.insert(entry{when, std::move(who)}).first;
    try
    {
        if (waiting_ && place == sleepers_.begin())
            timer_->cancel(); // `on_timer` sets it anew
        else
            wait_for_first();
    }
    catch (std::bad_alloc const&)
    {
        sleepers_.erase(place);
        throw;
    }
}

MAGIC_HOUR_DECL bool sleep_queue::remove(sleeper const& who, time_point when) noexcept
{
    entries::node_type gone; // the last owner, perhaps: it must not end under the lock
    std::lock_guard const lock{mutex_};
    auto const place = sleepers_.find(key{when, &who});
    if (place == sleepers_.end())
        return false;
    bool const first = place == sleepers_.begin();
    gone = sleepers_.extract(place);
    if (first && waiting_)
        timer_->cancel();
    return true;
}

MAGIC_HOUR_DECL void sleep_queue::abandon() noexcept
{
    entries all;
    std::optional<asio::steady_timer> timer;
    std::lock_guard const lock{mutex_};
    std::swap(all, sleepers_);
    if (timer_)
        clock_->disarm(*timer_);
    timer_.swap(timer);
}

/// With the mutex held.
MAGIC_HOUR_DECL void sleep_queue::wait_for_first()
{
    if (waiting_ || !timer_ || sleepers_.empty())
        return;
    clock_->arm(*timer_, sleepers_.begin()->when, time_source::purpose::pause);
    timer_->async_wait([self = shared_from_this()](boost::system::error_code) { self->on_timer(); });
    waiting_ = true;
}

/// The timer has expired, or must be set anew.
MAGIC_HOUR_DECL void sleep_queue::on_timer()
{
    {
        std::lock_guard const lock{mutex_};
        if (timer_)
            clock_->disarm(*timer_);
    }
    constexpr std::size_t at_a_time = 64; // others want to run, too: the rest is due at once
    wake_until(clock_->now(), at_a_time);
    std::unique_lock lock{mutex_};
    waiting_ = false;
    try
    {
        wait_for_first();
    }
    catch (std::bad_alloc const&)
    {
        // Without a timer nobody would wake them: each shall find out for itself what memory there is.
        auto const last = sleepers_.rbegin()->when;
        lock.unlock();
        wake_until(last, std::numeric_limits<std::size_t>::max());
    }
}

MAGIC_HOUR_DECL sleep_queue::entries::node_type sleep_queue::take_first(time_point limit)
{
    std::lock_guard const lock{mutex_};
    if (sleepers_.empty() || sleepers_.begin()->when > limit)
        return {};
    return sleepers_.extract(sleepers_.begin());
}

MAGIC_HOUR_DECL void sleep_queue::wake_until(time_point limit, std::size_t most)
{
    for (std::size_t woken = 0; woken < most; ++woken)
    {
        auto due = take_first(limit);
        if (!due)
            return;
        try
        {
            due.value().who->wake();
        }
        catch (std::bad_alloc const&)
        {
            constexpr std::chrono::milliseconds a_little{100};
            due.value().when = saturating_add(std::max(limit, clock_->now()), a_little);
            std::lock_guard const lock{mutex_};
            sleepers_.insert(std::move(due));
        }
    }
}

} // namespace magic_hour::http::detail
