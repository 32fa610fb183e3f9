#include "manual_clock.hpp"

#include <algorithm>

namespace support
{

http::time_point manual_clock::now() const noexcept
{
    std::lock_guard const lock{mutex_};
    return now_;
}

std::chrono::system_clock::time_point manual_clock::wall_clock() const noexcept
{
    std::lock_guard const lock{mutex_};
    return wall_;
}

void manual_clock::arm(boost::asio::steady_timer& timer, http::time_point when, purpose why)
{
    std::lock_guard const lock{mutex_};
    if (when <= now_)
    {
        timers_.erase(&timer);
        timer.expires_at(http::time_point::min());
        return;
    }
    timers_[&timer] = {when, why};
    timer.expires_at(http::time_point::max());
}

void manual_clock::disarm(boost::asio::steady_timer& timer) noexcept
{
    std::lock_guard const lock{mutex_};
    timers_.erase(&timer);
}

void manual_clock::advance(http::duration by)
{
    advance_to(now() + by);
}

void manual_clock::advance_to(http::time_point when)
{
    std::lock_guard const lock{mutex_};
    if (when <= now_)
        return;
    wall_ += std::chrono::duration_cast<std::chrono::system_clock::duration>(when - now_);
    now_ = when;
    std::erase_if(
        timers_,
        [&](auto& each)
        {
            if (each.second.when > now_)
                return false;
            each.first->expires_at(http::time_point::min());
            return true;
        });
}

void manual_clock::shift_wall_clock(std::chrono::seconds by)
{
    std::lock_guard const lock{mutex_};
    wall_ += by;
}

std::optional<http::time_point> manual_clock::next_pause() const
{
    std::lock_guard const lock{mutex_};
    std::optional<http::time_point> next;
    for (auto const& [timer, waits] : timers_)
        if (waits.why == purpose::pause && waits.when != http::time_point::max())
            next = std::min(next.value_or(waits.when), waits.when);
    return next;
}

std::optional<http::time_point> manual_clock::next_of_any_kind() const
{
    std::lock_guard const lock{mutex_};
    std::optional<http::time_point> next;
    for (auto const& [timer, waits] : timers_)
        if (waits.when != http::time_point::max())
            next = std::min(next.value_or(waits.when), waits.when);
    return next;
}

std::size_t manual_clock::armed() const
{
    std::lock_guard const lock{mutex_};
    return timers_.size();
}

std::size_t manual_clock::armed_pauses() const
{
    std::lock_guard const lock{mutex_};
    return static_cast<std::size_t>(std::count_if(
        timers_.begin(), timers_.end(), [](auto const& each) { return each.second.why == purpose::pause; }));
}

namespace
{

bool drive(
    boost::asio::io_context& io, manual_clock& clock, std::function<bool()> const& done,
    auto_advance_options options)
{
    using real = std::chrono::steady_clock;
    auto const give_up = real::now() + options.real_limit;
    auto last_progress = real::now();
    while (!done())
    {
        if (io.stopped())
            io.restart();
        if (io.run_one_for(std::chrono::milliseconds{1}) > 0)
        {
            last_progress = real::now();
            continue;
        }
        if (real::now() > give_up)
            return false;
        auto const quiet = real::now() - last_progress;
        auto next = quiet >= options.quiet ? clock.next_pause() : std::nullopt;
        if (!next && options.limits_too && quiet >= options.quiet_before_limits)
            next = clock.next_of_any_kind();
        if (next)
        {
            clock.advance_to(*next);
            last_progress = real::now();
        }
    }
    return true;
}

} // namespace

bool run_virtual_until(
    boost::asio::io_context& io, manual_clock& clock, std::function<bool()> const& done,
    auto_advance_options options)
{
    return drive(io, clock, done, options);
}

bool run_virtual(boost::asio::io_context& io, manual_clock& clock, auto_advance_options options)
{
    io.restart();
    // An io_context stops by itself when it runs out of work.
    return drive(
        io, clock, [&] { return io.stopped(); }, options);
}

} // namespace support
