#pragma once

#include <magic_hour/http/detail/watchdog.hpp>
#include <magic_hour/http/url.hpp>
#include <magic_hour/testing/webhook_sender.hpp>
#include <magic_hour/webhook/sign.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <mutex>
#include <set>

namespace magic_hour::testing
{

namespace detail
{

using tcp = asio::ip::tcp;

/// One connection for one attempt.
class delivery_connection final : public http::detail::interruptible
{
public:
    delivery_connection(asio::any_io_executor const& executor, std::shared_ptr<http::time_source> clock)
        : socket_{executor},
          watchdog_{std::make_shared<http::detail::watchdog>(executor, executor, std::move(clock), *this)}
    {
    }
    delivery_connection(delivery_connection const&) = delete;
    delivery_connection& operator=(delivery_connection const&) = delete;
    ~delivery_connection() { watchdog_->dismiss(); }

    void interrupt() noexcept override
    {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }

    /// Posts `text` and returns the status of the answer, 0 when there is none by `until`.
    asio::awaitable<int> exchange(tcp::endpoint to, std::string text, http::time_point until)
    {
        watchdog_->watch_until(until);
        boost::system::error_code ec;
        co_await socket_.async_connect(to, asio::redirect_error(asio::use_awaitable, ec));
        if (!ec)
            co_await asio::async_write(
                socket_, asio::buffer(text), asio::redirect_error(asio::use_awaitable, ec));
        std::string answer;
        while (!ec)
        {
            std::string part(4096, '\0');
            std::size_t const got = co_await socket_.async_read_some(
                asio::buffer(part), asio::redirect_error(asio::use_awaitable, ec));
            answer.append(part, 0, got);
        }
        co_return status_of(answer);
    }

private:
    static int status_of(std::string_view answer) noexcept
    {
        if (answer.size() < 12 || !answer.starts_with("HTTP/1.1 "))
            return 0;
        auto const digit = [&](std::size_t i) { return answer[i] - '0'; };
        return digit(9) * 100 + digit(10) * 10 + digit(11);
    }

    tcp::socket socket_;
    std::shared_ptr<http::detail::watchdog> watchdog_;
};

inline http::url checked_target(std::string const& text)
{
    auto const url = http::parse_url(text).value();
    boost::system::error_code ec;
    static_cast<void>(asio::ip::make_address(url.host, ec));
    if (url.is_https() || ec)
        throw error{errc::invalid_argument, "deliveries go to a numeric address by plain HTTP"};
    return url;
}

} // namespace detail

struct webhook_sender::state : std::enable_shared_from_this<webhook_sender::state>
{
    state(
        std::shared_ptr<asio::thread_pool> t, asio::any_io_executor executor, webhook::secret k,
        sender_options o)
        : threads{std::move(t)},
          strand{asio::make_strand(std::move(executor))},
          key{std::move(k)},
          options{std::move(o)},
          target{detail::checked_target(options.url)},
          endpoint{asio::ip::make_address(target.host), target.port},
          clock{options.clock}
    {
        if (!clock)
            clock = std::make_shared<http::time_source>();
    }

    [[nodiscard]] std::chrono::sys_seconds wall_clock() const
    {
        return std::chrono::floor<std::chrono::seconds>(clock->wall_clock());
    }

    void take(std::string body)
    {
        if (events_seen++ < options.faults.lost)
            return;
        collected.push_back(std::move(body));
        if (collected.size() >= options.faults.reverse)
            flush();
    }

    void flush()
    {
        std::vector<std::string> batch = std::exchange(collected, {});
        std::ranges::reverse(batch);
        if (!batch.empty())
            asio::co_spawn(strand, send_batch(shared_from_this(), std::move(batch)), asio::detached);
    }

    void note(delivery_attempt attempt)
    {
        std::lock_guard const lock{mutex};
        done.push_back(std::move(attempt));
    }

    static asio::awaitable<void> send_batch(std::shared_ptr<state> self, std::vector<std::string> batch)
    {
        for (std::string& body : batch)
        {
            auto const signed_at = self->wall_clock();
            bool const delivered = co_await self->attempt(body, 1, signed_at);
            asio::co_spawn(self->strand, repeat(self, std::move(body), signed_at, delivered), asio::detached);
        }
    }

    /// Brings a delivery to its end whose first attempt was made.
    static asio::awaitable<void>
    repeat(std::shared_ptr<state> self, std::string body, std::chrono::sys_seconds signed_at, bool delivered)
    {
        auto const give_up = http::saturating_add(self->clock->now(), self->options.give_up);
        http::duration pause = self->options.first_pause;
        std::size_t successes = delivered ? 1 : 0;
        for (int number = 2; successes < self->options.faults.copies && !self->stopped; ++number)
        {
            if (!delivered)
            {
                auto const next = http::saturating_add(self->clock->now(), pause);
                if (next > give_up)
                    break;
                co_await http::sleep_until(*self->clock, next);
                pause *= 2;
            }
            auto const when = self->options.sign_again ? self->wall_clock() : signed_at;
            delivered = co_await self->attempt(body, number, when);
            successes += delivered ? 1 : 0;
        }
    }

    /// True when the answer was 2xx.
    asio::awaitable<bool> attempt(std::string body, int number, std::chrono::sys_seconds signed_at)
    {
        delivery_attempt made;
        made.number = number;
        made.wrong_signature = attempts_made++ < options.faults.wrong_signatures;
        std::string text = request_text(body, signed_at, made.wrong_signature);
        made.body = std::move(body);
        detail::delivery_connection connection{strand, clock};
        auto const until = http::saturating_add(clock->now(), options.answer_limit);
        made.status = co_await connection.exchange(endpoint, std::move(text), until);
        bool const delivered = made.status >= 200 && made.status < 300;
        note(std::move(made));
        co_return delivered;
    }

    [[nodiscard]] std::string
    request_text(std::string const& body, std::chrono::sys_seconds signed_at, bool wrong_signature) const
    {
        webhook::secret const other{"a secret that nobody else knows"};
        auto const made = webhook::make_delivery(body, signed_at, wrong_signature ? other : key);
        std::string text = "POST " + target.target + " HTTP/1.1\r\nHost: " + target.authority() + "\r\n";
        for (auto const& h : made.headers)
            text += h.name + ": " + h.value + "\r\n";
        text += "Content-Length: " + std::to_string(made.body.size()) + "\r\nConnection: close\r\n\r\n";
        return text + made.body;
    }

    std::shared_ptr<asio::thread_pool> threads; ///< null when the executor is the caller's
    asio::any_io_executor strand;
    webhook::secret const key;
    sender_options const options;
    http::url const target;
    detail::tcp::endpoint const endpoint;
    std::shared_ptr<http::time_source> clock;

    std::size_t events_seen = 0;
    std::size_t attempts_made = 0;
    std::vector<std::string> collected{};
    bool stopped = false;

    mutable std::mutex mutex{};
    std::vector<delivery_attempt> done{};
};

MAGIC_HOUR_DECL
webhook_sender::webhook_sender(asio::any_io_executor executor, webhook::secret key, sender_options options)
    : state_{std::make_shared<state>(nullptr, std::move(executor), std::move(key), std::move(options))}
{
}

MAGIC_HOUR_DECL webhook_sender::webhook_sender(webhook::secret key, sender_options options)
{
    auto threads = std::make_shared<asio::thread_pool>(1);
    asio::any_io_executor executor = threads->get_executor();
    state_ =
        std::make_shared<state>(std::move(threads), std::move(executor), std::move(key), std::move(options));
}

/// Suspended deliveries share the state, and the threads own the deliveries: the state must go before the
/// threads and not hold them.
MAGIC_HOUR_DECL webhook_sender::~webhook_sender()
{
    stop();
    auto const threads = std::move(state_->threads);
    if (threads)
    {
        threads->stop();
        threads->join();
    }
    state_.reset();
}

MAGIC_HOUR_DECL void webhook_sender::send(std::string body)
{
    asio::post(state_->strand, [s = state_, body = std::move(body)]() mutable { s->take(std::move(body)); });
}

MAGIC_HOUR_DECL void webhook_sender::send(std::string_view type, std::string_view payload)
{
    send(webhook::make_body(type, payload));
}

MAGIC_HOUR_DECL void webhook_sender::flush()
{
    asio::post(state_->strand, [s = state_] { s->flush(); });
}

MAGIC_HOUR_DECL void webhook_sender::stop()
{
    asio::post(state_->strand, [s = state_] { s->stopped = true; });
}

MAGIC_HOUR_DECL std::vector<delivery_attempt> webhook_sender::attempts() const
{
    std::lock_guard const lock{state_->mutex};
    return state_->done;
}

MAGIC_HOUR_DECL webhook_sender::job_poster webhook_sender::poster() const
{
    return [weak = std::weak_ptr<state>{state_}](
               kind what, std::string_view status, std::string_view details_json)
    {
        auto const s = weak.lock();
        auto const type = event_type(what, status);
        if (!s || !type)
            return;
        std::string body = webhook::make_body(*type, details_json);
        asio::post(s->strand, [s, body = std::move(body)]() mutable { s->take(std::move(body)); });
    };
}

MAGIC_HOUR_DECL std::optional<std::string> event_type(kind what, std::string_view status)
{
    if (what == kind::face_detection)
        return std::nullopt;
    std::string const type{to_string(what)};
    if (status == "rendering")
        return type + ".started";
    if (status == "complete")
        return type + ".completed";
    if (status == "error")
        return type + ".errored";
    return std::nullopt;
}

} // namespace magic_hour::testing
