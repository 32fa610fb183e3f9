#pragma once

#include <magic_hour/jobs/poll_schedule.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

namespace magic_hour::jobs
{
namespace detail
{

[[nodiscard]] MAGIC_HOUR_DECL time_point round_up_to_grid(time_point when) noexcept
{
    auto const past = when.time_since_epoch() % poll_schedule::grid;
    return past == duration::zero() ? when : http::saturating_add(when, poll_schedule::grid - past);
}

/// `pause * factor`, at most `limit`: computed so that nothing overflows.
[[nodiscard]] MAGIC_HOUR_DECL duration scaled(duration pause, double factor, duration limit) noexcept
{
    double const ticks = static_cast<double>(pause.count()) * factor;
    if (!(ticks < static_cast<double>(limit.count())))
        return limit;
    return duration{static_cast<duration::rep>(ticks)};
}

[[nodiscard]] MAGIC_HOUR_DECL error bad_poll_option(std::string message)
{
    return error{errc::invalid_argument, std::move(message)};
}

} // namespace detail

MAGIC_HOUR_DECL result<void> check(poll_options const& options)
{
    if (options.interval < duration::zero())
        return detail::bad_poll_option("the poll interval must not be negative");
    if (options.first_pause < duration::zero())
        return detail::bad_poll_option("the first pause between polls must not be negative");
    if (options.longest_pause <= duration::zero())
        return detail::bad_poll_option("the longest pause between polls must be positive");
    if (options.deadline <= duration::zero())
        return detail::bad_poll_option("the deadline of waiting must be positive");
    if (!std::isfinite(options.growth) || options.growth < 1)
        return detail::bad_poll_option("the growth of pauses must be a finite number of at least 1");
    if (!std::isfinite(options.jitter) || options.jitter < 0 || options.jitter > 1)
        return detail::bad_poll_option("the jitter of pauses must lie between 0 and 1");
    return {};
}

MAGIC_HOUR_DECL result<duration> parse_poll_interval(std::string_view text)
{
    auto const refuse = [&](char const* why)
    {
        return detail::bad_poll_option(
            "the poll interval '" + magic_hour::detail::printable(text, 64) + "' " + why);
    };
    double seconds = 0;
    auto const* const end = text.data() + text.size();
    auto const [stop, code] = std::from_chars(text.data(), end, seconds, std::chars_format::fixed);
    if (code != std::errc{} || stop != end || !std::isfinite(seconds))
        return refuse("is not a decimal number of seconds");
    if (!(seconds > 0))
        return refuse("must be greater than zero");
    constexpr double longest = 365.0 * 86400;
    if (seconds > longest)
        return refuse("is longer than a year");
    auto const interval = std::chrono::duration_cast<duration>(std::chrono::duration<double>(seconds));
    return std::max(interval, poll_schedule::shortest_pause);
}

MAGIC_HOUR_DECL verdict classify(std::string_view status, bool enabled) noexcept
{
    if (!enabled)
        return verdict::deleted;
    if (status == "complete")
        return verdict::complete;
    if (status == "error")
        return verdict::failed;
    if (status == "canceled")
        return verdict::canceled;
    return verdict::keep_waiting;
}

MAGIC_HOUR_DECL
poll_schedule::poll_schedule(poll_options const& options, kind makes, time_point start) noexcept
    : options_(options),
      start_(start),
      deadline_(http::saturating_add(start, options.deadline)),
      grace_end_(http::saturating_add(start, options.not_found_grace))
{
    auto const usual = makes == kind::video ? std::chrono::seconds{5} : std::chrono::seconds{3};
    pause_ = options.first_pause > duration::zero() ? options.first_pause : duration{usual};
    pause_ = std::min(pause_, options_.longest_pause);
}

MAGIC_HOUR_DECL time_point
poll_schedule::first_poll(std::chrono::seconds median, time_point now, double random) noexcept
{
    duration pause = pause_;
    if (options_.interval > duration::zero())
        pause = options_.interval;
    else if (median > std::chrono::seconds{0} && options_.first_pause == duration::zero())
        pause = std::clamp<duration>(
            duration{median} / 2, std::min<duration>(std::chrono::seconds{2}, options_.longest_pause),
            options_.longest_pause);
    auto const when = http::saturating_add(now, with_jitter(pause, random));
    return detail::round_up_to_grid(std::min(when, deadline_));
}

MAGIC_HOUR_DECL std::optional<time_point>
poll_schedule::next_poll(time_point now, double random, std::optional<duration> retry_after) noexcept
{
    if (now >= deadline_)
        return std::nullopt;
    auto when = http::saturating_add(now, with_jitter(pause_, random));
    if (options_.interval > duration::zero())
        when = http::saturating_add(now, std::max(options_.interval, shortest_pause));
    pause_ = detail::scaled(pause_, options_.growth, options_.longest_pause);
    if (retry_after)
    {
        auto const allowed = http::saturating_add(now, *retry_after);
        if (allowed > deadline_)
            return std::nullopt;
        when = std::max(when, allowed);
    }
    return detail::round_up_to_grid(std::min(when, deadline_));
}

MAGIC_HOUR_DECL duration poll_schedule::with_jitter(duration pause, double random) const noexcept
{
    if (options_.interval > duration::zero())
        return std::max(pause, shortest_pause);
    double const factor = 1 + options_.jitter * (2 * random - 1);
    return std::max(detail::scaled(pause, factor, duration::max()), shortest_pause);
}

} // namespace magic_hour::jobs
