#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/http/message.hpp>
#include <magic_hour/http/time_source.hpp>
#include <magic_hour/http/url.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace magic_hour::jobs
{

using http::duration;
using http::time_point;

/// What a transfer may cost before it is given up.
struct download_limits
{
    int resumes_without_progress = 5;
    int renewals = 2;
    int redirects = 5;
    std::uint64_t max_bytes = std::numeric_limits<std::uint64_t>::max();
    duration stall_window = std::chrono::seconds{20}; ///< less than one byte a second this long is a stall
    duration longest_retry_after = std::chrono::seconds{60};
    bool can_restart = true;       ///< whether what was received can be thrown away and received again
    bool can_renew = true;         ///< whether somebody can be asked for a fresh URL
    bool allow_plain_http = false; ///< for tests on loopback
};

/// How one file is fetched over any number of broken connections: a state machine without sockets, files or
/// clocks. It is told what arrived and says what to do next. Bytes of two versions of a file never mix: a
/// transfer goes on only under a strong entity tag, and starts again on any doubt.
class download_plan
{
public:
    enum class step
    {
        read_from_start, ///< the body begins at byte 0: throw away what is there, then read
        read_on,         ///< the body goes on at `received()`, after `to_skip()` bytes that are known
        send_again,      ///< drop the connection, wait `pause()`, send `headers()` to `target()`
        renew_url,       ///< drop the connection, get a fresh URL, call `on_renewed`
        finished,        ///< everything is there
        failed           ///< `failure()` says why
    };

    MAGIC_HOUR_DECL download_plan(http::url target, download_limits const& limits);

    /// Where the next request goes.
    [[nodiscard]] http::url const& target() const noexcept { return hop_; }
    /// The headers that the next request needs: none, or Range and If-Range.
    [[nodiscard]] MAGIC_HOUR_DECL std::vector<http::header> headers() const;

    /// An answer's head arrived. `retry_after` is what its header says.
    [[nodiscard]] MAGIC_HOUR_DECL step
    on_head(http::response_head const& head, std::optional<duration> retry_after = {});
    /// `count` body bytes arrived after waiting for them for `waited`.
    [[nodiscard]] MAGIC_HOUR_DECL step on_bytes(std::uint64_t count, duration waited);
    /// The body ended; `framed` tells whether its end was marked (length or chunks).
    [[nodiscard]] MAGIC_HOUR_DECL step on_end(bool framed);
    /// The request or the body broke.
    [[nodiscard]] MAGIC_HOUR_DECL step on_failure(error const& why);
    /// A fresh URL is here.
    [[nodiscard]] MAGIC_HOUR_DECL step on_renewed(http::url fresh);

    /// How long to wait before `send_again`: nothing after progress, else growing with full jitter.
    [[nodiscard]] MAGIC_HOUR_DECL duration pause(double random) const noexcept;

    [[nodiscard]] std::uint64_t received() const noexcept { return received_; }
    /// Bytes of the current body that were received before and must not be handed on again.
    [[nodiscard]] std::uint64_t to_skip() const noexcept { return to_skip_; }
    [[nodiscard]] std::optional<std::uint64_t> total() const noexcept { return total_; }
    /// Whether the end of a finished transfer was marked by its server.
    [[nodiscard]] bool length_verified() const noexcept { return verified_; }
    [[nodiscard]] error const& failure() const noexcept { return *failure_; }

private:
    [[nodiscard]] MAGIC_HOUR_DECL step on_whole(http::response_head const& head);
    [[nodiscard]] MAGIC_HOUR_DECL step on_part(http::response_head const& head);
    [[nodiscard]] MAGIC_HOUR_DECL step on_unsatisfiable(http::response_head const& head);
    [[nodiscard]] MAGIC_HOUR_DECL step on_redirect(http::response_head const& head);
    [[nodiscard]] MAGIC_HOUR_DECL step on_expired(int status);
    [[nodiscard]] MAGIC_HOUR_DECL step on_bad_status(int status, std::optional<duration> retry_after);
    [[nodiscard]] MAGIC_HOUR_DECL step start_again_in_doubt(std::string why);
    [[nodiscard]] MAGIC_HOUR_DECL step resume(error const& why);
    [[nodiscard]] MAGIC_HOUR_DECL step give_up(error why);
    [[nodiscard]] MAGIC_HOUR_DECL bool may_continue() const noexcept;
    MAGIC_HOUR_DECL void forget_version() noexcept;

    http::url origin_; ///< every attempt begins here
    http::url hop_;    ///< and may be sent on to here
    download_limits limits_;
    std::string etag_{};
    std::optional<std::uint64_t> total_{};
    std::uint64_t received_ = 0;
    std::uint64_t to_skip_ = 0;
    std::uint64_t furthest_ = 0; ///< progress is what goes beyond this
    std::uint64_t window_bytes_ = 0;
    duration window_{};
    std::optional<duration> server_pause_{};
    std::optional<error> failure_{};
    int stalls_ = 0;
    int renewals_ = 0;
    int redirects_ = 0;
    bool doubted_ = false;
    bool ranged_ = false; ///< the request on the wire asked for a range
    bool framed_ = false; ///< the current body's head announced how its end is marked
    bool verified_ = false;
};

} // namespace magic_hour::jobs

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/jobs/impl/download_plan.ipp>
#endif
