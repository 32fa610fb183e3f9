#pragma once

#include <magic_hour/http/detail/content_range.hpp>
#include <magic_hour/jobs/detail/storage.hpp>
#include <magic_hour/jobs/download_plan.hpp>

#include <algorithm>

namespace magic_hour::jobs
{
namespace detail
{

[[nodiscard]] MAGIC_HOUR_DECL error download_error(errc code, std::string message, int status = 0)
{
    error_info info;
    info.code = code;
    info.message = std::move(message);
    info.phase = phase::download;
    info.http_status = status;
    return error{std::move(info)};
}

/// Pages that gateways and portals answer instead of a file.
[[nodiscard]] MAGIC_HOUR_DECL bool is_a_web_page(http::response_head const& head)
{
    auto const type = http::find(head.headers, "Content-Type");
    return type && (type->starts_with("text/html") || type->starts_with("application/xhtml"));
}

[[nodiscard]] MAGIC_HOUR_DECL bool is_encoded(http::response_head const& head)
{
    auto const encoding = http::find(head.headers, "Content-Encoding");
    return encoding && !encoding->empty() && *encoding != "identity";
}

[[nodiscard]] MAGIC_HOUR_DECL std::string etag_of(http::response_head const& head)
{
    auto const value = http::find(head.headers, "ETag");
    return value && http::detail::is_strong_etag(*value) ? std::string{*value} : std::string{};
}

[[nodiscard]] MAGIC_HOUR_DECL bool is_worth_another_attempt(errc code) noexcept
{
    switch (code)
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

} // namespace detail

MAGIC_HOUR_DECL download_plan::download_plan(http::url target, download_limits const& limits)
    : origin_(std::move(target)), hop_(origin_), limits_(limits)
{
}

MAGIC_HOUR_DECL bool download_plan::may_continue() const noexcept
{
    return received_ > 0 && !etag_.empty();
}

MAGIC_HOUR_DECL std::vector<http::header> download_plan::headers() const
{
    std::vector<http::header> headers;
    if (may_continue())
    {
        headers.push_back({"Range", "bytes=" + std::to_string(received_) + "-"});
        headers.push_back({"If-Range", etag_});
    }
    return headers;
}

MAGIC_HOUR_DECL download_plan::step
download_plan::on_head(http::response_head const& head, std::optional<duration> retry_after)
{
    ranged_ = may_continue();
    to_skip_ = 0;
    window_bytes_ = 0;
    window_ = duration::zero();
    server_pause_.reset();
    switch (head.status)
    {
    case 200:
        return on_whole(head);
    case 206:
        return on_part(head);
    case 416:
        return on_unsatisfiable(head);
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
        return on_redirect(head);
    case 403:
    case 410:
        return on_expired(head.status);
    default:
        return on_bad_status(head.status, retry_after);
    }
}

MAGIC_HOUR_DECL download_plan::step download_plan::on_whole(http::response_head const& head)
{
    if (detail::is_a_web_page(head))
        return give_up(
            detail::download_error(errc::integrity, "the storage sent a web page instead of the file", 200));
    if (detail::is_encoded(head))
        return give_up(detail::download_error(
            errc::integrity, "the storage sent an encoded file that was not asked for", 200));
    if (head.content_length == 0U)
        return give_up(detail::download_error(errc::integrity, "the storage sent an empty file", 200));
    if (head.content_length.value_or(0) > limits_.max_bytes)
        return give_up(detail::download_error(errc::limit, "the file is larger than allowed", 200));

    auto const etag = detail::etag_of(head);
    framed_ = head.content_length || http::find(head.headers, "Transfer-Encoding");
    if (received_ > 0 && !limits_.can_restart)
    {
        bool const same = !etag.empty() && etag == etag_ && (!total_ || total_ == head.content_length);
        if (!same)
            return give_up(detail::download_error(
                errc::integrity, "the transfer broke, and what was handed on cannot be received again"));
        to_skip_ = received_;
        total_ = head.content_length;
        return step::read_on;
    }
    etag_ = etag;
    total_ = head.content_length;
    received_ = 0;
    return step::read_from_start;
}

MAGIC_HOUR_DECL download_plan::step download_plan::on_part(http::response_head const& head)
{
    if (!ranged_)
        return start_again_in_doubt("the storage sent a part of the file although the whole was asked for");
    auto const value = http::find(head.headers, "Content-Range");
    auto const range = value ? http::detail::parse_content_range(*value) : std::nullopt;
    if (!range || range->first != received_)
        return start_again_in_doubt("the storage sent another part of the file than was asked for");
    if (total_ && range->total && *total_ != *range->total)
        return start_again_in_doubt("the file's size changed during the transfer");
    if (head.content_length && *head.content_length != *range->last - *range->first + 1)
        return start_again_in_doubt("the length of a part contradicts its position");
    auto const sent_etag = http::find(head.headers, "ETag");
    if (detail::is_encoded(head) || (sent_etag && *sent_etag != etag_))
        return start_again_in_doubt("the file changed during the transfer");
    if (range->total.value_or(0) > limits_.max_bytes)
        return give_up(detail::download_error(errc::limit, "the file is larger than allowed", 206));
    if (range->total)
        total_ = range->total;
    framed_ = true;
    return step::read_on;
}

MAGIC_HOUR_DECL download_plan::step download_plan::on_unsatisfiable(http::response_head const& head)
{
    auto const value = http::find(head.headers, "Content-Range");
    auto const range = value ? http::detail::parse_content_range(*value) : std::nullopt;
    bool const complete = ranged_ && total_ && received_ == *total_;
    if (complete && range && !range->first && range->total == total_)
    {
        verified_ = true;
        return step::finished;
    }
    return start_again_in_doubt("the storage does not have the rest of the file");
}

MAGIC_HOUR_DECL download_plan::step download_plan::on_redirect(http::response_head const& head)
{
    if (++redirects_ > limits_.redirects)
        return give_up(detail::download_error(errc::limit, "the storage redirects too often", head.status));
    auto const location = http::find(head.headers, "Location");
    if (!location)
        return give_up(
            detail::download_error(errc::protocol, "the storage redirects to nowhere", head.status));
    auto next = http::resolve_reference(hop_, *location);
    if (!next)
        return give_up(next.error());
    if (!next->is_https() && !limits_.allow_plain_http)
        return give_up(detail::download_error(
            errc::policy, "the storage redirects to an address without encryption", head.status));
    hop_ = *std::move(next);
    server_pause_ = duration::zero();
    return step::send_again;
}

MAGIC_HOUR_DECL download_plan::step download_plan::on_expired(int status)
{
    if (limits_.can_renew && renewals_ < limits_.renewals)
    {
        ++renewals_;
        return step::renew_url;
    }
    return give_up(detail::download_error(
        errc::expired, "the storage refuses the signed URL, and a fresh one did not help", status));
}

MAGIC_HOUR_DECL download_plan::step download_plan::on_renewed(http::url fresh)
{
    origin_ = std::move(fresh);
    hop_ = origin_;
    redirects_ = 0;
    server_pause_ = duration::zero();
    return step::send_again;
}

MAGIC_HOUR_DECL download_plan::step
download_plan::on_bad_status(int status, std::optional<duration> retry_after)
{
    auto const why = detail::download_error(
        detail::code_for_storage_status(status), "the storage answered " + std::to_string(status), status);
    bool const passing = status == 408 || status == 425 || status == 429 || (status >= 500 && status < 600);
    bool const too_long = retry_after && *retry_after > limits_.longest_retry_after;
    if (!passing || too_long)
        return give_up(why);
    auto const next = resume(why);
    server_pause_ = retry_after;
    return next;
}

MAGIC_HOUR_DECL download_plan::step download_plan::on_bytes(std::uint64_t count, duration waited)
{
    window_ += waited;
    window_bytes_ += count;
    auto const known = std::min(count, to_skip_);
    to_skip_ -= known;
    received_ += count - known;
    if (received_ > furthest_)
    {
        furthest_ = received_;
        stalls_ = 0;
    }
    if (received_ > limits_.max_bytes)
        return give_up(detail::download_error(errc::limit, "the file is larger than allowed"));
    if (total_ && received_ > *total_)
        return give_up(detail::download_error(errc::integrity, "the storage sent more than it announced"));
    if (window_ < limits_.stall_window)
        return step::read_on;
    auto const wanted = std::chrono::duration_cast<std::chrono::seconds>(window_).count();
    bool const stalled = window_bytes_ < static_cast<std::uint64_t>(wanted);
    window_ = duration::zero();
    window_bytes_ = 0;
    if (!stalled || received_ == total_)
        return step::read_on;
    return resume(detail::download_error(errc::timeout, "the transfer stalled"));
}

MAGIC_HOUR_DECL download_plan::step download_plan::on_end(bool framed)
{
    if (to_skip_ > 0)
        return start_again_in_doubt("the file became shorter during the transfer");
    if (received_ == 0)
        return give_up(detail::download_error(errc::integrity, "the storage sent an empty file"));
    if (total_ && received_ < *total_)
        return resume(detail::download_error(errc::integrity, "the transfer ended early"));
    verified_ = framed;
    return step::finished;
}

MAGIC_HOUR_DECL download_plan::step download_plan::on_failure(error const& why)
{
    // A body whose end only the connection's end marks: nobody can tell how much of it is missing.
    bool const cut = why.code() == errc::integrity && received_ > 0 && !framed_;
    if (cut || !detail::is_worth_another_attempt(why.code()))
        return give_up(why);
    return resume(why);
}

MAGIC_HOUR_DECL download_plan::step download_plan::resume(error const& why)
{
    if (++stalls_ > limits_.resumes_without_progress)
        return give_up(why);
    if (!limits_.can_restart && received_ > 0 && etag_.empty())
        return give_up(why);
    hop_ = origin_;
    redirects_ = 0;
    server_pause_.reset();
    return step::send_again;
}

MAGIC_HOUR_DECL download_plan::step download_plan::start_again_in_doubt(std::string why)
{
    auto failure = detail::download_error(errc::integrity, std::move(why));
    bool const cannot = !limits_.can_restart && received_ > 0;
    if (doubted_ || cannot)
        return give_up(std::move(failure));
    doubted_ = true;
    forget_version();
    hop_ = origin_;
    redirects_ = 0;
    server_pause_ = duration::zero();
    return step::send_again;
}

MAGIC_HOUR_DECL void download_plan::forget_version() noexcept
{
    etag_.clear();
    total_.reset();
    received_ = 0;
}

MAGIC_HOUR_DECL download_plan::step download_plan::give_up(error why)
{
    failure_ = why.with(
        [](error_info& info)
        {
            if (info.phase == phase::none)
                info.phase = phase::download;
        });
    return step::failed;
}

MAGIC_HOUR_DECL duration download_plan::pause(double random) const noexcept
{
    if (server_pause_)
        return *server_pause_;
    if (stalls_ <= 1)
        return duration::zero();
    constexpr duration base = std::chrono::milliseconds{500};
    auto const ceiling = std::min<duration>(base * (1 << std::min(stalls_ - 2, 6)), std::chrono::seconds{20});
    return std::chrono::duration_cast<duration>(ceiling * random);
}

} // namespace magic_hour::jobs
