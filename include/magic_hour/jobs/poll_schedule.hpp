#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/http/time_source.hpp>
#include <magic_hour/model/operation.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace magic_hour::jobs
{

using http::duration;
using http::time_point;

/// How to wait for a job.
struct poll_options
{
    /// A fixed pause between two polls, without growth or jitter. Zero: the pauses grow.
    duration interval{0};
    /// The pause before the second poll. Zero: 3 s for pictures and sound, 5 s for video.
    duration first_pause{0};
    double growth = 1.5; ///< each pause is this much longer than the one before
    duration longest_pause = std::chrono::seconds{30};
    double jitter = 0.2; ///< pauses are up to this part longer or shorter
    /// Waiting ends with `errc::gave_up` after this; the job goes on. `duration::max()`: for ever.
    duration deadline = std::chrono::hours{2};
    /// How long after the start the answer "no such project" is taken for "not yet".
    duration not_found_grace{0};
};

/// Fails with `errc::invalid_argument` when the options contradict themselves or could never end a pause.
[[nodiscard]] MAGIC_HOUR_DECL result<void> check(poll_options const& options);

/// Decimal seconds as MAGIC_HOUR_POLL_INTERVAL holds them: "0.5". Fails with `errc::invalid_argument` for
/// zero, a negative number, or anything that is not a plain decimal number.
[[nodiscard]] MAGIC_HOUR_DECL result<duration> parse_poll_interval(std::string_view text);

/// What a status means to somebody who waits.
enum class verdict
{
    keep_waiting,
    complete,
    failed,
    canceled,
    deleted
};

/// A status that we do not know keeps us waiting; a deleted project (`enabled` is false) never comes back.
[[nodiscard]] MAGIC_HOUR_DECL verdict classify(std::string_view status, bool enabled) noexcept;

/// When to ask how a job goes: a pure state machine. It is told the time and a random number, never asks for
/// either, and counts pauses from the answer's arrival, so a clock that jumps forward causes no burst.
class poll_schedule
{
public:
    /// Pauses are never shorter than this, whatever the options and the server say.
    static constexpr duration shortest_pause = std::chrono::milliseconds{100};
    /// Wake-ups are rounded up to this grid, so that many jobs share one wake-up of the process.
    static constexpr duration grid = std::chrono::milliseconds{5};

    poll_schedule() = default;
    /// `start` is when waiting began.
    MAGIC_HOUR_DECL poll_schedule(poll_options const& options, kind makes, time_point start) noexcept;

    /// When to poll for the first time after a create: about half of the documented median, but at most the
    /// longest pause. With an unknown median (zero) it is a normal first pause.
    [[nodiscard]] MAGIC_HOUR_DECL time_point
    first_poll(std::chrono::seconds median, time_point now, double random) noexcept;

    /// When to poll again, after any answer or failure, but not before `now + retry_after`. The last poll
    /// happens at the deadline. Nothing when the deadline has passed or the server forbids to ask before it.
    [[nodiscard]] MAGIC_HOUR_DECL std::optional<time_point>
    next_poll(time_point now, double random, std::optional<duration> retry_after = {}) noexcept;

    [[nodiscard]] time_point start() const noexcept { return start_; }
    [[nodiscard]] time_point deadline() const noexcept { return deadline_; }
    /// Whether "no such project" may still mean that the job is too new to be seen.
    [[nodiscard]] bool may_be_too_new(time_point now) const noexcept { return now < grace_end_; }

private:
    [[nodiscard]] MAGIC_HOUR_DECL duration with_jitter(duration pause, double random) const noexcept;

    poll_options options_{};
    time_point start_{};
    time_point deadline_ = time_point::max();
    time_point grace_end_{};
    duration pause_{};
};

} // namespace magic_hour::jobs

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/jobs/impl/poll_schedule.ipp>
#endif
