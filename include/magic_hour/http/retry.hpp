#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/http/message.hpp>

#include <mutex>
#include <optional>
#include <string_view>

namespace magic_hour::http
{

struct retry_options
{
    int max_attempts = 3;
    duration base_delay = std::chrono::milliseconds{500};
    duration max_delay = std::chrono::seconds{20};
    duration max_retry_after = std::chrono::seconds{60}; ///< a server that asks for more ends the operation
    int budget_capacity = 500;                           ///< tokens shared by all operations of a client
    int retry_cost = 5;
    int timeout_cost = 10;
};

/// The tokens that retries of one client are paid from: an outage drains them and ends the storm.
/// Thread safety: all members.
class retry_budget
{
public:
    explicit retry_budget(int capacity) noexcept : capacity_(capacity), tokens_(capacity) {}
    [[nodiscard]] MAGIC_HOUR_DECL bool try_spend(int cost) noexcept;
    MAGIC_HOUR_DECL void refund(int tokens) noexcept;
    [[nodiscard]] MAGIC_HOUR_DECL int tokens() const noexcept;

private:
    mutable std::mutex mutex_{};
    int capacity_;
    int tokens_;
};

/// How far an attempt got, which decides what may follow.
struct attempt_outcome
{
    int status = 0;                   ///< 0: no answer
    errc failure = errc{};            ///< set when there was no (whole) answer
    bool bytes_handed_to_tls = false; ///< false: provably nothing of the request was sent
    bool stale_connection = false;    ///< a pooled connection broke before any answer byte
    bool permanent = false; ///< a failure that is the same the next time: no such name, no route, bad option
    std::optional<duration> retry_after{};
    bool retry_after_unusable = false; ///< the header was there but could not be understood
};

struct retry_context
{
    http::method method = method::get;
    bool billable = false;
    bool rewindable = true; ///< the body can be sent again
    int attempt = 1;        ///< the attempt that just ended, from 1
    int max_attempts = 3;   ///< the lower one of this and the options' counts
    time_point now{};
    time_point deadline = time_point::max();
    double random = 0.5; ///< [0, 1)
};

namespace detail
{
/// Whether a status tells of a passing fault.
[[nodiscard]] MAGIC_HOUR_DECL bool is_retryable(int status) noexcept;
} // namespace detail

/// The money rule: may this request be sent again at all? Always when nothing of it was handed over; else
/// only with a rewindable body, and a billable one only when the server answered 429.
[[nodiscard]] MAGIC_HOUR_DECL bool may_send_again(retry_context const&, attempt_outcome const&) noexcept;

/// Whether repeating counts as an attempt: not when a pooled connection turned out to be dead and the request
/// may go again at once on another one.
[[nodiscard]] MAGIC_HOUR_DECL bool costs_an_attempt(retry_context const&, attempt_outcome const&) noexcept;

/// What a retry takes from the `retry_budget`; 0 when it does not count as an attempt.
[[nodiscard]] MAGIC_HOUR_DECL int
retry_cost(retry_options const&, retry_context const&, attempt_outcome const&) noexcept;

/// The pause before the next attempt, or nothing when this outcome is final. Zero only for what
/// `costs_an_attempt` denies, never beyond the deadline, never shorter than Retry-After. Pure; the budget is
/// the caller's to ask.
/// Retryable: resolve, connect, timeout, connection, protocol, integrity, and the statuses 408, 425, 429,
/// 500, 502-504, 520-524. `errc::tls` is not: report a handshake that the peer broke off as connection.
[[nodiscard]] MAGIC_HOUR_DECL std::optional<duration>
next_attempt_after(retry_options const&, retry_context const&, attempt_outcome const&) noexcept;

/// Whether a 404 to a repeated DELETE means that an earlier attempt, whose answer was lost, did its work.
[[nodiscard]] MAGIC_HOUR_DECL bool
deletion_happened_before(http::method method, bool earlier_attempt_was_sent, int status) noexcept;

/// Seconds, seconds with a fraction, or an HTTP date. Nothing for anything else; never negative, at most a
/// year.
[[nodiscard]] MAGIC_HOUR_DECL std::optional<std::chrono::milliseconds>
parse_retry_after(std::string_view value, std::chrono::system_clock::time_point now) noexcept;

} // namespace magic_hour::http

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/retry.ipp>
#endif
