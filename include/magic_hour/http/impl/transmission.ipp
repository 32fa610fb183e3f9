#pragma once

#include <magic_hour/http/body.hpp>
#include <magic_hour/http/detail/failure.hpp>
#include <magic_hour/http/detail/transmission.hpp>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <utility>

namespace magic_hour::http::detail
{

/// Notices an answer while a body is being sent, also while sending is blocked.
class early_answer_watch
{
public:
    early_answer_watch(connection& c, asio::any_io_executor where) : connection_{c}, where_{std::move(where)}
    {
    }
    ~early_answer_watch()
    {
        if (shared_)
            shared_->watched = nullptr;
    }
    early_answer_watch(early_answer_watch const&) = delete;
    early_answer_watch& operator=(early_answer_watch const&) = delete;

    /// Whether bytes of an answer, or the connection's end, are there. Never waits.
    [[nodiscard]] MAGIC_HOUR_DECL bool has_answer();

private:
    struct shared
    {
        connection* watched = nullptr;
        bool pending = false;
    };

    void start();

    std::shared_ptr<shared> shared_{}; ///< once there is something to watch for
    connection& connection_;
    asio::any_io_executor where_;
};

MAGIC_HOUR_DECL void early_answer_watch::start()
{
    auto* const socket = connection_.socket().native();
    if (!socket)
        return;
    if (!shared_)
        shared_ = std::make_shared<shared>(shared{&connection_, false});
    shared_->pending = true;
    auto ready = [shared = shared_](boost::system::error_code)
    {
        shared->pending = false;
        if (shared->watched)
            shared->watched->socket().cancel_waits(); // ends a blocked wait for room to send
    };
    socket->async_wait(asio::ip::tcp::socket::wait_read, asio::bind_executor(where_, std::move(ready)));
}

MAGIC_HOUR_DECL bool early_answer_watch::has_answer()
{
    if (shared_ && shared_->pending)
        return false;
    if (connection_.unread().empty())
    {
        io_result const got = connection_.refill();
        if (got.n == 0 && !got.failed())
        {
            start();
            return false;
        }
    }
    return true;
}

/// A request on its way out.
class sender
{
public:
    sender(
        std::shared_ptr<connection> c, request const& what, asio::any_io_executor where, time_point deadline)
        : connection_{std::move(c)},
          deadline_{deadline},
          stall_{what.timeouts.no_progress},
          watch_{*connection_, std::move(where)}
    {
    }

    /// Sends `piece`; false when sending is over, see `outcome`.
    asio::awaitable<bool> send(asio::const_buffer piece);
    asio::awaitable<bool> flush();
    asio::awaitable<bool> send_source(body_source& source);

    void watch_for_answers() noexcept { watching_ = true; }
    transmission outcome{};

private:
    asio::awaitable<bool> wait_for_room();
    bool stop(io_result const& step);
    bool stop(error e);

    std::shared_ptr<connection> connection_;
    time_point deadline_;
    stall_limit stall_;
    early_answer_watch watch_;
    bool watching_ = false;
    std::uint64_t since_wait_ = 0;
};

MAGIC_HOUR_DECL boost::system::error_code why_broken(io_result const& step)
{
    return step.ec ? step.ec : make_error_code(boost::system::errc::broken_pipe);
}

MAGIC_HOUR_DECL bool sender::stop(io_result const& step)
{
    outcome.broken = why_broken(step);
    return false;
}

MAGIC_HOUR_DECL bool sender::stop(error e)
{
    outcome.failure = std::move(e);
    return false;
}

MAGIC_HOUR_DECL asio::awaitable<bool> sender::wait_for_room()
{
    since_wait_ = 0;
    time_point const begin = connection_->clock().now();
    time_point const until = std::min(deadline_, stall_.deadline(begin));
    auto failure = co_await connection_->wait(want::write, phase::request, until);
    stall_.waited(connection_->clock().now() - begin);
    auto const state = co_await asio::this_coro::cancellation_state;
    bool const by_watch = watching_ && state.cancelled() == asio::cancellation_type::none;
    if (by_watch && failure && failure->code() == errc::canceled)
        failure.reset();
    if (failure)
        co_return stop(*std::move(failure));
    co_return true;
}

MAGIC_HOUR_DECL asio::awaitable<bool> sender::send(asio::const_buffer piece)
{
    constexpr std::uint64_t turn = 1 << 20;
    while (piece.size() != 0)
    {
        if (watching_ && watch_.has_answer())
            co_return false;
        std::uint64_t const before = connection_->socket().bytes_sent();
        io_result const step = connection_->stream().try_write(piece);
        stall_.moved(connection_->socket().bytes_sent() - before);
        piece += step.n;
        since_wait_ += step.n;
        if (step.failed())
            co_return stop(step);
        if (step.wants != want::nothing && !co_await wait_for_room())
            co_return false;
        if (since_wait_ >= turn)
        {
            since_wait_ = 0;
            auto failure = co_await connection_->yield(phase::request, deadline_);
            if (failure)
                co_return stop(*std::move(failure));
        }
    }
    co_return true;
}

MAGIC_HOUR_DECL asio::awaitable<bool> sender::flush()
{
    for (;;)
    {
        io_result const step = connection_->stream().try_flush();
        stall_.moved(step.n);
        if (step.failed())
            co_return stop(step);
        if (step.wants == want::nothing)
            break;
        if (watching_ && watch_.has_answer())
            co_return false;
        if (!co_await wait_for_room())
            co_return false;
    }
    outcome.whole = true;
    co_return true;
}

MAGIC_HOUR_DECL asio::awaitable<bool> sender::send_source(body_source& source)
{
    std::uint64_t left = source.size();
    for (;;)
    {
        connection_->dog().watch_until(deadline_); // waiting for a disk is not the peer's fault
        auto piece = co_await source.next();
        if (!piece)
            co_return stop(piece.error());
        if (piece->size() == 0)
            break;
        if (piece->size() > left)
            co_return stop(
                make_failure(errc::integrity, phase::request, "the body is longer than announced"));
        left -= piece->size();
        if (!co_await send(*piece))
            co_return false;
    }
    if (left != 0)
        co_return stop(make_failure(errc::integrity, phase::request, "the body is shorter than announced"));
    co_return true;
}

MAGIC_HOUR_DECL outgoing join_small_body(std::string head, request const& what)
{
    constexpr std::size_t record = 16 * 1024;
    outgoing out{std::move(head), what.source ? std::string_view{} : std::string_view{what.body}};
    if (out.first.size() + out.rest.size() <= record)
        out.first += std::exchange(out.rest, {});
    return out;
}

MAGIC_HOUR_DECL asio::awaitable<transmission> transmit(
    std::shared_ptr<connection> c, std::shared_ptr<request const> what, outgoing bytes, time_point deadline)
{
    sender out{c, *what, co_await asio::this_coro::executor, deadline};
    if (what->source || !bytes.rest.empty())
        out.watch_for_answers();
    bool going = co_await out.send(asio::buffer(bytes.first));
    if (going && !bytes.rest.empty())
        going = co_await out.send(asio::buffer(bytes.rest));
    if (going && what->source)
        going = co_await out.send_source(*what->source);
    if (going)
        co_await out.flush();
    co_return std::move(out.outcome);
}

MAGIC_HOUR_DECL std::optional<transmission>
transmit_at_once(connection& c, request const& what, outgoing& bytes)
{
    if (what.source || !bytes.rest.empty())
        return std::nullopt;
    io_result step = c.stream().try_write(asio::buffer(bytes.first));
    bytes.first.erase(0, step.n);
    if (bytes.first.empty() && !step.failed())
        step = c.stream().try_flush();
    transmission out;
    if (step.failed())
        out.broken = why_broken(step);
    else if (step.wants != want::nothing)
        return std::nullopt;
    else
        out.whole = true;
    return out;
}

} // namespace magic_hour::http::detail
