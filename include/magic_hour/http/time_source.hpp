#pragma once

#include <magic_hour/detail/config.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>

namespace boost::asio
{
template <typename Clock>
struct wait_traits;
template <typename Clock, typename WaitTraits, typename Executor>
class basic_waitable_timer;
} // namespace boost::asio

namespace magic_hour::http
{

namespace asio = boost::asio;

using steady_clock = std::chrono::steady_clock;
using duration = steady_clock::duration;
using time_point = steady_clock::time_point;
/// `asio::steady_timer`, whose header is dear to include: who derives from `time_source` includes it.
using steady_timer =
    asio::basic_waitable_timer<steady_clock, asio::wait_traits<steady_clock>, asio::any_io_executor>;

/// Where the library takes its time from. The default is the real clock; tests inject one that they advance.
///
/// Thread safety: all members may be called from any thread.
class time_source
{
public:
    /// Why somebody waits: a manual clock may jump to the end of a pause, but not to a limit on a live
    /// exchange.
    enum class purpose
    {
        pause,
        limit
    };

    virtual ~time_source() = default;

    [[nodiscard]] virtual time_point now() const noexcept { return steady_clock::now(); }
    [[nodiscard]] virtual std::chrono::system_clock::time_point wall_clock() const noexcept
    {
        return std::chrono::system_clock::now();
    }

    /// Sets `timer` to expire when this clock shows `when`. Waiters must check `now()` when they wake.
    MAGIC_HOUR_DECL virtual void arm(steady_timer& timer, time_point when, purpose why);

    /// Called before a timer that was armed is destroyed or re-used for nothing.
    virtual void disarm(steady_timer&) noexcept {}
};

/// `a + b` without overflow: `duration::max()` stays infinite.
[[nodiscard]] constexpr time_point saturating_add(time_point a, duration b) noexcept
{
    return b >= time_point::max() - a ? time_point::max() : a + b;
}

/// Returns once `clock` shows `when`. Throws `boost::system::system_error` (operation_aborted) when canceled.
MAGIC_HOUR_DECL asio::awaitable<void> sleep_until(time_source& clock, time_point when);

namespace detail
{
/// Waits once for `timer` set to `when`; also anything that cancels the timer ends it. Does not throw when
/// canceled: look at the cancellation state.
MAGIC_HOUR_DECL asio::awaitable<void>
wait_once(time_source& clock, steady_timer& timer, time_point when, time_source::purpose why);
} // namespace detail

} // namespace magic_hour::http

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/time_source.ipp>
#endif
