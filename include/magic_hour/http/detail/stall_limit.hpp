#pragma once

#include <magic_hour/http/time_source.hpp>

#include <algorithm>
#include <cstdint>

namespace magic_hour::http::detail
{

/// The rule against transfers that hardly move: less than a byte a second over a whole window is a stall.
/// Only time spent waiting for the peer counts.
class stall_limit
{
public:
    explicit stall_limit(duration window) noexcept
        : window_{window},
          left_{window},
          needed_{std::max<std::uint64_t>(
              1,
              static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(window).count()))}
    {
    }

    /// When a wait that begins now has to end.
    [[nodiscard]] time_point deadline(time_point now) const noexcept { return saturating_add(now, left_); }

    void waited(duration time) noexcept
    {
        if (window_ != duration::max())
            left_ = std::max(left_ - time, duration{1});
    }

    void moved(std::uint64_t bytes) noexcept
    {
        moved_ += bytes;
        if (moved_ < needed_)
            return;
        moved_ = 0;
        left_ = window_;
    }

private:
    duration window_;
    duration left_;
    std::uint64_t needed_;
    std::uint64_t moved_ = 0;
};

} // namespace magic_hour::http::detail
