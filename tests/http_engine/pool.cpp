#include "engine_fixture.hpp"

#include "support/fd_guard.hpp"
#include "support/promptness.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

using namespace engine_tests;

namespace
{
using outcome = std::shared_ptr<support::finished<result<http::response>>>;

void run_until(asio::io_context& io, std::function<bool()> const& done)
{
    auto const end = support::clock::now() + 20s;
    while (!done() && support::clock::now() < end)
    {
        if (io.stopped())
            io.restart();
        io.run_one_for(20ms);
    }
    REQUIRE(done());
}

bool all_done(std::vector<outcome> const& all)
{
    return std::all_of(all.begin(), all.end(), [](outcome const& o) { return o->done; });
}
} // namespace

TEST_CASE("L2: many operations share a few connections, first come first served")
{
    script_server server;
    server.otherwise(
        {steps::forever({steps::expect_request(), steps::wait(2ms), steps::send(answer(200, "x"))})});
    asio::io_context io;
    auto options = trusting(server);
    options.pool.max_connections = 4;
    auto const engine = engine_for(io, options);
    std::vector<outcome> all;
    for (int i = 0; i < 100; ++i)
        all.push_back(
            support::start(io, engine->send(get(server.base_url() + '/' + std::to_string(i)), loopback())));
    run_until(io, [&] { return all_done(all); });
    for (outcome const& o : all)
        CHECK(o->get()->head.status == 200);
    CHECK(server.connection_count() == 4);
    auto requests = server.requests();
    REQUIRE(requests.size() == 100);
    // Whoever waited longest gets the connection that is free: so numbers only grow on each of them.
    std::map<std::size_t, int> newest;
    for (auto const& request : requests)
    {
        int const number = std::stoi(request.head_text.substr(5));
        auto const [last, first] = newest.try_emplace(request.connection, number);
        CHECK((first || number > last->second));
        last->second = number;
    }
}

TEST_CASE("connections that rested without their buffers serve again")
{
    script_server server;
    server.otherwise(
        {steps::forever({steps::expect_request(), steps::wait(2ms), steps::send(answer(200, "x"))})});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    for (std::size_t const at_once : {3U, 1U, 3U, 2U, 3U})
    {
        std::vector<outcome> all;
        for (std::size_t i = 0; i < at_once; ++i)
            all.push_back(support::start(io, engine->send(get(server.base_url() + "/"), loopback())));
        run_until(io, [&] { return all_done(all); });
        for (outcome const& o : all)
            CHECK(o->get()->body == "x");
    }
    CHECK(server.connection_count() == 3);
    CHECK(server.request_count() == 12);
}

TEST_CASE("L2: waiting for a place counts toward the deadline, and a canceled waiter leaves the queue")
{
    script_server server;
    std::atomic<bool> released = false;
    server.next(
        {steps::expect_request(), steps::until([&] { return released.load(); }),
         steps::send(answer(200, "x")), steps::expect_request(), steps::send(answer(200, "second"))});
    asio::io_context io;
    auto options = trusting(server);
    options.pool.max_connections = 1;
    auto const engine = engine_for(io, options);
    std::string const url = server.base_url() + "/";
    auto const holder = support::start(io, engine->send(get(url), loopback()));
    run_until(io, [&] { return server.request_count() == 1; });

    http::request impatient = get(url);
    impatient.deadline = engine->clock().now() + 100ms;
    auto const late = support::start(io, engine->send(impatient, loopback()));
    asio::cancellation_signal stop;
    auto const canceled = support::start(io, engine->send(get(url), loopback()), stop.slot());
    auto const patient = support::start(io, engine->send(get(url), loopback()));
    run_until(io, [&] { return late->done; });
    auto const why = late->get().error();
    CHECK(why == errc::timeout);
    CHECK(why->phase == phase::connect);
    stop.emit(asio::cancellation_type::terminal);
    run_until(io, [&] { return canceled->done; });
    CHECK(canceled->get().error() == errc::canceled);
    CHECK_FALSE(patient->done);
    released = true;
    run_until(io, [&] { return patient->done && holder->done; });
    CHECK(patient->get()->body == "second");
    CHECK(server.connection_count() == 1);
}

TEST_CASE("C6: a dead or talking idle connection is dropped unseen and costs no attempt")
{
    std::string const stray = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n";
    std::vector<support::script> const ends{
        {steps::fin()}, {steps::close()}, {steps::rst()}, {steps::send(stray), steps::drain()}};
    for (auto const& end : ends)
    {
        script_server server;
        support::script first{steps::expect_request(), steps::send(answer(200, "x"))};
        first.insert(first.end(), end.begin(), end.end());
        server.next(first);
        server.next({steps::expect_request(), steps::send(answer(200, "y")), steps::close()});
        asio::io_context io;
        auto const engine = engine_for(io, trusting(server));
        CHECK(send(io, *engine, get(server.base_url() + "/"))->body == "x");
        int const tokens = engine->budget().tokens();
        std::this_thread::sleep_for(100ms);
        auto const got = send(io, *engine, get(server.base_url() + "/"));
        REQUIRE(got.has_value());
        CHECK(got->body == "y");
        CHECK(got->stats.attempts == 1);
        CHECK_FALSE(got->stats.reused_connection);
        CHECK(engine->budget().tokens() >= tokens);
    }
}

TEST_CASE("a pooled connection that dies under a request is replaced at once, without costing an attempt")
{
    script_server server;
    server.next(
        {steps::expect_request(), steps::send(answer(200, "x")), steps::expect_request(),
         steps::close_now()});
    server.next({steps::expect_request(), steps::send(answer(200, "y")), steps::close()});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    http::request what = get(server.base_url() + "/");
    what.max_attempts = 1;
    CHECK(send(io, *engine, what)->body == "x");
    int const tokens = engine->budget().tokens();
    auto const got = send(io, *engine, what);
    REQUIRE(got.has_value());
    CHECK(got->body == "y");
    CHECK(engine->budget().tokens() >= tokens);
    CHECK(server.request_count() == 3);
}

TEST_CASE("idle connections are closed on time while the engine works, and at the next use otherwise")
{
    script_server server;
    server.otherwise({steps::forever({steps::expect_request(), steps::send(answer(200, "x"))})});
    script_server slow;
    slow.otherwise({steps::expect_request(), steps::wait(400ms), steps::send(answer(200, "x"))});
    asio::io_context io;
    auto options = trusting(server);
    options.tls.ca_pem += slow.ca_pem();
    options.pool.idle_timeout = 50ms;
    auto const engine = engine_for(io, options);
    send(io, *engine, get(server.base_url() + "/"));
    CHECK(server.open_connections() == 1);
    auto const other = support::start(io, engine->send(get(slow.base_url() + "/"), loopback()));
    bool closed_meanwhile = false;
    run_until(
        io,
        [&]
        {
            closed_meanwhile = closed_meanwhile || (!other->done && server.open_connections() == 0);
            return other->done;
        });
    CHECK(closed_meanwhile);
    send(io, *engine, get(server.base_url() + "/"));
    std::this_thread::sleep_for(80ms);
    CHECK_FALSE(send(io, *engine, get(server.base_url() + "/"))->stats.reused_connection);
}

TEST_CASE("close ends exchanges, waiters and pauses at once, and later calls fail with closed")
{
    script_server server;
    server.next({steps::expect_request(), steps::hold()});
    server.next(
        {steps::expect_request(), steps::send(answer(503, "x", "Retry-After: 30\r\n")), steps::close()});
    asio::io_context io;
    auto options = trusting(server);
    options.pool.max_connections = 2;
    auto const engine = engine_for(io, options);
    std::string const url = server.base_url() + "/";
    auto const hanging = support::start(io, engine->send(create(url), loopback()));
    run_until(io, [&] { return server.request_count() == 1; });
    auto const pausing = support::start(io, engine->send(get(url), loopback()));
    run_until(io, [&] { return server.request_count() == 2 && server.open_connections() == 1; });
    io.run_for(20ms);
    auto const begin = support::clock::now();
    engine->close();
    run_until(io, [&] { return hanging->done && pausing->done; });
    CHECK(support::in_time(begin, 1s));
    auto const why = hanging->get().error();
    CHECK(why == errc::outcome_unknown);
    CHECK(why->cause == errc::closed);
    CHECK(pausing->get().error() == errc::closed);
    CHECK(send(io, *engine, get(url)).error() == errc::closed);
    CHECK(server.wait_until(
        [](auto const& all)
        {
            return std::all_of(
                all.begin(), all.end(), [](auto const& c) { return c.ended != support::ending::open; });
        }));
}
