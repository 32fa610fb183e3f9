#pragma once

#include <magic_hour/detail/call.hpp>
#include <magic_hour/http/retry.hpp>
#include <magic_hour/jobs/detail/storage.hpp>
#include <magic_hour/jobs/detail/transfer.hpp>
#include <magic_hour/json/decode.hpp>
#include <magic_hour/model/project.hpp>

#include <algorithm>
#include <cstring>

namespace magic_hour::jobs::detail
{

MAGIC_HOUR_DECL transfer::transfer(
    std::shared_ptr<magic_hour::detail::core> shared, download_origin origin, http::url target,
    download_limits const& limits, time_point deadline)
    : shared_(std::move(shared)),
      origin_(std::move(origin)),
      plan_(std::move(target), limits),
      deadline_(deadline)
{
}

MAGIC_HOUR_DECL result<transfer> transfer::make(
    std::shared_ptr<magic_hour::detail::core> shared, download_origin origin, download_limits limits,
    time_point deadline)
{
    auto target = http::parse_url(origin.url);
    if (!target)
        return target.error();
    limits.can_renew = !origin.project_id.empty();
    limits.allow_plain_http = shared->policy().allow_plain_http;
    limits.longest_retry_after = shared->options().retry.max_retry_after;
    limits.resumes_without_progress =
        std::min(limits.resumes_without_progress, shared->options().retry.max_attempts - 1);
    return transfer{std::move(shared), std::move(origin), *std::move(target), limits, deadline};
}

MAGIC_HOUR_DECL http::request transfer::next_request() const
{
    http::request request;
    request.target = plan_.target();
    request.headers = plan_.headers();
    request.headers.push_back({"Accept", "*/*"});
    request.secret_headers = false;
    request.timeouts = shared_->options().timeouts;
    request.timeouts.total = duration::max();
    request.deadline = deadline_;
    request.max_attempts = 1;
    return request;
}

MAGIC_HOUR_DECL asio::awaitable<result<void>> transfer::begin()
{
    while (must_connect())
    {
        exchange_.reset();
        next_ = co_await reconnect();
    }
    if (next_ != step::failed)
        co_return result<void>{};
    exchange_.reset();
    co_return describe(failure_ ? *failure_ : plan_.failure());
}

MAGIC_HOUR_DECL asio::awaitable<result<transfer::outcome>> transfer::read(asio::mutable_buffer into)
{
    for (;;)
    {
        auto const begun = co_await begin();
        if (!begun)
            co_return begun.error();
        outcome now;
        if (next_ == step::finished)
        {
            exchange_.reset();
            now.event = event::finished;
            co_return now;
        }
        bool const restarted = next_ == step::read_from_start && !std::exchange(first_, false);
        next_ = step::read_on;
        if (restarted)
        {
            now.event = event::restarted;
            co_return now;
        }
        next_ = co_await read_some(into, now.bytes);
        if (now.bytes > 0)
            co_return now;
    }
}

MAGIC_HOUR_DECL asio::awaitable<transfer::step> transfer::reconnect()
{
    return next_ == step::send_again ? connect() : renew();
}

MAGIC_HOUR_DECL asio::awaitable<transfer::step> transfer::connect()
{
    auto& clock = shared_->clock();
    auto const pause = plan_.pause(shared_->engine().random());
    auto const when = http::saturating_add(clock.now(), pause);
    if (when > deadline_)
    {
        failure_ = error{errc::timeout, "the download did not end in time"};
        co_return step::failed;
    }
    if (pause > duration::zero())
    {
        co_await http::sleep_until(clock, when);
    }

    auto request = next_request();
    auto opened = co_await shared_->engine().open(std::move(request), shared_->policy());
    if (!opened)
        co_return plan_.on_failure(opened.error());
    exchange_.emplace(*std::move(opened));
    auto const& head = exchange_->head();
    content_type_ = std::string{http::find(head.headers, "Content-Type").value_or(std::string_view{})};
    std::optional<duration> retry_after;
    if (auto const value = http::find(head.headers, "Retry-After"))
        retry_after = http::parse_retry_after(*value, clock.wall_clock());
    auto const next = plan_.on_head(head, retry_after);
    if (next == step::failed && head.status >= 400)
    {
        auto const text = co_await read_excerpt(*exchange_);
        failure_ = with_storage_answer(plan_.failure(), shared_->clean(text));
    }
    co_return next;
}

MAGIC_HOUR_DECL asio::awaitable<transfer::step>
transfer::read_some(asio::mutable_buffer into, std::size_t& delivered)
{
    auto const begin = shared_->clock().now();
    auto const got = co_await exchange_->read(into);
    if (!got)
        co_return plan_.on_failure(got.error());
    if (*got == 0)
        co_return plan_.on_end(exchange_->length_verified());
    auto const known = static_cast<std::size_t>(std::min<std::uint64_t>(*got, plan_.to_skip()));
    auto const next = plan_.on_bytes(*got, shared_->clock().now() - begin);
    if (next == step::failed)
        co_return next;
    delivered = *got - known;
    if (known > 0)
        std::memmove(into.data(), static_cast<char const*>(into.data()) + known, delivered);
    co_return next;
}

/// Asks for the job's details again: they have signed URLs that are still good.
MAGIC_HOUR_DECL asio::awaitable<transfer::step> transfer::renew()
{
    magic_hour::detail::api_request what;
    what.path = std::string{details_path(origin_.kind)} + origin_.project_id;
    what.project_id = origin_.project_id;
    what.project_kind = origin_.kind;
    what.options.deadline = deadline_;
    auto const answer = co_await shared_->call(what);
    if (!answer)
    {
        failure_ = answer.error();
        co_return step::failed;
    }
    auto const details = magic_hour::detail::decode_answer<project>(*shared_, *answer, what);
    auto const fresh =
        details && origin_.number < details->downloads.size()
            ? http::parse_url(details->downloads[origin_.number].url)
            : result<http::url>{error{errc::expired, "the job has no URL for this output anymore"}};
    if (!details || !fresh)
    {
        failure_ = details ? fresh.error() : details.error();
        co_return step::failed;
    }
    co_return plan_.on_renewed(*fresh);
}

MAGIC_HOUR_DECL error transfer::describe(error const& why) const
{
    return why.with(
        [&](error_info& info)
        {
            info.phase = phase::download;
            if (info.host.empty())
                info.host = plan_.target().host;
            if (info.path.empty())
                info.path = std::string{plan_.target().path()};
            info.project_id = origin_.project_id;
            if (!origin_.project_id.empty())
                info.project_kind = to_string(origin_.kind);
            info.message = shared_->clean(info.message);
        });
}

} // namespace magic_hour::jobs::detail
