#pragma once

#include <magic_hour/http/time_source.hpp>
#include <magic_hour/jobs/options.hpp>

#include <memory>
#include <optional>

namespace magic_hour::jobs::detail
{

/// Reports how far one file is, not more often than a person can see.
class progress_meter
{
public:
    static constexpr duration shortest_pause = std::chrono::milliseconds{100};

    progress_meter() = default;
    progress_meter(progress_callback callback, http::time_source& clock, transfer_progress begin)
        : callback_(std::move(callback)), clock_(&clock), now_(begin)
    {
    }

    /// Tells about a new count of bytes; at once when it is a file's start or end.
    void report(std::uint64_t bytes, bool at_once = false)
    {
        if (!callback_)
            return;
        auto const time = clock_->now();
        if (!at_once && reported_ && time - *reported_ < shortest_pause)
            return;
        reported_ = time;
        now_.bytes = bytes;
        callback_(now_);
    }

    void set_total(std::optional<std::uint64_t> total) noexcept { now_.total = total; }

private:
    progress_callback callback_{};
    http::time_source* clock_ = nullptr;
    transfer_progress now_{};
    std::optional<time_point> reported_{};
};

} // namespace magic_hour::jobs::detail
