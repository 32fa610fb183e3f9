#pragma once

#include <magic_hour/http/detail/parking.hpp>
#include <magic_hour/http/detail/watchdog.hpp>
#include <magic_hour/webhook/dedupe.hpp>
#include <magic_hour/webhook/impl/handler_queue.ipp>
#include <magic_hour/webhook/impl/server_request.ipp>
#include <magic_hour/webhook/server.hpp>

#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <set>

namespace magic_hour::webhook
{

namespace detail
{

/// What `server::close` ends.
class closable
{
public:
    virtual void close() noexcept = 0;

protected:
    ~closable() = default;
};

/// How one event was handled, for the connection that waits to answer.
struct handling
{
    explicit handling(asio::any_io_executor executor)
        : place{std::make_shared<http::detail::parking_place>(executor)}
    {
    }

    std::shared_ptr<http::detail::parking_place> place;
    bool ended = false;
    std::exception_ptr failure{};
};

} // namespace detail

struct server::state : std::enable_shared_from_this<server::state>
{
    state(asio::any_io_executor executor, server_options o, handler on_event)
        : options{std::move(o)},
          clock{options.receiver.clock},
          strand{asio::make_strand(executor)},
          known{options.remembered}
    {
        if (!clock)
            clock = std::make_shared<http::time_source>();
        if (!options.handler_executor)
            options.handler_executor = std::move(executor);
        if (on_event)
            handlers = std::make_shared<detail::handler_queue>(strand, std::move(on_event), options);
    }

    server_options options;
    std::shared_ptr<http::time_source> clock;
    asio::any_io_executor strand;
    std::shared_ptr<detail::handler_queue> handlers{};
    dedupe known;
    std::set<std::string> in_progress{}; ///< keys of events that a handler has now
    std::set<detail::closable*> open{};
    std::size_t connections = 0;
    bool closed = false;
};

namespace detail
{

/// A connection and its watchdog, known to the server for as long as it lives.
template <class State>
class connection final : public closable, public http::detail::interruptible
{
public:
    connection(std::shared_ptr<State> server, std::shared_ptr<byte_stream> stream)
        : server_{std::move(server)},
          stream_{std::move(stream)},
          watchdog_{std::make_shared<http::detail::watchdog>(
              server_->strand, server_->strand, server_->clock, *this)}
    {
        server_->open.insert(this);
        ++server_->connections;
    }
    connection(connection const&) = delete;
    connection& operator=(connection const&) = delete;
    ~connection()
    {
        watchdog_->dismiss();
        stream_->close();
        server_->open.erase(this);
        --server_->connections;
    }

    void close() noexcept override { stream_->close(); }
    void interrupt() noexcept override { stream_->close(); }

    /// The next step must be done within `limit`.
    void limit(http::duration limit)
    {
        watchdog_->watch_until(http::saturating_add(server_->clock->now(), limit));
    }
    void no_limit() noexcept { watchdog_->rest(); }

    [[nodiscard]] byte_stream& stream() noexcept { return *stream_; }

private:
    std::shared_ptr<State> server_;
    std::shared_ptr<byte_stream> stream_;
    std::shared_ptr<http::detail::watchdog> watchdog_;
};

/// An acceptor that the server can close.
template <class State>
class listener final : public closable
{
public:
    listener(std::shared_ptr<State> server, tcp::acceptor acceptor)
        : server_{std::move(server)}, acceptor_{std::move(acceptor)}
    {
        server_->open.insert(this);
    }
    listener(listener const&) = delete;
    listener& operator=(listener const&) = delete;
    ~listener() { server_->open.erase(this); }

    void close() noexcept override
    {
        error_code ignored;
        acceptor_.close(ignored);
    }

    [[nodiscard]] tcp::acceptor& acceptor() noexcept { return acceptor_; }

private:
    std::shared_ptr<State> server_;
    tcp::acceptor acceptor_;
};

template <class State>
bool serves(State const& s, request const& r)
{
    auto const target = static_cast<std::string_view>(r.target());
    return s.options.path.empty() || target.substr(0, target.find('?')) == s.options.path;
}

/// What to do once a request has been answered.
struct verdict
{
    webhook::answer answer{};
    std::optional<event> accepted{}; ///< has a place in the queue
};

template <class State>
verdict refuse(State const& s, reception&& r)
{
    if (s.options.on_refused)
        s.options.on_refused(r);
    verdict out;
    out.answer = std::move(r.answer);
    return out;
}

/// Decides about an event: new, known, in the hands of a handler right now, or one too many.
template <class State>
verdict admit(State& s, event&& e)
{
    verdict out;
    std::string const key = e.key();
    bool const busy = s.options.when == answer_when::handled && s.in_progress.contains(key);
    if (busy)
        out.answer = make_answer(503, "the event is being handled");
    else if (!s.known.insert(key) || !s.handlers)
        out.answer = make_answer(200, "received");
    else if (!s.handlers->reserve())
    {
        s.known.erase(key);
        out.answer = make_answer(503, "too many events are waiting");
    }
    else
    {
        out.answer = make_answer(200, "received");
        out.accepted = std::move(e);
    }
    return out;
}

template <class State>
verdict judge(State& s, request const& r)
{
    if (!serves(s, r))
    {
        verdict out;
        out.answer = make_answer(404, "nothing is served here");
        return out;
    }
    auto received = receive(r, s.options.receiver);
    if (s.options.hub && received.verified)
        s.options.hub->notify(*received.verified);
    if (!received)
        return refuse(s, std::move(received));
    return admit(s, std::move(*received.event));
}

/// Gives an event to its handler. `report`, if any, hears of the end.
template <class State>
void hand_over(std::shared_ptr<State> s, event e, std::shared_ptr<handling> report)
{
    auto const shared = std::make_shared<event const>(e);
    s->in_progress.insert(e.key());
    auto done = [s, shared, report](std::exception_ptr failure)
    {
        s->in_progress.erase(shared->key());
        if (failure && s->options.on_failure)
            s->options.on_failure(*shared, failure);
        if (!report)
            return;
        report->ended = true;
        report->failure = failure;
        report->place->wake_here();
    };
    s->handlers->run(std::move(e), std::move(done));
}

/// Waits for the handler, but no longer than the API waits for the answer.
template <class State>
asio::awaitable<answer> answer_when_handled(std::shared_ptr<State> s, event e)
{
    std::string const key = e.key();
    auto const report = std::make_shared<handling>(s->strand);
    hand_over(s, std::move(e), report);
    auto const until = http::saturating_add(s->clock->now(), s->options.answer_within);
    co_await report->place->wait(*s->clock, until, http::time_source::purpose::limit);
    if (!report->ended)
        co_return make_answer(202, "the event is being handled");
    if (!report->failure)
        co_return make_answer(200, "handled");
    s->known.erase(key);
    co_return make_answer(500, "the handler failed");
}

/// Lets the peer read the answer before unread bytes of its request make the system reset the connection.
inline asio::awaitable<void> linger(byte_stream& stream)
{
    error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    std::string rest(16 * 1024, '\0');
    for (std::size_t budget = 4 << 20; budget != 0;)
    {
        std::size_t const got = co_await stream.read_some(asio::buffer(rest));
        if (got == 0)
            break;
        budget -= std::min(budget, got);
    }
}

/// Answers one request; false when the connection is of no more use.
template <class State>
asio::awaitable<bool> serve(std::shared_ptr<State> s, connection<State>& c, request r)
{
    bool const keep_alive = r.keep_alive();
    verdict decided = judge(*s, r);
    bool const at_once = !decided.accepted || s->options.when == answer_when::queued;
    if (!at_once)
    {
        c.no_limit();
        decided.answer = co_await answer_when_handled(s, std::move(*decided.accepted));
    }
    c.limit(s->options.read_limit);
    std::string const text = to_text(decided.answer, keep_alive);
    co_await c.stream().write(asio::buffer(text));
    if (at_once && decided.accepted)
        hand_over(s, std::move(*decided.accepted), nullptr);
    co_return keep_alive && !c.stream().failure();
}

template <class State>
asio::awaitable<void> run_connection(std::shared_ptr<State> s, std::shared_ptr<byte_stream> stream)
{
    connection<State> c{s, std::move(stream)};
    c.limit(s->options.read_limit);
    co_await c.stream().handshake();
    boost::beast::flat_buffer buffer;
    while (!s->closed && !c.stream().failure())
    {
        auto read = co_await read_request(c.stream(), buffer, s->options.receiver.body_limit);
        if (read.message)
        {
            bool const go_on = co_await serve(s, c, std::move(*read.message));
            if (!go_on)
                break;
            c.limit(s->options.idle_limit);
            continue;
        }
        if (read.refused != 0)
        {
            auto const refusal = make_answer(read.refused, reason(read.refused));
            std::string const text = to_text(refusal, false);
            co_await c.stream().write(asio::buffer(text));
            co_await linger(c.stream());
        }
        break;
    }
}

/// After a failed accept, which means that the system is out of something, waits a little.
template <class State>
asio::awaitable<void> accept_connections(std::shared_ptr<State> s, tcp::acceptor acceptor)
{
    listener<State> l{s, std::move(acceptor)};
    while (!s->closed)
    {
        error_code ec;
        tcp::socket socket =
            co_await l.acceptor().async_accept(s->strand, asio::redirect_error(asio::use_awaitable, ec));
        if (s->closed)
            break;
        if (ec)
        {
            auto const pause = http::saturating_add(s->clock->now(), std::chrono::milliseconds{100});
            co_await http::sleep_until(*s->clock, pause);
            continue;
        }
        if (s->connections >= s->options.max_connections)
            continue;
        auto stream = make_stream(std::move(socket), s->options.tls);
        asio::co_spawn(s->strand, run_connection(s, std::move(stream)), asio::detached);
    }
}

inline tcp::endpoint numeric_endpoint(std::string_view address, std::uint16_t port)
{
    error_code ec;
    auto const ip = asio::ip::make_address(std::string{address}, ec);
    if (ec)
        throw error{errc::invalid_argument, "the server's address is not a numeric IP address"};
    return {ip, port};
}

inline tcp::acceptor open_acceptor(asio::any_io_executor const& executor, tcp::endpoint const& where)
{
    tcp::acceptor acceptor{executor};
    error_code ec;
    acceptor.open(where.protocol(), ec);
    if (!ec)
        acceptor.set_option(tcp::acceptor::reuse_address{true}, ec);
    if (!ec)
        acceptor.bind(where, ec);
    if (!ec)
        acceptor.listen(asio::socket_base::max_listen_connections, ec);
    if (!ec)
        return acceptor;
    error_info info;
    info.code = errc::connect;
    info.message = "cannot listen for webhooks";
    info.system = ec;
    throw error{std::move(info)};
}

} // namespace detail

MAGIC_HOUR_DECL server::server(asio::any_io_executor executor, server_options options, handler on_event)
{
    if (options.receiver.secrets.empty())
        throw error{errc::invalid_argument, "a webhook server needs a secret"};
    if (!on_event && !options.hub)
        throw error{errc::invalid_argument, "a webhook server needs a handler or a hub"};
    state_ = std::make_shared<state>(std::move(executor), std::move(options), std::move(on_event));
}

MAGIC_HOUR_DECL server::~server()
{
    close();
}

MAGIC_HOUR_DECL std::uint16_t server::listen(std::string_view address, std::uint16_t port)
{
    auto acceptor = detail::open_acceptor(state_->strand, detail::numeric_endpoint(address, port));
    std::uint16_t const bound = acceptor.local_endpoint().port();
    asio::co_spawn(state_->strand, detail::accept_connections(state_, std::move(acceptor)), asio::detached);
    return bound;
}

MAGIC_HOUR_DECL void server::close()
{
    asio::post(
        state_->strand,
        [s = state_]
        {
            s->closed = true;
            for (detail::closable* const each : s->open)
                each->close();
        });
}

} // namespace magic_hour::webhook
