#pragma once

#include <magic_hour/http/time_source.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <memory>
#include <optional>

namespace magic_hour::http::detail
{

/// What a watchdog stops.
class interruptible
{
public:
    /// Makes whatever is being waited for end at once.
    virtual void interrupt() noexcept = 0;

protected:
    ~interruptible() = default;
};

/// The deadline of one exchange. Moving it is an assignment; the timer is set again only when it fires early
/// or must fire earlier. Used on one serialized executor.
class watchdog : public std::enable_shared_from_this<watchdog>
{
public:
    /// `timers`: whose context the timer belongs to; `where`: the executor of the exchange.
    watchdog(
        asio::any_io_executor const& timers, asio::any_io_executor where, std::shared_ptr<time_source> clock,
        interruptible& target)
        : where_{std::move(where)}, clock_{std::move(clock)}, timer_{std::in_place, timers}, target_{&target}
    {
    }

    /// Interrupts the target at `deadline`; `time_point::max()` never does.
    MAGIC_HOUR_DECL void watch_until(time_point deadline);
    /// Stops watching; no timer stays behind.
    MAGIC_HOUR_DECL void rest() noexcept;
    /// Never touches the target again.
    MAGIC_HOUR_DECL void dismiss() noexcept;

    [[nodiscard]] bool expired() const noexcept { return expired_; }
    [[nodiscard]] asio::any_io_executor const& executor() const noexcept { return where_; }

private:
    void start();
    void woke(std::uint64_t generation) noexcept;

    asio::any_io_executor where_;
    std::shared_ptr<time_source> clock_;
    std::optional<asio::steady_timer> timer_;
    interruptible* target_;
    time_point deadline_ = time_point::max();
    time_point set_for_ = time_point::max();
    std::uint64_t generation_ = 0;
    bool pending_ = false;
    bool expired_ = false;
};

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/watchdog.ipp>
#endif
