#pragma once

#include <magic_hour/http/time_source.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

namespace magic_hour::http::detail
{

/// Somebody who sleeps in a `sleep_queue`.
class sleeper
{
public:
    /// Called once for each time it went to sleep, by a thread that runs the queue's execution context, and
    /// not before its time. Must return soon. May throw `std::bad_alloc`; it is called again a little later.
    virtual void wake() = 0;

protected:
    sleeper() = default;
    sleeper(sleeper const&) = default;
    sleeper& operator=(sleeper const&) = default;
    virtual ~sleeper() = default;
};

/// Many sleepers and one timer: what a coroutine with a timer of its own costs is ten times as much memory.
/// As long as somebody sleeps the execution context has work.
///
/// Thread safety: all members. Must be owned by a `std::shared_ptr`.
class sleep_queue : public std::enable_shared_from_this<sleep_queue>
{
public:
    sleep_queue(asio::any_io_executor const& executor, std::shared_ptr<time_source> clock)
        : clock_{std::move(clock)}, timer_{std::in_place, executor}
    {
    }

    /// Wakes `who` once the clock shows `when`; keeps it alive until then.
    MAGIC_HOUR_DECL void add(std::shared_ptr<sleeper> who, time_point when);

    /// True: `who`, who was to be woken at `when`, will not be. False: it was woken already.
    MAGIC_HOUR_DECL bool remove(sleeper const& who, time_point when) noexcept;

    /// Lets go of the execution context, which is about to end, and of everybody who sleeps.
    MAGIC_HOUR_DECL void abandon() noexcept;

private:
    struct entry
    {
        time_point when{};
        std::shared_ptr<sleeper> who{};
    };
    struct key
    {
        time_point when{};
        sleeper const* who = nullptr;
    };
    struct earlier
    {
        using is_transparent = void;
        [[nodiscard]] static key key_of(entry const& e) noexcept { return {e.when, e.who.get()}; }
        [[nodiscard]] static key key_of(key k) noexcept { return k; }
        [[nodiscard]] bool operator()(auto const& a, auto const& b) const noexcept
        {
            key const left = key_of(a);
            key const right = key_of(b);
            return left.when != right.when ? left.when < right.when
                                           : std::less<sleeper const*>{}(left.who, right.who);
        }
    };
    using entries = std::set<entry, earlier>;

    void wait_for_first();
    void on_timer();
    void wake_until(time_point limit, std::size_t most);
    [[nodiscard]] entries::node_type take_first(time_point limit);

    std::mutex mutex_{};
    std::shared_ptr<time_source> clock_;
    std::optional<asio::steady_timer> timer_; ///< guarded by `mutex_`; nothing once its context is gone
    bool waiting_ = false;                    ///< guarded by `mutex_`: `on_timer` will be called
    entries sleepers_{};                      ///< guarded by `mutex_`
};

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/sleep_queue.ipp>
#endif
