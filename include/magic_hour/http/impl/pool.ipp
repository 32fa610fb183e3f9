#pragma once

#include <magic_hour/http/detail/parking.hpp>
#include <magic_hour/http/detail/pool.hpp>

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace magic_hour::http::detail
{

MAGIC_HOUR_DECL void lease::replace()
{
    pool::connections trash;
    std::lock_guard const lock{pool_->mutex_};
    trash.push_back(std::exchange(connection_, nullptr));
    connection_ = pool_->pop_idle(*entry_, trash);
    if (connection_)
        --entry_->open; // two places became one
}

MAGIC_HOUR_DECL void lease::release() noexcept
{
    if (!entry_)
        return;
    auto const owner = std::move(pool_);
    auto used = std::exchange(connection_, nullptr);
    if (!keep_)
        used.reset();
    owner->give_back(*std::exchange(entry_, nullptr), std::move(used));
}

MAGIC_HOUR_DECL pool_waiter::~pool_waiter()
{
    std::unique_lock lock{pool_->mutex_};
    if (entry)
    {
        entry->waiting.remove(this);
        pool_->leave();
    }
    origin_entry* const place_of_ours = std::exchange(granted, nullptr);
    lock.unlock();
    if (place_of_ours)
        pool_->give_back(*place_of_ours, std::move(with));
}

MAGIC_HOUR_DECL
pool::pool(pool_options options, asio::any_io_executor const& executor, std::shared_ptr<time_source> clock)
    : options_{options}, clock_{std::move(clock)}, reaper_{std::in_place, executor}
{
}

MAGIC_HOUR_DECL time_point pool::good_until(connection const& c) const noexcept
{
    return std::min(
        saturating_add(c.idle_since, options_.idle_timeout),
        saturating_add(c.opened_at, options_.max_lifetime));
}

MAGIC_HOUR_DECL std::shared_ptr<connection> pool::pop_idle(origin_entry& entry, connections& trash)
{
    while (!entry.idle.empty())
    {
        std::shared_ptr<connection> c = std::move(entry.idle.back());
        entry.idle.pop_back();
        if (clock_->now() < good_until(*c))
            return c;
        --entry.open;
        trash.push_back(std::move(c));
    }
    return nullptr;
}

MAGIC_HOUR_DECL bool
pool::try_take(origin_entry& entry, bool fresh, std::shared_ptr<connection>& taken, connections& trash)
{
    if (!entry.waiting.empty())
        return false;
    if (!fresh)
        taken = pop_idle(entry, trash);
    if (taken)
        return true;
    if (entry.open < options_.max_connections)
    {
        ++entry.open;
        return true;
    }
    if (entry.idle.empty())
        return false;
    // Only for a fresh connection: the one that has rested longest makes room.
    trash.push_back(std::move(entry.idle.front()));
    entry.idle.erase(entry.idle.begin());
    return true;
}

MAGIC_HOUR_DECL result<lease> pool::take_place(std::string const& origin, bool fresh, connections& trash)
{
    if (closed_)
        return closed_failure(phase::connect);
    auto place = origins_.find(origin);
    if (place == origins_.end())
    {
        place = origins_.try_emplace(origin).first;
        place->second.key = origin;
    }
    std::shared_ptr<connection> taken;
    if (!try_take(place->second, fresh, taken, trash))
        return lease{};
    ++active_;
    schedule_reaping();
    return lease{shared_from_this(), place->second, std::move(taken)};
}

MAGIC_HOUR_DECL result<lease> pool::try_acquire(std::string const& origin, bool fresh)
{
    connections trash;
    std::lock_guard const lock{mutex_};
    return take_place(origin, fresh, trash);
}

MAGIC_HOUR_DECL asio::awaitable<result<lease>>
pool::acquire(std::string origin, bool fresh, time_point deadline)
{
    auto const self = shared_from_this();
    auto const where = co_await asio::this_coro::executor;
    pool_waiter waiter{self, fresh};
    connections trash;
    {
        std::lock_guard const lock{mutex_};
        auto now = take_place(origin, fresh, trash);
        if (!now || *now)
            co_return now;
        origin_entry& entry = origins_.find(origin)->second;
        waiter.place = std::make_shared<parking_place>(where);
        entry.waiting.push_back(&waiter);
        waiter.entry = &entry;
        ++active_;
        schedule_reaping();
    }
    trash.clear();
    auto const why = co_await waiter.place->wait(*clock_, deadline, time_source::purpose::limit);
    std::lock_guard const lock{mutex_};
    if (waiter.granted)
        co_return lease{self, *std::exchange(waiter.granted, nullptr), std::move(waiter.with)};
    if (closed_)
        co_return closed_failure(phase::connect);
    if (why == parking_place::end::canceled)
        co_return canceled_failure(phase::connect);
    co_return timeout_failure(phase::connect);
}

MAGIC_HOUR_DECL std::shared_ptr<connection>
pool::pass_on(origin_entry& entry, std::shared_ptr<connection> c, time_point now)
{
    if (!entry.waiting.empty())
    {
        pool_waiter* const next = entry.waiting.front();
        entry.waiting.pop_front();
        next->entry = nullptr;
        next->granted = &entry;
        if (!next->fresh)
            next->with = std::move(c);
        wake(next->place);
        return c;
    }
    if (c)
    {
        c->idle_since = now;
        entry.idle.push_back(std::move(c));
        // The next exchange takes this one; the one that it would have taken has time to rest.
        if (entry.idle.size() > 1)
            entry.idle[entry.idle.size() - 2]->rest();
        return nullptr;
    }
    if (--entry.open == 0)
        origins_.erase(origins_.find(entry.key));
    return nullptr;
}

MAGIC_HOUR_DECL void pool::give_back(origin_entry& entry, std::shared_ptr<connection> c) noexcept
{
    std::shared_ptr<connection> worn_out;
    std::shared_ptr<connection> unwanted;
    std::lock_guard const lock{mutex_};
    try
    {
        time_point const now = clock_->now();
        if (c && (closed_ || now >= saturating_add(c->opened_at, options_.max_lifetime)))
            worn_out = std::move(c);
        unwanted = pass_on(entry, std::move(c), now);
        leave();
        schedule_reaping();
    }
    catch (std::exception const&)
    {
        // Out of memory: the place stays taken until the engine ends.
    }
}

MAGIC_HOUR_DECL void pool::leave() noexcept
{
    if (--active_ != 0 || !reaper_set_)
        return;
    reaper_set_ = false;
    ++reaping_;
    if (reaper_)
    {
        clock_->disarm(*reaper_);
        reaper_->cancel();
    }
}

MAGIC_HOUR_DECL void pool::collect_expired(connections& trash)
{
    time_point const now = clock_->now();
    for (auto entry = origins_.begin(); entry != origins_.end();)
    {
        auto& idle = entry->second.idle;
        for (auto c = idle.begin(); c != idle.end();)
        {
            if (now < good_until(**c))
            {
                ++c;
                continue;
            }
            trash.push_back(std::move(*c));
            c = idle.erase(c);
            --entry->second.open;
        }
        bool const unused = entry->second.open == 0 && entry->second.waiting.empty();
        entry = unused ? origins_.erase(entry) : std::next(entry);
    }
}

MAGIC_HOUR_DECL void pool::schedule_reaping() noexcept
try
{
    if (reaper_set_ || closed_ || active_ == 0 || !reaper_)
        return;
    time_point next = time_point::max();
    for (auto const& [key, entry] : origins_)
        for (auto const& c : entry.idle)
            next = std::min(next, good_until(*c));
    if (next == time_point::max())
        return;
    reaper_set_ = true;
    clock_->arm(*reaper_, next, time_source::purpose::limit);
    reaper_->async_wait(
        [weak = weak_from_this(), generation = ++reaping_](boost::system::error_code)
        {
            auto const self = weak.lock();
            if (!self)
                return;
            std::unique_lock lock{self->mutex_};
            if (generation != self->reaping_)
                return;
            self->reaper_set_ = false;
            lock.unlock();
            self->reap();
        });
}
catch (std::exception const&)
{
    // Out of memory: expired connections are found when they are next looked at.
    reaper_set_ = false;
}

MAGIC_HOUR_DECL void pool::reap()
try
{
    connections trash;
    std::lock_guard const lock{mutex_};
    collect_expired(trash);
    schedule_reaping();
}
catch (std::exception const&)
{
    // As above.
}

MAGIC_HOUR_DECL void pool::close() noexcept
{
    std::lock_guard const lock{mutex_};
    closed_ = true;
    if (std::exchange(reaper_set_, false) && reaper_)
    {
        ++reaping_;
        clock_->disarm(*reaper_);
        reaper_->cancel();
    }
    for (auto& [key, entry] : origins_)
    {
        entry.open -= entry.idle.size();
        entry.idle.clear();
        for (pool_waiter* const waiter : entry.waiting)
            wake(waiter->place);
    }
}

MAGIC_HOUR_DECL void pool::abandon() noexcept
{
    std::lock_guard const lock{mutex_};
    closed_ = true;
    if (reaper_)
        clock_->disarm(*reaper_);
    reaper_.reset();
    for (auto& [key, entry] : origins_)
    {
        entry.open -= entry.idle.size();
        entry.idle.clear();
    }
}

} // namespace magic_hour::http::detail
