#pragma once

#include <magic_hour/http/time_source.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace magic_hour::http::detail
{

/// Somebody who sleeps in a `sleep_queue`.
class sleeper
{
public:
    sleeper(sleeper const&) = delete;
    sleeper& operator=(sleeper const&) = delete;

    /// Called once for each time it went to sleep, by a thread that runs the queue's execution context, and
    /// not before its time. Must return soon. May throw `std::bad_alloc`; it is called again a little later.
    virtual void wake() = 0;

protected:
    sleeper() = default;
    virtual ~sleeper() = default;

private:
    friend class sleep_queue;
    static constexpr std::size_t awake = std::numeric_limits<std::size_t>::max();

    std::size_t place_ = awake; ///< in its queue; guarded by the queue's mutex
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

    /// Wakes `who`, who is awake, once the clock shows `when`; keeps it alive until then.
    MAGIC_HOUR_DECL void add(std::shared_ptr<sleeper> who, time_point when);

    /// True: `who` will not be woken. False: it is awake.
    MAGIC_HOUR_DECL bool remove(sleeper const& who) noexcept;

    /// Lets go of the execution context, which is about to end, and of everybody who sleeps.
    MAGIC_HOUR_DECL void abandon() noexcept;

private:
    struct entry
    {
        time_point when{};
        std::shared_ptr<sleeper> who{};
    };

    void wait_for_first();
    void on_timer();
    void wake_until(time_point limit, std::size_t most);
    [[nodiscard]] entry take_first(time_point limit);
    void put_back(entry e) noexcept;

    // With the mutex held: the heap, whose first element is the earliest.
    void insert(entry e) noexcept;
    [[nodiscard]] entry extract(std::size_t at) noexcept;
    void sift_up(std::size_t at) noexcept;
    void sift_down(std::size_t at) noexcept;
    void place(std::size_t at, entry e) noexcept;

    std::mutex mutex_{};
    std::shared_ptr<time_source> clock_;
    std::optional<asio::steady_timer> timer_; ///< guarded by `mutex_`; nothing once its context is gone
    bool waiting_ = false;                    ///< guarded by `mutex_`: `on_timer` will be called
    std::vector<entry> heap_{};               ///< guarded by `mutex_`; has room for those being woken, too
    std::size_t being_woken_ = 0;             ///< guarded by `mutex_`
};

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/sleep_queue.ipp>
#endif
