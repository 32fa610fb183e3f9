#pragma once

#include "sample.hpp"
#include "support/raw_client.hpp"

#include <magic_hour/webhook/server.hpp>
#include <magic_hour/webhook/sign.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

/// A list that several threads write and a test waits for.
class notes
{
public:
    void add(std::string text)
    {
        std::lock_guard const lock{mutex_};
        all_.push_back(std::move(text));
        changed_.notify_all();
    }

    [[nodiscard]] std::vector<std::string> all() const
    {
        std::lock_guard const lock{mutex_};
        return all_;
    }

    /// The list once it has `count` entries, or what there is after a few seconds.
    [[nodiscard]] std::vector<std::string> wait_for(std::size_t count) const
    {
        std::unique_lock lock{mutex_};
        changed_.wait_for(lock, std::chrono::seconds{5}, [&] { return all_.size() >= count; });
        return all_;
    }

private:
    mutable std::mutex mutex_{};
    mutable std::condition_variable changed_{};
    std::vector<std::string> all_{};
};

/// A webhook server on a thread of its own, and what its hooks and handler saw.
class hosted_server
{
public:
    using options_type = magic_hour::webhook::server_options;
    using handler_type = magic_hour::webhook::server::handler;

    static options_type options()
    {
        options_type made;
        made.receiver.secrets.push_back(sample::secret());
        return made;
    }

    explicit hosted_server(options_type o = options()) : hosted_server{std::move(o), {}, true} {}
    hosted_server(options_type o, handler_type on_event)
        : hosted_server{std::move(o), std::move(on_event), false}
    {
    }
    hosted_server(hosted_server const&) = delete;
    hosted_server& operator=(hosted_server const&) = delete;
    ~hosted_server() { stop(); }

    /// Closes the server and waits until nothing of it runs any more.
    void stop()
    {
        server_->close();
        work_.reset();
        if (thread_.joinable())
            thread_.join();
    }

    void close() { server_->close(); }

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] support::raw_client connect() const { return support::raw_client{port_}; }

    notes handled{}, refused{}, failed{};

private:
    hosted_server(options_type o, handler_type on_event, bool note_events)
    {
        o.on_refused = [this](auto const& r) { refused.add(std::to_string(r.answer.status)); };
        o.on_failure = [this](auto const& e, std::exception_ptr) { failed.add(e.key()); };
        if (note_events)
            on_event = [this](magic_hour::webhook::event e) { return note(std::move(e)); };
        server_.emplace(context_.get_executor(), std::move(o), std::move(on_event));
        port_ = server_->listen("127.0.0.1", 0);
        thread_ = std::thread{[this] { context_.run(); }};
    }

    boost::asio::awaitable<void> note(magic_hour::webhook::event e)
    {
        handled.add(e.key());
        co_return;
    }

    boost::asio::io_context context_{1};
    std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_{
        context_.get_executor()};
    std::optional<magic_hour::webhook::server> server_{};
    std::uint16_t port_ = 0;
    std::thread thread_{};
};

/// A delivery signed now, as header lines and body.
struct wire_delivery
{
    std::string lines{};
    std::string body{};
};

inline wire_delivery deliver(std::string body)
{
    auto const now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    auto made = magic_hour::webhook::make_delivery(std::move(body), now, sample::secret());
    wire_delivery out;
    for (auto const& h : made.headers)
        out.lines += h.name + ": " + h.value + "\r\n";
    out.body = std::move(made.body);
    return out;
}

inline wire_delivery completed(std::string const& id)
{
    return deliver(R"({"type":"video.completed","payload":{"id":")" + id + R"(","status":"complete"}})");
}

/// Posts a delivery and returns the status.
inline int post(support::raw_client& client, wire_delivery const& d)
{
    return client.call("POST", "/hook", d.body, d.lines).status;
}

/// Posts over a connection of its own.
inline int post(hosted_server const& server, wire_delivery const& d)
{
    auto client = server.connect();
    return post(client, d);
}
