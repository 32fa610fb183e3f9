#pragma once

#include <magic_hour/http/time_source.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>

namespace magic_hour::http::detail
{

/// Where one coroutine waits for a moment or for somebody to wake it.
class parking_place
{
public:
    enum class end
    {
        woken,
        expired,
        canceled
    };

    /// `where`: the waiting coroutine's executor.
    explicit parking_place(asio::any_io_executor where) : where_{std::move(where)}, timer_{where_} {}

    MAGIC_HOUR_DECL asio::awaitable<end> wait(time_source& clock, time_point until, time_source::purpose why);

    /// On the coroutine's own executor only.
    void wake_here() noexcept
    {
        woken_ = true;
        timer_.cancel();
    }

    [[nodiscard]] asio::any_io_executor const& executor() const noexcept { return where_; }

private:
    asio::any_io_executor where_;
    asio::steady_timer timer_;
    bool woken_ = false;
};

/// Wakes `place` from any thread, as long as its execution context lives.
MAGIC_HOUR_DECL void wake(std::shared_ptr<parking_place> const& place) noexcept;

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/parking.ipp>
#endif
