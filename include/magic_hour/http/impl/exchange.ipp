#pragma once

#include <magic_hour/http/detail/exchange_state.hpp>
#include <magic_hour/http/detail/failure.hpp>
#include <magic_hour/http/detail/tls_stream.hpp>

#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

namespace magic_hour::http
{

MAGIC_HOUR_DECL void exchange::state::settle()
{
    if (!held.get())
        return;
    detail::connection& c = *held.get();
    stats.bytes_sent = c.socket().bytes_sent() - sent_before;
    stats.bytes_received = c.socket().bytes_received() - received_before;
    stats.total = core->clock->now() - begun;
    if (!failure && !decoder.done())
        return;
    if (!failure) // and so there is a stream; by now the tickets that follow a handshake have come
        if (auto* const tls = dynamic_cast<detail::tls_stream*>(&c.stream()))
            core->sessions.put(origin, tls->take_session());
    if (reusable && !failure && decoder.length_verified() && c.unread().empty())
        held.keep();
    held.release();
}

MAGIC_HOUR_DECL exchange::exchange(std::shared_ptr<state> s) noexcept : state_{std::move(s)} {}
MAGIC_HOUR_DECL exchange::exchange(exchange&&) noexcept = default;
MAGIC_HOUR_DECL exchange& exchange::operator=(exchange&&) noexcept = default;
MAGIC_HOUR_DECL exchange::~exchange() = default;

MAGIC_HOUR_DECL response_head const& exchange::head() const noexcept
{
    return state_->head;
}
MAGIC_HOUR_DECL exchange_stats const& exchange::stats() const noexcept
{
    return state_->stats;
}
MAGIC_HOUR_DECL bool exchange::length_verified() const noexcept
{
    return state_->decoder.length_verified();
}

MAGIC_HOUR_DECL asio::awaitable<result<std::size_t>> exchange::read(asio::mutable_buffer into)
{
    return detail::read_body(state_, into);
}

} // namespace magic_hour::http

namespace magic_hour::http::detail
{

MAGIC_HOUR_DECL error failure_from(std::exception_ptr const& thrown)
{
    try
    {
        std::rethrow_exception(thrown);
    }
    catch (std::bad_alloc const&)
    {
        return make_failure(errc::out_of_memory, phase::none, "an allocation failed");
    }
    catch (boost::system::system_error const& e)
    {
        if (e.code() == asio::error::operation_aborted)
            return canceled_failure(phase::none);
        throw;
    }
}

/// The peer ended the connection or it broke.
MAGIC_HOUR_DECL std::optional<error> body_end(body_decoder& decoder, io_result const& step)
{
    auto failure = decoder.finish(step.end == ending::clean && !step.ec);
    if (failure && step.ec)
        return failure->with([&](error_info& info) { info.system = step.ec; });
    return failure;
}

/// Takes body bytes that are at hand. Neither `n` nor `wants` set: the body ended, or a failure is recorded.
MAGIC_HOUR_DECL io_result take_body(exchange::state& s, asio::mutable_buffer into)
{
    connection& c = *s.held.get();
    io_result out;
    while (!s.decoder.done())
    {
        if (!c.unread().empty())
        {
            auto const step = s.decoder.decode(c.unread(), static_cast<char*>(into.data()), into.size());
            if (!step)
            {
                s.failure = step.error();
                return out;
            }
            c.consume(step->consumed);
            out.n = step->produced;
            if (out.n != 0)
                return out;
            continue;
        }
        std::uint64_t const run = s.decoder.plain_run();
        io_result step;
        if (run != 0)
        {
            auto const most = static_cast<std::size_t>(std::min<std::uint64_t>(run, into.size()));
            step = c.stream().try_read(asio::buffer(into, most));
            s.decoder.took(step.n);
            out.n = step.n;
        }
        else
            step = c.refill();
        if (step.n != 0 && run != 0)
            return out;
        if (step.failed())
        {
            s.failure = body_end(s.decoder, step);
            return out;
        }
        if (step.n == 0)
        {
            out.wants = step.wants;
            return out;
        }
    }
    return out;
}

MAGIC_HOUR_DECL asio::awaitable<std::size_t> read_body_entered(exchange::state& s, asio::mutable_buffer into)
{
    constexpr std::uint64_t turn = 1 << 20;
    connection& c = *s.held.get();
    if (s.since_wait >= turn)
    {
        s.since_wait = 0;
        s.failure = co_await c.yield(phase::body, s.deadline);
        if (s.failure)
            co_return 0;
    }
    for (;;)
    {
        io_result const step = take_body(s, into);
        if (s.failure || step.wants == want::nothing)
        {
            s.stall.moved(step.n);
            s.since_wait += step.n;
            co_return step.n;
        }
        s.since_wait = 0;
        time_point const begin = c.clock().now();
        time_point const until = std::min(s.deadline, s.stall.deadline(begin));
        s.failure = co_await c.wait(step.wants, phase::body, until);
        if (s.failure)
            co_return 0;
        s.stall.waited(c.clock().now() - begin);
    }
}

MAGIC_HOUR_DECL asio::awaitable<result<std::size_t>>
read_body(std::shared_ptr<exchange::state> from, asio::mutable_buffer into)
{
    exchange::state& s = *from;
    if (s.failure)
        co_return *s.failure;
    if (s.decoder.done() || into.size() == 0)
        co_return std::size_t{0};
    auto const where = co_await asio::this_coro::executor;
    std::size_t n = 0;
    std::exception_ptr thrown;
    {
        occupancy const busy{*s.held.get(), where};
        if (!busy)
            s.failure = closed_failure(phase::body);
        else
            try
            {
                n = co_await read_body_entered(s, into);
            }
            catch (std::exception const&)
            {
                thrown = std::current_exception();
            }
    }
    if (thrown)
        s.failure = failure_from(thrown);
    s.settle();
    if (s.failure && n == 0)
        co_return *s.failure;
    co_return n;
}

} // namespace magic_hour::http::detail
