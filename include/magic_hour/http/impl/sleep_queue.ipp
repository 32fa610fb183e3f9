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
    if (heap_.capacity() <= heap_.size() + being_woken_)
        heap_.reserve(2 * heap_.capacity() + being_woken_ + 1);
    sleeper const& added = *who;
    insert({when, std::move(who)});
    try
    {
        if (waiting_ && added.place_ == 0)
            timer_->cancel(); // `on_timer` sets it anew
        else
            wait_for_first();
    }
    catch (std::bad_alloc const&)
    {
        static_cast<void>(extract(added.place_));
        throw;
    }
}

MAGIC_HOUR_DECL bool sleep_queue::remove(sleeper const& who) noexcept
{
    entry gone; // the last owner, perhaps: it must not end under the lock
    std::lock_guard const lock{mutex_};
    if (who.place_ == sleeper::awake)
        return false;
    bool const first = who.place_ == 0;
    gone = extract(who.place_);
    if (first && waiting_)
        timer_->cancel();
    return true;
}

MAGIC_HOUR_DECL void sleep_queue::abandon() noexcept
{
    std::vector<entry> all;
    std::optional<asio::steady_timer> timer;
    std::lock_guard const lock{mutex_};
    std::swap(all, heap_);
    for (entry const& each : all)
        each.who->place_ = sleeper::awake;
    if (timer_)
        clock_->disarm(*timer_);
    timer_.swap(timer);
}

/// With the mutex held.
MAGIC_HOUR_DECL void sleep_queue::wait_for_first()
{
    if (waiting_ || !timer_ || heap_.empty())
        return;
    clock_->arm(*timer_, heap_.front().when, time_source::purpose::pause);
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
        auto const earlier = [](entry const& a, entry const& b) { return a.when < b.when; };
        auto const last = std::max_element(heap_.begin(), heap_.end(), earlier)->when;
        lock.unlock();
        wake_until(last, std::numeric_limits<std::size_t>::max());
    }
}

MAGIC_HOUR_DECL void sleep_queue::wake_until(time_point limit, std::size_t most)
{
    for (std::size_t woken = 0; woken < most; ++woken)
    {
        entry due = take_first(limit);
        if (!due.who)
            return;
        try
        {
            due.who->wake();
            std::lock_guard const lock{mutex_};
            --being_woken_;
        }
        catch (std::bad_alloc const&)
        {
            constexpr std::chrono::milliseconds a_little{100};
            due.when = saturating_add(std::max(limit, clock_->now()), a_little);
            put_back(std::move(due));
        }
    }
}

MAGIC_HOUR_DECL sleep_queue::entry sleep_queue::take_first(time_point limit)
{
    std::lock_guard const lock{mutex_};
    if (heap_.empty() || heap_.front().when > limit)
        return {};
    ++being_woken_;
    return extract(0);
}

MAGIC_HOUR_DECL void sleep_queue::put_back(entry e) noexcept
{
    entry not_taken; // ends without the lock
    std::lock_guard const lock{mutex_};
    --being_woken_;
    if (timer_)
        insert(std::move(e));
    else
        not_taken = std::move(e);
}

MAGIC_HOUR_DECL void sleep_queue::insert(entry e) noexcept
{
    heap_.emplace_back();
    place(heap_.size() - 1, std::move(e));
    sift_up(heap_.size() - 1);
}

MAGIC_HOUR_DECL sleep_queue::entry sleep_queue::extract(std::size_t at) noexcept
{
    entry out = std::move(heap_[at]);
    out.who->place_ = sleeper::awake;
    entry last = std::move(heap_.back());
    heap_.pop_back();
    if (at == heap_.size())
        return out;
    place(at, std::move(last));
    sift_up(at);
    sift_down(at);
    return out;
}

MAGIC_HOUR_DECL void sleep_queue::sift_up(std::size_t at) noexcept
{
    entry moving = std::move(heap_[at]);
    for (; at > 0 && moving.when < heap_[(at - 1) / 2].when; at = (at - 1) / 2)
        place(at, std::move(heap_[(at - 1) / 2]));
    place(at, std::move(moving));
}

MAGIC_HOUR_DECL void sleep_queue::sift_down(std::size_t at) noexcept
{
    entry moving = std::move(heap_[at]);
    for (std::size_t child = 2 * at + 1; child < heap_.size(); child = 2 * at + 1)
    {
        if (child + 1 < heap_.size() && heap_[child + 1].when < heap_[child].when)
            ++child;
        if (moving.when <= heap_[child].when)
            break;
        place(at, std::move(heap_[child]));
        at = child;
    }
    place(at, std::move(moving));
}

MAGIC_HOUR_DECL void sleep_queue::place(std::size_t at, entry e) noexcept
{
    e.who->place_ = at;
    heap_[at] = std::move(e);
}

} // namespace magic_hour::http::detail
