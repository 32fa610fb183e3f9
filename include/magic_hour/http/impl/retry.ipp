#pragma once

#include <magic_hour/http/detail/ascii.hpp>
#include <magic_hour/http/detail/http_date.hpp>
#include <magic_hour/http/detail/number.hpp>
#include <magic_hour/http/retry.hpp>

#include <algorithm>

namespace magic_hour::http
{

namespace detail
{

/// Whatever the options say, no loop is hotter than this.
inline constexpr duration shortest_pause = std::chrono::milliseconds{1};
/// Spreads clients that were all told to come back at the same time.
inline constexpr duration longest_spread = std::chrono::milliseconds{500};
/// A server that asks for more than a year means "never"; more would overflow a clock.
inline constexpr std::chrono::milliseconds longest_retry_after = std::chrono::hours{24 * 365};

MAGIC_HOUR_DECL bool is_retryable(int status) noexcept
{
    switch (status)
    {
    case 408:
    case 425:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
        return true;
    default:
        return status >= 520 && status <= 524;
    }
}

/// TLS failures, forbidden addresses and answers too large are the same the next time.
[[nodiscard]] constexpr bool is_retryable(errc failure) noexcept
{
    switch (failure)
    {
    case errc::resolve:
    case errc::connect:
    case errc::timeout:
    case errc::connection:
    case errc::protocol:
    case errc::integrity:
        return true;
    default:
        return false;
    }
}

/// A status other than 2xx is an answer even when its body broke off.
[[nodiscard]] inline bool is_retryable(attempt_outcome const& outcome) noexcept
{
    bool const refused = outcome.status >= 300;
    return !outcome.permanent && (refused ? is_retryable(outcome.status) : is_retryable(outcome.failure));
}

[[nodiscard]] inline duration scale(duration d, double factor) noexcept
{
    // The comparison is false for NaN too.
    double const clamped = factor >= 0.0 ? std::min(factor, 1.0) : 0.0;
    return std::chrono::duration_cast<duration>(std::chrono::duration<double, duration::period>{d} * clamped);
}

/// `base * 2^(attempt - 1)`, at most `max_delay`.
[[nodiscard]] MAGIC_HOUR_DECL duration backoff_ceiling(retry_options const& options, int attempt) noexcept
{
    duration const cap = std::max(options.max_delay, shortest_pause);
    duration ceiling = std::clamp(options.base_delay, shortest_pause, cap);
    for (int i = 1; i < attempt && ceiling < cap; ++i)
        ceiling = ceiling > cap / 2 ? cap : ceiling * 2;
    return ceiling;
}

[[nodiscard]] MAGIC_HOUR_DECL duration
backoff(retry_options const& options, retry_context const& context, attempt_outcome const& outcome) noexcept
{
    duration const ceiling = backoff_ceiling(options, context.attempt);
    duration const floor = std::max(backoff_ceiling(options, 1) / 5, shortest_pause);
    duration const spread = scale(std::min(ceiling, longest_spread), context.random);
    if (outcome.retry_after)
        return std::max(*outcome.retry_after + spread, std::max(floor, scale(ceiling, context.random)));
    // The server asked for a pause that cannot be read: the longest one of this attempt is the safe guess.
    if (outcome.retry_after_unusable)
        return ceiling + spread;
    return std::max(floor, scale(ceiling, context.random));
}

[[nodiscard]] inline bool ends_in_time(retry_context const& context, duration pause) noexcept
{
    return context.deadline == time_point::max() || context.now + pause < context.deadline;
}

/// "12" or "1.5", never less than it says: a part of a millisecond counts as one.
[[nodiscard]] MAGIC_HOUR_DECL std::optional<std::chrono::milliseconds>
parse_seconds(std::string_view text) noexcept
{
    std::string_view const whole = text.substr(0, text.find('.'));
    std::string_view const fraction = text.substr(std::min(text.size(), whole.size() + 1));
    bool const has_point = whole.size() != text.size();
    auto const is_number = [](std::string_view s)
    { return !s.empty() && std::all_of(s.begin(), s.end(), is_digit); };
    if (!is_number(whole) || (has_point && !is_number(fraction)))
        return std::nullopt;
    auto const seconds = parse_decimal(whole);
    auto const longest = static_cast<std::uint64_t>(longest_retry_after.count());
    if (!seconds || *seconds >= longest / 1000)
        return longest_retry_after;
    std::uint64_t thousandths = 0;
    for (std::size_t i = 0; i < 3; ++i)
        thousandths = thousandths * 10 + static_cast<unsigned>(i < fraction.size() ? fraction[i] - '0' : 0);
    bool const more = fraction.size() > 3 && fraction.find_first_not_of('0', 3) != std::string_view::npos;
    return std::chrono::milliseconds{*seconds * 1000 + thousandths + (more ? 1 : 0)};
}

} // namespace detail

MAGIC_HOUR_DECL bool retry_budget::try_spend(int cost) noexcept
{
    std::lock_guard const lock{mutex_};
    if (cost > tokens_)
        return false;
    tokens_ -= std::max(cost, 0);
    return true;
}

MAGIC_HOUR_DECL void retry_budget::refund(int tokens) noexcept
{
    std::lock_guard const lock{mutex_};
    int const room = capacity_ - tokens_;
    tokens_ += std::clamp(tokens, 0, std::max(room, 0));
}

MAGIC_HOUR_DECL int retry_budget::tokens() const noexcept
{
    std::lock_guard const lock{mutex_};
    return tokens_;
}

MAGIC_HOUR_DECL bool may_send_again(retry_context const& context, attempt_outcome const& outcome) noexcept
{
    if (!outcome.bytes_handed_to_tls)
        return true;
    if (!context.rewindable)
        return false;
    return !context.billable || outcome.status == 429;
}

MAGIC_HOUR_DECL bool costs_an_attempt(retry_context const& context, attempt_outcome const& outcome) noexcept
{
    return !(outcome.stale_connection && may_send_again(context, outcome));
}

MAGIC_HOUR_DECL int retry_cost(
    retry_options const& options, retry_context const& context, attempt_outcome const& outcome) noexcept
{
    if (!costs_an_attempt(context, outcome))
        return 0;
    return outcome.failure == errc::timeout ? options.timeout_cost : options.retry_cost;
}

MAGIC_HOUR_DECL std::optional<duration> next_attempt_after(
    retry_options const& options, retry_context const& context, attempt_outcome const& outcome) noexcept
{
    if (!may_send_again(context, outcome))
        return std::nullopt;
    if (!costs_an_attempt(context, outcome))
    {
        if (detail::ends_in_time(context, duration::zero()))
            return duration::zero();
        return std::nullopt;
    }
    if (context.attempt >= std::min(context.max_attempts, options.max_attempts))
        return std::nullopt;
    if (!detail::is_retryable(outcome))
        return std::nullopt;
    if (outcome.retry_after && *outcome.retry_after > options.max_retry_after)
        return std::nullopt;
    duration const pause = detail::backoff(options, context, outcome);
    if (!detail::ends_in_time(context, pause))
        return std::nullopt;
    return pause;
}

MAGIC_HOUR_DECL bool
deletion_happened_before(http::method method, bool earlier_attempt_was_sent, int status) noexcept
{
    return method == method::delete_ && earlier_attempt_was_sent && status == 404;
}

MAGIC_HOUR_DECL std::optional<std::chrono::milliseconds>
parse_retry_after(std::string_view value, std::chrono::system_clock::time_point now) noexcept
{
    using std::chrono::milliseconds;
    value = detail::trim(value);
    if (value.empty())
        return std::nullopt;
    if (!detail::is_digit(value.front()))
    {
        auto const date = detail::parse_http_date(value, now);
        if (!date)
            return std::nullopt;
        // In milliseconds on both sides: the year 9999 does not fit a clock of nanoseconds.
        milliseconds const left = *date - std::chrono::floor<milliseconds>(now);
        return std::clamp(left, milliseconds::zero(), detail::longest_retry_after);
    }
    return detail::parse_seconds(value);
}

} // namespace magic_hour::http
