#pragma once

#include <magic_hour/http/detail/address_rules.hpp>
#include <magic_hour/http/detail/dialer.hpp>
#include <magic_hour/http/detail/failure.hpp>
#include <magic_hour/http/detail/head_parser.hpp>
#include <magic_hour/http/detail/head_writer.hpp>
#include <magic_hour/http/detail/parking.hpp>
#include <magic_hour/http/detail/plain_stream.hpp>
#include <magic_hour/http/detail/tls_stream.hpp>
#include <magic_hour/http/resolver.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

namespace magic_hour::http::detail
{

using address_list = std::vector<asio::ip::address>;

MAGIC_HOUR_DECL std::string origin_key(url const& target, std::optional<proxy_endpoint> const& proxy)
{
    std::string key = target.scheme + "://" + target.host + ':' + std::to_string(target.port);
    if (proxy)
        key += " via " + proxy->host + ':' + std::to_string(proxy->port) + ' ' + proxy->authorization;
    return key;
}

/// A lookup that may outlast the patience of the one who asked.
struct pending_lookup
{
    std::shared_ptr<parking_place> place{};
    asio::cancellation_signal stop{};
    result<address_list> answer{address_list{}};
    std::exception_ptr thrown{};
    bool over = false;
};

/// Does not use the lookup's owner: that one may have given up.
MAGIC_HOUR_DECL asio::awaitable<void>
look_up(std::shared_ptr<resolver> names, std::string host, std::shared_ptr<pending_lookup> pending)
{
    pending->answer = co_await names->resolve(std::move(host));
}

MAGIC_HOUR_DECL std::shared_ptr<pending_lookup>
start_lookup(std::shared_ptr<resolver> names, std::string const& host, asio::any_io_executor const& where)
{
    auto pending = std::make_shared<pending_lookup>();
    pending->place = std::make_shared<parking_place>(where);
    auto finish = [pending, where](std::exception_ptr thrown)
    {
        pending->thrown = std::move(thrown);
        pending->over = true;
        pending->place->wake_here();
        // The coroutine's frame may still refer to the signal: keep it until the frame has gone.
        asio::post(where, [pending] {});
    };
    asio::co_spawn(
        where, look_up(std::move(names), host, pending),
        asio::bind_cancellation_slot(pending->stop.slot(), std::move(finish)));
    return pending;
}

MAGIC_HOUR_DECL result<address_list> lookup_result(pending_lookup& pending, std::string const& host)
{
    if (pending.thrown)
    {
        try
        {
            std::rethrow_exception(pending.thrown);
        }
        catch (std::bad_alloc const&)
        {
            throw;
        }
        catch (std::exception const&)
        {
            return make_failure(
                errc::resolve, phase::resolve, "cannot resolve " + host + ": the resolver threw");
        }
    }
    if (pending.answer && pending.answer->empty())
        return make_failure(errc::resolve, phase::resolve, "cannot resolve " + host + ": it has no address");
    return std::move(pending.answer);
}

MAGIC_HOUR_DECL asio::awaitable<result<address_list>> resolve_within(
    std::shared_ptr<engine_core> core, std::shared_ptr<connection> c, std::string host, time_point deadline)
{
    if (auto const literal = ip_literal(host))
        co_return address_list(1, *literal);
    auto const where = co_await asio::this_coro::executor;
    auto const pending = start_lookup(core->names, host, where);
    c->park(pending->place);
    auto const why = co_await pending->place->wait(*core->clock, deadline, time_source::purpose::limit);
    c->park(nullptr);
    if (pending->over)
        co_return lookup_result(*pending, host);
    pending->stop.emit(asio::cancellation_type::terminal);
    if (auto failure = c->stopped(phase::resolve, {}))
        co_return *failure;
    co_return why == parking_place::end::expired ? timeout_failure(phase::resolve)
                                                 : canceled_failure(phase::resolve);
}

MAGIC_HOUR_DECL bool is_unreachable(boost::system::error_code ec)
{
    return ec == asio::error::host_unreachable || ec == asio::error::network_unreachable ||
           ec == asio::error::access_denied || ec == boost::system::errc::address_not_available;
}

/// Why no address took the connection.
class connect_failures
{
public:
    void forbid(error const& e)
    {
        if (!forbidden_)
            forbidden_ = e;
    }
    void add(asio::ip::address const& where, std::string const& why, boost::system::error_code ec)
    {
        text_ += (text_.empty() ? "" : "; ") + where.to_string() + ": " + why;
        // A missing route stays missing: when another address failed otherwise, that is what counts.
        if (!tried_ || is_unreachable(system_))
            system_ = ec;
        tried_ = true;
    }
    [[nodiscard]] error as_error(std::string const& host) const
    {
        if (!tried_ && forbidden_)
            return *forbidden_;
        return make_failure(errc::connect, phase::connect, "cannot connect to " + host + " (" + text_ + ")")
            .with([this](error_info& info) { info.system = system_; });
    }

private:
    std::optional<error> forbidden_{};
    std::string text_{};
    boost::system::error_code system_{};
    bool tried_ = false;
};

MAGIC_HOUR_DECL asio::awaitable<std::optional<error>> connect_to_any(
    std::shared_ptr<connection> c, address_list addresses, std::uint16_t port, std::string host,
    std::optional<address_policy> policy, duration per_address, time_point deadline)
{
    connect_failures failures;
    for (std::size_t i = 0; i < addresses.size(); ++i)
    {
        asio::ip::address const& address = addresses[i];
        if (policy)
            if (auto const forbidden = check_address(address, *policy))
            {
                failures.forbid(*forbidden);
                continue;
            }
        bool const is_last = i + 1 == addresses.size();
        time_point const own = is_last ? deadline : saturating_add(c->clock().now(), per_address);
        c->dog().watch_until(std::min(own, deadline));
        asio::ip::tcp::endpoint const endpoint{address, port};
        auto const ec = co_await c->socket().connect(endpoint);
        auto const stopped = c->stopped(phase::connect, ec);
        if (!ec && !stopped)
            co_return std::nullopt;
        bool const out_of_patience = stopped && stopped->code() == errc::timeout && own < deadline;
        if (stopped && !out_of_patience)
            co_return *stopped;
        failures.add(address, out_of_patience ? "no answer" : ec.message(), ec);
    }
    co_return failures.as_error(host);
}

/// Sends all of `text` and reads nothing.
MAGIC_HOUR_DECL asio::awaitable<std::optional<error>>
send_text(std::shared_ptr<connection> c, std::string text, time_point deadline)
{
    std::size_t sent = 0;
    for (;;)
    {
        io_result step;
        if (sent < text.size())
            step = c->stream().try_write(asio::buffer(text.data() + sent, text.size() - sent));
        else
            step = c->stream().try_flush();
        sent += step.n;
        if (step.failed())
            co_return make_failure(errc::connect, phase::connect, "the proxy hung up", step.ec);
        if (step.wants == want::nothing && sent >= text.size())
        {
            step = c->stream().try_flush();
            if (step.wants == want::nothing && !step.failed())
                co_return std::nullopt;
        }
        if (step.wants != want::nothing)
            if (auto failure = co_await c->wait(step.wants, phase::connect, deadline))
                co_return failure;
    }
}

MAGIC_HOUR_DECL error proxy_refusal(int status)
{
    std::string text = "the proxy answered CONNECT with " + std::to_string(status);
    if (status == 407)
        text += ": it wants a user name and password, or others than it got";
    return make_failure(errc::connect, phase::connect, text);
}

/// The proxy's answer must be a 2xx head and not a byte more, since the server does not speak first.
MAGIC_HOUR_DECL asio::awaitable<std::optional<error>>
read_proxy_answer(std::shared_ptr<connection> c, time_point deadline)
{
    head_parser parser{head_parser::answer_to::connect};
    for (;;)
    {
        io_result const got = c->refill();
        if (got.failed())
            co_return make_failure(errc::connect, phase::connect, "the proxy hung up", got.ec);
        if (got.n == 0)
        {
            if (auto failure = co_await c->wait(want::read, phase::connect, deadline))
                co_return failure;
            continue;
        }
        auto const state = parser.feed(c->unread());
        c->consume(parser.consumed());
        if (state == head_parser::state::need_more)
            continue;
        if (state == head_parser::state::failed)
            co_return make_failure(errc::connect, phase::connect, "the proxy does not answer in HTTP");
        int const status = parser.head().status;
        if (status < 200 || status > 299)
            co_return proxy_refusal(status);
        if (!c->unread().empty())
            co_return make_failure(errc::connect, phase::connect, "the proxy sent more than it may");
        co_return std::nullopt;
    }
}

MAGIC_HOUR_DECL asio::awaitable<std::optional<error>> tunnel(
    std::shared_ptr<engine_core> core, std::shared_ptr<connection> c, destination const& where,
    time_point deadline)
{
    c->use(std::make_unique<plain_stream>(c->socket()));
    if (auto failure = co_await send_text(
            c, write_connect_head(where.target, *where.proxy, core->options.user_agent), deadline))
        co_return failure;
    co_return co_await read_proxy_answer(c, deadline);
}

MAGIC_HOUR_DECL asio::awaitable<std::optional<error>> secure(
    std::shared_ptr<engine_core> core, std::shared_ptr<connection> c, destination const& where,
    time_point deadline)
{
    std::string const& host = where.target.host;
    auto const session = core->sessions.get(where.origin);
    auto made = core->tls->make_connection(host, session.get());
    if (!made)
        co_return made.error();
    auto owned = std::make_unique<tls_stream>(c->socket(), *std::move(made));
    tls_stream& stream = *owned;
    c->use(std::move(owned));
    for (;;)
    {
        io_result const step = stream.try_handshake();
        if (step.failed())
        {
            core->sessions.drop(where.origin);
            bool const is_transport = step.ec && step.ec.category() == boost::system::system_category();
            co_return tls_failure(
                stream.native(), host, is_transport ? step.ec : boost::system::error_code{},
                step.end != ending::none);
        }
        if (step.wants == want::nothing)
            break;
        if (auto failure = co_await c->wait(step.wants, phase::tls, deadline))
            co_return failure;
    }
    if (!is_verified(stream.native(), host))
        co_return make_failure(
            errc::tls, phase::tls,
            "TLS with " + host + " failed: host_mismatch: the peer's identity was not proven");
    c->resumed = stream.resumed();
    co_return std::nullopt;
}

MAGIC_HOUR_DECL asio::awaitable<std::optional<error>> dial(
    std::shared_ptr<engine_core> core, std::shared_ptr<connection> c, destination const& where,
    exchange_stats& stats)
{
    time_source& clock = *core->clock;
    std::string const host = where.proxy ? where.proxy->host : where.target.host;
    std::uint16_t const port = where.proxy ? where.proxy->port : where.target.port;

    time_point const begin = clock.now();
    auto addresses = co_await resolve_within(core, c, host, where.deadline);
    time_point const resolved = clock.now();
    stats.resolve = resolved - begin;
    if (!addresses)
        co_return addresses.error();

    // A proxy is the user's own choice, and behind it only the proxy knows where the name leads.
    std::optional<address_policy> policy;
    if (!where.proxy)
        policy = where.policy;
    auto failure = co_await connect_to_any(
        c, *std::move(addresses), port, host, policy, where.per_address, where.deadline);
    if (!failure && where.proxy)
        failure = co_await tunnel(core, c, where, where.deadline);
    time_point const connected = clock.now();
    stats.connect = connected - resolved;
    if (failure)
        co_return failure;

    if (where.target.is_https())
        failure = co_await secure(core, c, where, where.deadline);
    else
        c->use(std::make_unique<plain_stream>(c->socket()));
    c->opened_at = clock.now();
    stats.tls = c->opened_at - connected;
    co_return failure;
}

} // namespace magic_hour::http::detail
