#pragma once

#include <magic_hour/testing/detail/server_core.hpp>
#include <magic_hour/testing/detail/session.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace magic_hour::testing::detail
{

inline constexpr std::size_t head_limit = 256 * 1024;
inline constexpr std::size_t io_portion = 64 * 1024;

MAGIC_HOUR_DECL
session::session(std::shared_ptr<wire> connection, std::shared_ptr<https_server::implementation> server)
    : wire_(std::move(connection)), server_(std::move(server))
{
}

MAGIC_HOUR_DECL asio::awaitable<void> session::run(std::shared_ptr<session> self)
{
    auto& book = *self->server_->ledger;
    self->number_ = book.open_connection(self->server_->settings.origin);
    bool const good = co_await self->wire_->handshake();
    if (good)
    {
        book.change(
            self->number_,
            [&](connection_record& c)
            {
                c.tls = !self->server_->settings.plain;
                c.session_resumed = self->wire_->session_resumed();
                c.server_name = self->wire_->server_name();
            });
        // g++ 12 breaks a co_await that stands in the condition of a loop.
        for (bool going = true; going;)
            going = co_await self->exchange();
    }
    self->wire_->close(false);
    book.change(
        self->number_,
        [](connection_record& c)
        {
            c.open = false;
            c.closed = std::chrono::steady_clock::now();
        });
}

/// One request and its answer; false when the connection is over.
MAGIC_HOUR_DECL asio::awaitable<bool> session::exchange()
{
    request_ = {};
    request_.connection = number_;
    request_.origin = server_->settings.origin;
    bool const has_head = co_await read_head();
    if (request_.head_text.empty())
        co_return false;
    server_->ledger->begin(request_);
    bool go_on = false;
    if (has_head && request_.problem.empty())
    {
        script plan{};
        if (server_->handlers.script_for)
            plan = server_->handlers.script_for(request_);
        request_.scripted = plan.is_a_deviation();
        auto const what = co_await receive_body(plan);
        request_.body_sha256 = digest_.hex();
        request_.complete = what == next::proceed;
        server_->ledger->update(request_);
        if (what != next::over)
            go_on = co_await reply(plan);
        if (what == next::answer_early)
            go_on = co_await after_early_answer(plan);
    }
    else if (has_head)
        go_on = co_await refuse();
    server_->ledger->end(request_);
    co_return go_on;
}

/// Appends what comes to `pending_`; false at the end of the connection.
MAGIC_HOUR_DECL asio::awaitable<bool> session::more()
{
    auto const before = pending_.size();
    pending_.resize(before + io_portion);
    auto const into = asio::buffer(pending_.data() + before, io_portion);
    auto const count = co_await wire_->read_some(into);
    pending_.resize(before + count);
    co_return count > 0;
}

MAGIC_HOUR_DECL asio::awaitable<bool> session::read_head()
{
    std::size_t end = 0;
    while ((end = pending_.find("\r\n\r\n")) == std::string::npos)
    {
        bool good = pending_.size() <= head_limit;
        if (good)
            good = co_await more();
        if (good)
            continue;
        request_.began = std::chrono::steady_clock::now();
        request_.head_text = pending_;
        co_return false;
    }
    request_.began = std::chrono::steady_clock::now();
    request_.head_text = pending_.substr(0, end + 4);
    pending_.erase(0, end + 4);
    auto parsed = parse_request_head(request_.head_text);
    request_.problem = std::move(parsed.problem);
    if (parsed.head)
        request_.head = std::move(*parsed.head);
    co_return true;
}

/// Moves bytes of the body from `pending_` into the record.
MAGIC_HOUR_DECL void session::take(std::size_t count)
{
    std::string_view const bytes{pending_.data(), count};
    digest_.update(bytes);
    auto const room = [&](std::string const& kept, std::size_t limit)
    { return std::min(count, limit - std::min(limit, kept.size())); };
    request_.body.append(bytes.substr(0, room(request_.body, server_->settings.ledger_body)));
    body_.append(bytes.substr(0, room(body_, server_->settings.body_limit)));
    request_.body_size += count;
    pending_.erase(0, count);
}

/// Reads up to `limit` bytes of the body in all.
MAGIC_HOUR_DECL asio::awaitable<session::next> session::receive_portion(std::uint64_t limit)
{
    while (request_.body_size < limit)
    {
        if (pending_.empty())
        {
            bool const good = co_await more();
            if (!good)
                co_return next::over;
        }
        take(static_cast<std::size_t>(std::min<std::uint64_t>(pending_.size(), limit - request_.body_size)));
    }
    co_return next::proceed;
}

MAGIC_HOUR_DECL asio::awaitable<session::next> session::receive_chunks()
{
    for (;;)
    {
        std::size_t end = 0;
        while ((end = pending_.find("\r\n")) == std::string::npos)
        {
            bool const good = co_await more();
            if (!good)
                co_return next::over;
        }
        std::uint64_t size = 0;
        auto const parsed = std::from_chars(pending_.data(), pending_.data() + end, size, 16);
        if (parsed.ec != std::errc{} || size > (1ULL << 40))
            co_return next::over;
        pending_.erase(0, end + 2);
        {
            auto const how = co_await receive_portion(request_.body_size + size);
            if (how == next::over)
                co_return next::over;
        }
        while (pending_.size() < 2)
        {
            bool const good = co_await more();
            if (!good)
                co_return next::over;
        }
        pending_.erase(0, 2);
        if (size == 0)
            co_return next::proceed;
    }
}

MAGIC_HOUR_DECL asio::awaitable<session::next> session::receive_body(script const& plan)
{
    body_.clear();
    digest_ = sha256_stream{};
    auto events = plan.get().receiving;
    std::stable_sort(events.begin(), events.end(), [](auto const& a, auto const& b) { return a.at < b.at; });
    if (request_.head.expects_continue && events.empty())
    {
        std::string_view const go = "HTTP/1.1 100 Continue\r\n\r\n";
        {
            bool const good = co_await wire_->write(asio::buffer(go));
            if (!good)
                co_return next::over;
        }
    }
    if (request_.head.chunked)
        co_return co_await receive_chunks();
    auto const size = request_.head.content_length.value_or(0);
    for (auto const& event : events)
    {
        {
            auto const how = co_await receive_portion(std::min(event.at, size));
            if (how == next::over)
                co_return next::over;
        }
        if (event.what == script_event::act::answer)
            co_return next::answer_early;
        {
            auto const how = co_await act(event);
            if (how == next::over)
                co_return next::over;
        }
    }
    co_return co_await receive_portion(size);
}

// No switch here: g++ 12 destroys awaitables of the other cases.
MAGIC_HOUR_DECL asio::awaitable<session::next> session::act(script_event what)
{
    if (what.what == script_event::act::answer)
        co_return next::answer_early;
    if (what.what == script_event::act::pause)
    {
        co_await pause(what.time);
        co_return next::proceed;
    }
    if (what.what == script_event::act::stall)
    {
        co_await wire_->wait_for_peer();
        co_return next::over;
    }
    co_await finish(what.how);
    co_return next::over;
}

MAGIC_HOUR_DECL asio::awaitable<void> session::pause(std::chrono::milliseconds time)
{
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

/// Ends the connection in the way that a script wants.
MAGIC_HOUR_DECL asio::awaitable<void> session::finish(cut how)
{
    if (how == cut::rst)
    {
        wire_->close(true);
        co_return;
    }
    if (how == cut::close_notify)
    {
        co_await wire_->say_goodbye();
    }
    // Reading on keeps the FIN from turning into a reset.
    wire_->shutdown_send();
    for (bool going = true; going;)
    {
        pending_.clear();
        going = co_await more();
    }
}

MAGIC_HOUR_DECL asio::awaitable<bool> session::refuse()
{
    answer no{};
    no.status = 400;
    no.close = true;
    no.body = error_body(400, request_.problem);
    script const plain{};
    co_return co_await transmit(plain, no);
}

MAGIC_HOUR_DECL asio::awaitable<bool> session::reply(script const& plan)
{
    answer what{};
    if (plan.takes_effect())
        what = server_->handlers.respond(request_, body_);
    plan.apply_to(what);
    request_.status = what.status;
    server_->ledger->update(request_);
    bool const sent = co_await transmit(plan, what);
    co_return sent;
}

MAGIC_HOUR_DECL asio::awaitable<bool> session::after_early_answer(script const& plan)
{
    auto const& events = plan.get().receiving;
    auto const early = std::find_if(
        events.begin(), events.end(), [](auto const& e) { return e.what == script_event::act::answer; });
    if (early->then == afterwards::close_after_2s)
    {
        co_await pause(std::chrono::seconds{2});
    }
    if (early->then == afterwards::drain)
    {
        co_await finish(cut::close_notify);
    }
    co_return false;
}

MAGIC_HOUR_DECL std::string head_of(answer const& what)
{
    auto const has = [&](std::string_view name)
    {
        return std::any_of(
            what.headers.begin(), what.headers.end(),
            [&](header_line const& line) { return same_text(line.name, name); });
    };
    std::string head = "HTTP/1.1 " + std::to_string(what.status) + " Fake\r\n";
    for (auto const& line : what.headers)
        head.append(line.name).append(": ").append(line.value).append("\r\n");
    auto const length = what.stream ? what.length : what.body.size();
    if (what.chunked)
        head += "Transfer-Encoding: chunked\r\n";
    else if (!what.until_close && what.status != 204 && what.status != 304 && !has("Content-Length"))
        head += "Content-Length: " + std::to_string(length) + "\r\n";
    if (what.close || what.until_close)
        head += "Connection: close\r\n";
    return head + "\r\n";
}

/// The events of a script by their place in the whole answer.
MAGIC_HOUR_DECL std::vector<script_event> placed(std::vector<script_event> events, std::size_t head_size)
{
    for (auto& each : events)
        if (each.in_body)
            each.at += head_size;
    std::stable_sort(events.begin(), events.end(), [](auto const& a, auto const& b) { return a.at < b.at; });
    return events;
}

MAGIC_HOUR_DECL asio::awaitable<bool> session::transmit(script const& plan, answer const& what)
{
    auto const head = plan.get().garbage.value_or(head_of(what));
    sending_ = placed(plan.get().sending, head.size());
    portion_ = plan.get().portion;
    portion_pause_ = plan.get().portion_pause;
    bool going = co_await emit(head);
    if (!going || plan.get().garbage)
        co_return false;
    if (request_.head.method != "HEAD")
        going = co_await send_body(what);
    if (!going)
        co_return false;
    std::string_view const nothing{};
    going = co_await emit(nothing); // events behind the last byte
    if (!going)
        co_return false;
    request_.answered = true;
    if (what.close || what.until_close || !request_.head.keep_alive)
    {
        co_await finish(cut::close_notify);
        co_return false;
    }
    co_return true;
}

MAGIC_HOUR_DECL asio::awaitable<bool> session::send_body(answer const& what)
{
    std::vector<char> buffer(what.stream ? io_portion : 0);
    auto const size = what.stream ? what.length : what.body.size();
    for (std::uint64_t at = 0; at < size;)
    {
        auto const count = static_cast<std::size_t>(std::min<std::uint64_t>(io_portion, size - at));
        std::string_view bytes;
        if (what.stream)
        {
            what.stream->read(what.offset + at, std::span{buffer}.first(count));
            bytes = {buffer.data(), count};
        }
        else
            bytes = std::string_view{what.body}.substr(static_cast<std::size_t>(at), count);
        if (what.chunked)
        {
            std::array<char, 20> digits{};
            auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), count, 16).ptr;
            std::string chunk{digits.data(), end};
            chunk.append("\r\n").append(bytes).append("\r\n");
            {
                bool const good = co_await emit(chunk);
                if (!good)
                    co_return false;
            }
        }
        else
        {
            bool const good = co_await emit(bytes);
            if (!good)
                co_return false;
        }
        at += count;
    }
    std::string_view const last = what.chunked ? "0\r\n\r\n" : "";
    co_return co_await emit(last);
}

/// Sends `bytes` and carries out the events that fall into them.
MAGIC_HOUR_DECL asio::awaitable<bool> session::emit(std::string_view bytes)
{
    for (;;)
    {
        while (!sending_.empty() && sending_.front().at <= request_.bytes_sent)
        {
            auto const event = sending_.front();
            sending_.erase(sending_.begin());
            {
                auto const how = co_await act(event);
                if (how == next::over)
                    co_return false;
            }
        }
        if (bytes.empty())
            co_return true;
        std::size_t count = bytes.size();
        if (!sending_.empty())
            count = static_cast<std::size_t>(
                std::min<std::uint64_t>(count, sending_.front().at - request_.bytes_sent));
        auto const now = bytes.substr(0, count);
        {
            bool const good = co_await emit_portion(now);
            if (!good)
                co_return false;
        }
        bytes.remove_prefix(count);
    }
}

MAGIC_HOUR_DECL asio::awaitable<bool> session::emit_portion(std::string_view bytes)
{
    while (!bytes.empty())
    {
        auto const now = bytes.substr(0, portion_ > 0 ? portion_ : bytes.size());
        {
            bool const good = co_await wire_->write(asio::buffer(now));
            if (!good)
                co_return false;
        }
        request_.bytes_sent += now.size();
        bytes.remove_prefix(now.size());
        if (portion_ > 0)
            co_await pause(portion_pause_);
    }
    co_return true;
}

} // namespace magic_hour::testing::detail
