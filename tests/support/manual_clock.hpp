#pragma once

#include <magic_hour/http/time_source.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

namespace support
{

namespace http = magic_hour::http;

/// A clock that stands still until a test moves it. Timers that are due get an expiry in the past, which ends
/// a wait with operation_aborted: waiters look at `now()` when they wake, as `time_source` demands.
///
/// Thread safety: `now` and `wall_clock` from any thread; `advance` and `jump` where the timers live (the
/// thread that runs the io_context, or any thread while nobody runs it).
class manual_clock : public http::time_source
{
public:
    [[nodiscard]] http::time_point now() const noexcept override;
    [[nodiscard]] std::chrono::system_clock::time_point wall_clock() const noexcept override;
    void arm(boost::asio::steady_timer& timer, http::time_point when, purpose why) override;
    void disarm(boost::asio::steady_timer& timer) noexcept override;

    void advance(http::duration by);
    void advance_to(http::time_point when);
    /// Moves the wall clock alone, as an administrator would.
    void shift_wall_clock(std::chrono::seconds by);

    /// The earliest moment that somebody waits for.
    [[nodiscard]] std::optional<http::time_point> next_pause() const;
    [[nodiscard]] std::optional<http::time_point> next_of_any_kind() const;
    [[nodiscard]] std::size_t armed() const;
    [[nodiscard]] std::size_t armed_pauses() const;
    /// How much time has passed on this clock.
    [[nodiscard]] http::duration elapsed() const noexcept { return now() - begin_; }

private:
    struct entry
    {
        http::time_point when{};
        purpose why{};
    };

    mutable std::mutex mutex_{};
    http::time_point const begin_ = http::time_point{} + std::chrono::hours{1000};
    http::time_point now_ = begin_;
    std::chrono::system_clock::time_point wall_ = std::chrono::system_clock::now();
    std::map<boost::asio::steady_timer*, entry> timers_{};
};

struct auto_advance_options
{
    /// Real time without any handler after which nothing but the clock can bring progress.
    std::chrono::milliseconds quiet{5};
    /// Also jump to limits when no pause is left: ends stalls on purpose. After a longer quiet time.
    bool limits_too = false;
    std::chrono::milliseconds quiet_before_limits{60};
    /// Real time after which the run is given up.
    std::chrono::milliseconds real_limit = std::chrono::seconds{20};
};

/// Runs `io` until it has no work, moving `clock` to the next pause whenever nothing happens. False when the
/// real limit passed first.
bool run_virtual(boost::asio::io_context& io, manual_clock& clock, auto_advance_options options = {});

/// The same until `done()`.
bool run_virtual_until(
    boost::asio::io_context& io, manual_clock& clock, std::function<bool()> const& done,
    auto_advance_options options = {});

} // namespace support
