#pragma once

#include <magic_hour/http/body.hpp>
#include <magic_hour/http/detail/dialer.hpp>
#include <magic_hour/http/detail/exchange_state.hpp>
#include <magic_hour/http/detail/failure.hpp>
#include <magic_hour/http/detail/head_parser.hpp>
#include <magic_hour/http/detail/head_writer.hpp>
#include <magic_hour/http/detail/transmission.hpp>

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <utility>

namespace magic_hour::http::detail
{

MAGIC_HOUR_DECL std::optional<std::uint64_t> body_size(request const& what)
{
    if (what.source)
        return what.source->size();
    if (what.body.empty())
        return std::nullopt;
    return what.body.size();
}

/// What to say when no whole head came: why the sending broke is the better reason, if it did.
MAGIC_HOUR_DECL error
head_failure(head_parser const& parser, transmission const& sent, boost::system::error_code reading)
{
    auto const system = sent.broken ? sent.broken : reading;
    return parser.failure_at_eof().with(
        [&](error_info& info)
        {
            info.phase = sent.broken ? phase::request : phase::response;
            if (!system)
                return;
            info.system = system;
            info.message += ": " + system.message();
        });
}

/// Reads up to the end of the final head.
MAGIC_HOUR_DECL asio::awaitable<std::optional<error>> receive_head(
    std::shared_ptr<connection> c, head_parser& parser, transmission const& sent, time_point deadline,
    attempt& record)
{
    time_point const begin = c->clock().now();
    // No server answers as fast as we could ask: wait before the first look.
    if (sent.whole && c->unread().empty())
        if (auto failure = co_await c->wait(want::read, phase::response, deadline))
            co_return failure;
    for (;;)
    {
        if (c->unread().empty())
        {
            io_result const got = c->refill();
            if (got.n == 0 && got.failed())
                co_return head_failure(parser, sent, got.ec);
            if (got.n == 0)
            {
                if (auto failure = co_await c->wait(got.wants, phase::response, deadline))
                    co_return failure;
                continue;
            }
        }
        if (!record.got_some)
            record.stats.first_byte = c->clock().now() - begin;
        record.got_some = true;
        auto const state = parser.feed(c->unread());
        c->consume(parser.consumed());
        if (state == head_parser::state::failed)
            co_return parser.failure();
        if (state == head_parser::state::done)
            co_return std::nullopt;
    }
}

/// Whether an idle connection is open and silent. Looks while it is occupied: `close` may come at any time.
MAGIC_HOUR_DECL bool is_good(connection& c, asio::any_io_executor const& where)
{
    occupancy const busy{c, where};
    return busy && c.stream().is_silent();
}

/// A living connection for `held`: the idle one it came with, if that is still good, or a new one that is yet
/// to be dialed.
MAGIC_HOUR_DECL void
choose_connection(engine_core& core, asio::any_io_executor const& where, lease& held, bool& reused)
{
    reused = false;
    while (held.get() && !is_good(*held.get(), where))
        held.replace();
    if (held.get())
        reused = true;
    else
        held.put(std::make_shared<connection>(core.connections, core.executor, core.clock));
}

MAGIC_HOUR_DECL asio::awaitable<std::optional<error>>
exchange_heads(std::shared_ptr<request const> what, exchange::state& s, attempt& record)
{
    std::shared_ptr<connection> const c = s.held.get();
    s.sent_before = c->socket().bytes_sent();
    s.received_before = c->socket().bytes_received();
    outgoing bytes =
        join_small_body(write_request_head(*what, body_size(*what), s.core->options.user_agent), *what);
    record.handed_over = true;
    auto sent = transmit_at_once(*c, *what, bytes);
    if (!sent)
        sent = co_await transmit(c, what, std::move(bytes), s.deadline);
    if (sent->failure)
        co_return sent->failure;

    duration const patience = what->billable ? what->timeouts.billable_response : what->timeouts.response;
    time_point const until = std::min(s.deadline, saturating_add(s.core->clock->now(), patience));
    head_parser parser;
    auto failure = co_await receive_head(c, parser, *sent, until, record);
    if (failure)
        co_return failure;
    record.status = parser.head().status;
    s.head = std::move(parser.head());
    s.decoder = body_decoder{
        parser.framing(), default_head_limit - std::min(default_head_limit, parser.head_bytes())};
    s.reusable = sent->whole && parser.keep_alive();
    co_return std::nullopt;
}

MAGIC_HOUR_DECL destination
destination_of(request const& what, address_policy policy, std::optional<proxy_endpoint> proxy)
{
    destination where;
    where.target = what.target;
    where.proxy = std::move(proxy);
    where.policy = policy;
    where.per_address = what.timeouts.per_address;
    return where;
}

/// The proxy for the target of `what`, if there is one.
MAGIC_HOUR_DECL result<std::optional<proxy_endpoint>> proxy_of(engine_core const& core, request const& what)
{
    if (!what.target.is_https())
        return std::optional<proxy_endpoint>{};
    return proxy_for(core.options.proxy, what.target.host);
}

MAGIC_HOUR_DECL asio::awaitable<result<std::shared_ptr<exchange::state>>> open_exchange(
    std::shared_ptr<engine_core> core, std::shared_ptr<request const> what, address_policy policy,
    time_point deadline, attempt& record)
{
    time_point const begun = core->clock->now();
    auto proxy = proxy_of(*core, *what);
    if (!proxy)
        co_return proxy.error();
    std::string origin = origin_key(what->target, *proxy);

    // What costs money never rides a connection that the server may be closing at this moment.
    bool const fresh = what->fresh_connection || what->billable;
    auto held = core->pool->try_acquire(origin, fresh);
    if (held && !*held)
        held = co_await core->pool->acquire(origin, fresh, deadline);
    if (!held)
        co_return held.error();
    auto s = std::make_shared<exchange::state>(core, *std::move(held), what->timeouts.no_progress);
    auto const where = co_await asio::this_coro::executor;
    choose_connection(*core, where, s->held, record.reused);
    s->origin = std::move(origin);
    s->begun = begun;
    s->deadline = deadline;
    {
        occupancy const busy{*s->held.get(), where};
        if (!busy)
            s->failure = closed_failure(phase::connect);
        else if (!record.reused)
        {
            destination to = destination_of(*what, policy, *std::move(proxy));
            to.origin = s->origin;
            to.deadline = std::min(deadline, saturating_add(core->clock->now(), what->timeouts.connect));
            s->failure = co_await dial(core, s->held.get(), to, record.stats);
        }
        record.stats.reused_connection = record.reused;
        record.stats.resumed_session = s->held.get()->resumed;
        if (!s->failure)
            s->failure = co_await exchange_heads(what, *s, record);
    }
    s->stats = record.stats;
    if (s->failure || s->decoder.done())
        s->settle();
    record.stats = s->stats;
    if (s->failure)
        co_return *s->failure;
    co_return s;
}

} // namespace magic_hour::http::detail
