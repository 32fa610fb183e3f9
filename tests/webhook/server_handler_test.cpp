#include "hosted_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>

namespace asio = boost::asio;
namespace webhook = magic_hour::webhook;
using strings = std::vector<std::string>;
using std::chrono::milliseconds;

namespace
{

/// A handler that stays in its events until it is told to leave.
class gate
{
public:
    [[nodiscard]] hosted_server::handler_type handler()
    {
        return [this](webhook::event e) { return handle(std::move(e)); };
    }

    void open() { open_ = true; }
    [[nodiscard]] std::size_t entered() const { return entered_.wait_for(0).size(); }

    notes& events() { return entered_; }
    void fail_next() { fail_ = true; }

private:
    asio::awaitable<void> handle(webhook::event e)
    {
        entered_.add(e.key());
        asio::steady_timer timer{co_await asio::this_coro::executor};
        while (!open_)
        {
            timer.expires_after(milliseconds{5});
            co_await timer.async_wait(asio::use_awaitable);
        }
        if (fail_.exchange(false))
            throw std::runtime_error{"the handler failed"};
    }

    notes entered_{};
    std::atomic<bool> open_ = false;
    std::atomic<bool> fail_ = false;
};

} // namespace

TEST_CASE("deliveries are answered at once while a handler takes its time")
{
    gate g;
    hosted_server server{hosted_server::options(), g.handler()};
    for (auto const* const id : {"a", "b", "c"})
        CHECK(post(server, completed(id)) == 200);
    CHECK(g.events().wait_for(3).size() == 3);
    g.open();
}

TEST_CASE("no more events are handled at the same time than allowed, the others wait in order")
{
    gate g;
    auto options = hosted_server::options();
    options.parallel_handlers = 1;
    hosted_server server{std::move(options), g.handler()};
    for (auto const* const id : {"a", "b", "c"})
        CHECK(post(server, completed(id)) == 200);
    CHECK(g.events().wait_for(1) == strings{"a:video.completed"});
    g.open();
    strings const order{"a:video.completed", "b:video.completed", "c:video.completed"};
    CHECK(g.events().wait_for(3) == order);
}

TEST_CASE("when the queue is full deliveries get 503 and are new when they come again")
{
    gate g;
    auto options = hosted_server::options();
    options.parallel_handlers = 1;
    options.max_queued = 1;
    hosted_server server{std::move(options), g.handler()};
    CHECK(post(server, completed("a")) == 200);
    CHECK(post(server, completed("b")) == 200);
    CHECK(post(server, completed("c")) == 503);
    CHECK(post(server, completed("c")) == 503);
    g.open();
    CHECK(g.events().wait_for(2).size() == 2);
    int status = 503;
    for (int i = 0; status == 503 && i != 100; ++i)
        status = post(server, completed("c"));
    CHECK(status == 200);
    CHECK(g.events().wait_for(3).back() == "c:video.completed");
}

TEST_CASE("a handler that fails is reported and does no harm to others")
{
    gate g;
    g.open();
    g.fail_next();
    hosted_server server{hosted_server::options(), g.handler()};
    CHECK(post(server, completed("a")) == 200);
    CHECK(server.failed.wait_for(1) == strings{"a:video.completed"});
    CHECK(post(server, completed("b")) == 200);
    CHECK(post(server, completed("a")) == 200);
    server.stop();
    CHECK(g.events().all() == strings{"a:video.completed", "b:video.completed"});
}

TEST_CASE("a handler that throws before it is a coroutine is reported as well")
{
    hosted_server server{hosted_server::options(), [](webhook::event) -> asio::awaitable<void> {
                             throw std::runtime_error{"at once"};
                         }};
    CHECK(post(server, completed("a")) == 200);
    CHECK(server.failed.wait_for(1) == strings{"a:video.completed"});
}

TEST_CASE("answering when handled: a failure gets 500 and the repeat is handled again")
{
    gate g;
    g.open();
    g.fail_next();
    auto options = hosted_server::options();
    options.when = webhook::answer_when::handled;
    hosted_server server{std::move(options), g.handler()};
    CHECK(post(server, completed("a")) == 500);
    CHECK(post(server, completed("a")) == 200);
    CHECK(post(server, completed("a")) == 200);
    server.stop();
    CHECK(g.events().all() == strings{"a:video.completed", "a:video.completed"});
    CHECK(server.failed.all() == strings{"a:video.completed"});
}

TEST_CASE("answering when handled: a slow handler is answered for at the limit and goes on")
{
    gate g;
    auto options = hosted_server::options();
    options.when = webhook::answer_when::handled;
    options.answer_within = milliseconds{100};
    options.read_limit = milliseconds{50};
    hosted_server server{std::move(options), g.handler()};
    auto const before = std::chrono::steady_clock::now();
    CHECK(post(server, completed("a")) == 202);
    CHECK(std::chrono::steady_clock::now() - before >= milliseconds{100});
    CHECK(post(server, completed("a")) == 503);
    g.fail_next();
    g.open();
    CHECK(server.failed.wait_for(1) == strings{"a:video.completed"});
    CHECK(post(server, completed("a")) == 200);
    server.stop();
    CHECK(g.events().all().size() == 1);
}

TEST_CASE("a handler that blocks on a thread of its own holds nobody up")
{
    asio::thread_pool pool{1};
    std::promise<void> leave;
    auto const may_leave = leave.get_future().share();
    auto options = hosted_server::options();
    options.handler_executor = pool.get_executor();
    notes seen;
    hosted_server server{
        std::move(options),
        [&](webhook::event e) -> asio::awaitable<void>
        {
            may_leave.wait();
            seen.add(e.key());
            co_return;
        }};
    for (auto const* const id : {"a", "b", "c"})
        CHECK(post(server, completed(id)) == 200);
    CHECK(seen.all().empty());
    leave.set_value();
    CHECK(seen.wait_for(3).size() == 3);
    server.stop();
    pool.join();
}

TEST_CASE("events that were accepted are handled although the server closes")
{
    gate g;
    auto options = hosted_server::options();
    options.parallel_handlers = 1;
    hosted_server server{std::move(options), g.handler()};
    CHECK(post(server, completed("a")) == 200);
    CHECK(post(server, completed("b")) == 200);
    server.close();
    g.open();
    server.stop();
    CHECK(g.events().all() == strings{"a:video.completed", "b:video.completed"});
}

TEST_CASE("an event is handled although its sender does not wait for the answer")
{
    hosted_server server;
    auto const d = completed("a");
    auto client = server.connect();
    client.send(
        "POST / HTTP/1.1\r\nHost: x\r\n" + d.lines + "Content-Length: " + std::to_string(d.body.size()) +
        "\r\n\r\n" + d.body);
    client.close();
    CHECK(server.handled.wait_for(1) == strings{"a:video.completed"});
}

TEST_CASE("the io_context may go away under open connections and running handlers")
{
    gate g;
    auto options = hosted_server::options();
    options.when = webhook::answer_when::handled;
    asio::io_context context{1};
    webhook::server server{context.get_executor(), std::move(options), g.handler()};
    auto const port = server.listen("127.0.0.1", 0);
    std::thread runs{[&] { context.run(); }};
    support::raw_client waits_for_answer{port};
    support::raw_client silent{port};
    auto const d = completed("a");
    waits_for_answer.send(
        "POST / HTTP/1.1\r\nHost: x\r\n" + d.lines + "Content-Length: " + std::to_string(d.body.size()) +
        "\r\n\r\n" + d.body);
    CHECK(g.events().wait_for(1).size() == 1);
    context.stop();
    runs.join();
}
