#pragma once

#include <magic_hour/http/body.hpp>
#include <magic_hour/http/detail/address_rules.hpp>
#include <magic_hour/http/detail/dialer.hpp>
#include <magic_hour/http/detail/exchange_state.hpp>
#include <magic_hour/http/detail/failure.hpp>
#include <magic_hour/http/detail/header_rules.hpp>
#include <magic_hour/http/detail/sending.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace magic_hour::http::detail
{

/// What can be refused before any I/O.
MAGIC_HOUR_DECL std::optional<error>
refuse(engine_core const& core, request const& what, address_policy const& policy)
{
    if (core.closed())
        return closed_failure(phase::none);
    if (auto failure = check_request(what))
        return failure;
    return check_url(what.target, policy);
}

/// The error with what a reader needs to know about its request.
MAGIC_HOUR_DECL error about(error const& failure, request const& what, int attempts)
{
    return failure.with(
        [&](error_info& info)
        {
            info.method = to_string(what.method);
            info.host = what.target.host;
            info.path = what.target.path();
            info.attempts = attempts;
        });
}

MAGIC_HOUR_DECL error outcome_unknown(error const& failure)
{
    return failure.with(
        [](error_info& info)
        {
            info.cause = info.code;
            info.code = errc::outcome_unknown;
            info.job_may_exist = true;
            info.message = "the request was sent, its outcome is unknown: " + info.message;
        });
}

/// How much of an answer's body is kept. Of a refusal the start is enough.
MAGIC_HOUR_DECL std::uint64_t keep_at_most(request const& what, int status)
{
    constexpr std::uint64_t refusal = 64 * 1024;
    bool const is_success = status >= 200 && status < 300;
    return is_success ? what.body_limit : std::min(what.body_limit, refusal);
}

/// Takes as much of the body as was read together with the head: of a small answer all.
MAGIC_HOUR_DECL void take_read_ahead(exchange::state& s, std::uint64_t limit, std::string& out)
{
    bool took = false;
    while (!s.failure && !s.decoder.done() && out.size() < limit && !s.held.get()->unread().empty())
    {
        std::string_view const unread = s.held.get()->unread();
        std::size_t const size = out.size();
        out.resize(size + static_cast<std::size_t>(std::min<std::uint64_t>(unread.size(), limit - size)));
        auto const step = s.decoder.decode(unread, out.data() + size, out.size() - size);
        out.resize(size + (step ? step->produced : 0));
        if (step)
            s.held.get()->consume(step->consumed);
        else
            s.failure = step.error();
        took = true;
    }
    if (took && (s.failure || s.decoder.done()))
        s.settle();
}

/// Reads the rest of the body into `out`. A success must be whole and within the limit; of anything else as
/// much is taken as comes, since the status is what counts.
MAGIC_HOUR_DECL asio::awaitable<std::optional<error>>
collect_body(std::shared_ptr<exchange::state> from, request const& what, std::string& out)
{
    constexpr std::size_t step = 16 * 1024;
    bool const is_success = from->head.status >= 200 && from->head.status < 300;
    std::uint64_t const limit = keep_at_most(what, from->head.status);
    std::uint64_t const announced = from->head.content_length.value_or(0);
    std::size_t size = out.size();
    for (;;)
    {
        if (from->decoder.done())
            break;
        // One byte more than the limit tells whether there is more.
        std::uint64_t const guess = announced != 0 ? announced : size + step;
        out.resize(static_cast<std::size_t>(std::min(std::max<std::uint64_t>(guess, size + 1), limit + 1)));
        auto const got = co_await read_body(from, asio::buffer(out.data() + size, out.size() - size));
        if (got)
            size += *got;
        bool const too_long = size > limit;
        out.resize(std::min<std::size_t>(size, static_cast<std::size_t>(limit)));
        bool const interrupted = !got && (got.error() == errc::canceled || got.error() == errc::closed);
        if (!got && (is_success || interrupted))
            co_return got.error();
        if (too_long && is_success)
            co_return make_failure(errc::limit, phase::body, "the answer is larger than the limit");
        if (!got || *got == 0 || too_long)
            break;
    }
    co_return std::nullopt;
}

[[nodiscard]] inline bool announces_too_much(exchange::state const& s, request const& what)
{
    bool const is_success = s.head.status >= 200 && s.head.status < 300;
    return is_success && !s.decoder.done() && s.head.content_length.value_or(0) > what.body_limit;
}

/// One attempt, whole; with cancellation and exhausted memory as errors.
MAGIC_HOUR_DECL asio::awaitable<result<response>> attempt_once(
    std::shared_ptr<engine_core> core, std::shared_ptr<request const> what, address_policy policy,
    time_point deadline, attempt& record)
{
    std::exception_ptr thrown;
    try
    {
        auto opened = co_await open_exchange(core, what, policy, deadline, record);
        if (!opened)
            co_return opened.error();
        std::shared_ptr<exchange::state> const s = *std::move(opened);
        if (announces_too_much(*s, *what))
            co_return make_failure(errc::limit, phase::body, "the answer is larger than the limit");
        response out;
        std::optional<error> failure;
        take_read_ahead(*s, keep_at_most(*what, s->head.status), out.body);
        if (!s->decoder.done())
            failure = co_await collect_body(s, *what, out.body);
        record.stats = s->stats;
        if (failure)
            co_return *failure;
        out.head = std::move(s->head);
        co_return out;
    }
    catch (std::exception const&)
    {
        thrown = std::current_exception();
    }
    co_return failure_from(thrown);
}

MAGIC_HOUR_DECL bool is_permanent(error const& failure)
{
    auto const& system = failure->system;
    switch (failure.code())
    {
    case errc::resolve:
        return system == asio::error::host_not_found || system == asio::error::no_data;
    case errc::connect:
        return is_unreachable(system);
    default:
        return false;
    }
}

MAGIC_HOUR_DECL attempt_outcome
outcome_of(attempt const& record, result<response> const& got, time_source const& clock)
{
    attempt_outcome out;
    out.bytes_handed_to_tls = record.handed_over;
    if (!got)
    {
        out.failure = got.error().code();
        out.permanent = is_permanent(got.error());
        out.stale_connection = record.reused && !record.got_some && out.failure == errc::connection;
        return out;
    }
    out.status = got->head.status;
    if (auto const value = find(got->head.headers, "retry-after"))
    {
        out.retry_after = parse_retry_after(*value, clock.wall_clock());
        out.retry_after_unusable = !out.retry_after;
    }
    return out;
}

/// All attempts of one request.
class sending
{
public:
    sending(std::shared_ptr<engine_core> core, std::shared_ptr<request const> what, address_policy policy)
        : core_{std::move(core)}, what_{std::move(what)}, policy_{policy}
    {
    }

    static asio::awaitable<result<response>> run(sending all);
    /// A single attempt, up to the head.
    static asio::awaitable<result<exchange>> open(sending all);

private:
    asio::awaitable<std::optional<error>> prepare_next(duration pause);
    std::optional<duration> pause_after(attempt const& record, result<response> const& got);
    [[nodiscard]] time_point attempt_deadline(time_point now) const
    {
        return what_->source ? deadline_ : std::min(deadline_, saturating_add(now, what_->timeouts.exchange));
    }
    result<response> finish(attempt const& record, result<response> got) const;
    error final_failure(attempt const& record, error const& failure) const;

    using hook = void (observer::*)(attempt_event const&);
    void report(hook which, attempt_event event) const;
    /// What an attempt came to: `head` or `failure`.
    void report(
        hook which, attempt const& record, response_head const* head, error const* failure,
        duration delay = {}) const;
    void report(hook which, attempt const& record, result<response> const& got, duration delay = {}) const;

    std::shared_ptr<engine_core> core_;
    std::shared_ptr<request const> what_;
    address_policy policy_;
    time_point deadline_{};
    int attempt_ = 1; ///< those that count
    int started_ = 0;
    int paid_ = 0; ///< for the retry under way
    bool sent_before_ = false;
};

/// The server's name for a request, unless it is an echo of something that we sent in a header.
MAGIC_HOUR_DECL std::string_view request_id(request const& what, response_head const& answer)
{
    constexpr std::size_t shortest_secret = 8;
    std::string_view const id = find(answer.headers, "x-request-id").value_or("");
    for (header const& h : what.headers)
    {
        std::string_view const credential = std::string_view{h.value}.substr(h.value.rfind(' ') + 1);
        if (credential.size() >= shortest_secret && id.find(credential) != std::string_view::npos)
            return {};
    }
    return id;
}

MAGIC_HOUR_DECL void sending::report(hook which, attempt_event event) const
{
    if (!core_->options.observer)
        return;
    event.method = to_string(what_->method);
    event.host = what_->target.host;
    event.path = what_->target.path();
    event.attempt = started_;
    ((*core_->options.observer).*which)(event);
}

MAGIC_HOUR_DECL void sending::report(
    hook which, attempt const& record, response_head const* head, error const* failure, duration delay) const
{
    if (!core_->options.observer)
        return;
    attempt_event event;
    event.stats = &record.stats;
    event.failure = failure;
    event.status = head ? head->status : record.status;
    event.delay = delay;
    if (head)
        event.request_id = request_id(*what_, *head);
    if (!what_->billable || which != &observer::on_response)
        return report(which, event);
    try
    {
        report(which, event);
    }
    catch (...)
    {
        // The answer may hold the id of a paid job: a hook cannot take it away.
    }
}

MAGIC_HOUR_DECL void
sending::report(hook which, attempt const& record, result<response> const& got, duration delay) const
{
    if (got)
        return report(which, record, &got->head, nullptr, delay);
    error const failure = got.error();
    report(which, record, nullptr, &failure, delay);
}

MAGIC_HOUR_DECL std::optional<duration>
sending::pause_after(attempt const& record, result<response> const& got)
{
    if (got && !is_retryable(got->head.status))
        return std::nullopt;
    retry_context context;
    context.method = what_->method;
    context.billable = what_->billable;
    context.rewindable = !what_->source || what_->source->rewindable();
    context.attempt = attempt_;
    context.max_attempts = what_->max_attempts;
    context.now = core_->clock->now();
    context.deadline = deadline_;
    context.random = core_->random();
    attempt_outcome const outcome = outcome_of(record, got, *core_->clock);
    retry_options const& options = core_->options.retry;
    auto const pause = next_attempt_after(options, context, outcome);
    int const cost = pause ? retry_cost(options, context, outcome) : 0;
    if (!pause || !core_->budget.try_spend(cost))
        return std::nullopt;
    if (costs_an_attempt(context, outcome))
        ++attempt_;
    paid_ = cost;
    return pause;
}

MAGIC_HOUR_DECL asio::awaitable<std::optional<error>> sending::prepare_next(duration pause)
{
    if (pause > duration::zero())
    {
        auto failure = co_await core_->pause_until(saturating_add(core_->clock->now(), pause));
        if (failure)
            co_return failure;
    }
    if (!what_->source)
        co_return std::nullopt;
    auto const rewound = co_await what_->source->rewind();
    if (!rewound)
        co_return rewound.error();
    co_return std::nullopt;
}

MAGIC_HOUR_DECL result<response> sending::finish(attempt const& record, result<response> got) const
{
    if (got)
    {
        if (!is_retryable(got->head.status)) // an outage must not pay for its own retries
            core_->budget.refund(std::max(paid_, 1));
        got->stats = record.stats;
        got->stats.attempts = started_;
        got->stats.sent_before = sent_before_;
        return got;
    }
    return final_failure(record, got.error());
}

MAGIC_HOUR_DECL error sending::final_failure(attempt const& record, error const& failure) const
{
    error const known = about(failure, *what_, started_);
    return what_->billable && record.handed_over ? outcome_unknown(known) : known;
}

MAGIC_HOUR_DECL asio::awaitable<result<response>> sending::run(sending all)
{
    request const& what = *all.what_;
    if (auto const failure = refuse(*all.core_, what, all.policy_))
        co_return about(*failure, what, 0);
    time_point now = all.core_->clock->now();
    all.deadline_ = std::min(what.deadline, saturating_add(now, what.timeouts.total));
    for (;; now = all.core_->clock->now())
    {
        ++all.started_;
        attempt record;
        all.report(&observer::on_request, attempt_event{});
        auto got =
            co_await attempt_once(all.core_, all.what_, all.policy_, all.attempt_deadline(now), record);
        all.report(got ? &observer::on_response : &observer::on_failure, record, got);
        auto const pause = all.pause_after(record, got);
        if (!pause)
            co_return all.finish(record, std::move(got));
        all.sent_before_ = all.sent_before_ || record.handed_over;
        all.report(&observer::on_retry, record, got, *pause);
        if (auto const failure = co_await all.prepare_next(*pause))
            co_return about(*failure, what, all.started_);
    }
}

/// `open_exchange`, with cancellation and exhausted memory as errors.
MAGIC_HOUR_DECL asio::awaitable<result<std::shared_ptr<exchange::state>>> open_safely(
    std::shared_ptr<engine_core> core, std::shared_ptr<request const> what, address_policy policy,
    time_point deadline, attempt& record)
{
    std::exception_ptr thrown;
    try
    {
        co_return co_await open_exchange(core, what, policy, deadline, record);
    }
    catch (std::exception const&)
    {
        thrown = std::current_exception();
    }
    co_return failure_from(thrown);
}

MAGIC_HOUR_DECL asio::awaitable<result<exchange>> sending::open(sending all)
{
    request const& what = *all.what_;
    if (auto const failure = refuse(*all.core_, what, all.policy_))
        co_return about(*failure, what, 0);
    all.deadline_ = std::min(what.deadline, saturating_add(all.core_->clock->now(), what.timeouts.total));
    all.started_ = 1;
    attempt record;
    all.report(&observer::on_request, attempt_event{});
    auto const opened = co_await open_safely(all.core_, all.what_, all.policy_, all.deadline_, record);
    if (!opened)
    {
        error const failure = opened.error();
        all.report(&observer::on_failure, record, nullptr, &failure);
        co_return all.final_failure(record, failure);
    }
    std::shared_ptr<exchange::state> const& s = *opened;
    s->deadline = what.deadline;
    s->stats.attempts = 1;
    all.report(&observer::on_response, record, &s->head, nullptr);
    co_return exchange{s};
}

MAGIC_HOUR_DECL asio::awaitable<result<response>>
send_request(std::shared_ptr<engine_core> core, std::shared_ptr<request const> what, address_policy policy)
{
    return sending::run(sending{std::move(core), std::move(what), policy});
}

MAGIC_HOUR_DECL asio::awaitable<result<exchange>>
open_once(std::shared_ptr<engine_core> core, std::shared_ptr<request const> what, address_policy policy)
{
    return sending::open(sending{std::move(core), std::move(what), policy});
}

} // namespace magic_hour::http::detail
