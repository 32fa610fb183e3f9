#include "engine_fixture.hpp"

#include "support/fd_guard.hpp"
#include "support/promptness.hpp"
#include "support/sweep.hpp"

#include <magic_hour/http/resolver.hpp>

#include <boost/asio/strand.hpp>

#include <atomic>
#include <thread>

using namespace engine_tests;

namespace
{
/// A resolver that never answers.
class silent_resolver final : public http::resolver
{
public:
    asio::awaitable<result<std::vector<asio::ip::address>>> resolve(std::string) override
    {
        http::time_source clock;
        co_await http::sleep_until(clock, http::time_point::max());
        co_return std::vector<asio::ip::address>{};
    }
};

errc code_of(std::exception_ptr const& failure)
{
    if (!failure)
        return errc{};
    try
    {
        std::rethrow_exception(failure);
    }
    catch (magic_hour::error const& e)
    {
        return e.code();
    }
    catch (...)
    {
        return errc::internal_error;
    }
}

asio::awaitable<void>
keep_open(std::shared_ptr<http::engine> engine, http::request what, std::vector<http::exchange>& into)
{
    auto opened = co_await engine->open(std::move(what), loopback());
    into.push_back(std::move(opened).value());
}

asio::awaitable<void> get_and_throw(std::shared_ptr<http::engine> engine, http::request what)
{
    auto got = co_await engine->send(std::move(what), loopback());
    if (!got)
        throw got.error();
}
} // namespace

TEST_CASE("X1: canceling at any point ends a GET at once, with canceled and nothing left behind")
{
    script_server server;
    server.otherwise(
        {steps::forever({steps::expect_request(), steps::send(answer(200, std::string(40'000, 'x')))})});
    support::fd_guard const descriptors;
    auto const sweep = support::for_each_cancel_point(
        [&](asio::io_context& io)
        { return get_and_throw(engine_for(io, trusting(server)), get(server.base_url() + "/")); },
        [&](support::swept const& o)
        {
            CAPTURE(o.point);
            if (o.failure)
                CHECK((o.interrupted && code_of(o.failure) == errc::canceled));
        });
    CHECK(sweep.points > 5);
    CHECK(sweep.late == 0);
    CHECK(descriptors.back_to_baseline());
}

TEST_CASE("X1: a create that is canceled after it was handed over has an unknown outcome, before that none")
{
    script_server server;
    server.otherwise({steps::forever({steps::expect_request(), steps::send(json_answer(200, "{}"))})});
    std::size_t before = 0;
    auto const sweep = support::for_each_cancel_point(
        [&](asio::io_context& io)
        {
            before = server.request_count();
            return get_and_throw(engine_for(io, trusting(server)), create(server.base_url() + "/"));
        },
        [&](support::swept const& o)
        {
            CAPTURE(o.point);
            errc const code = code_of(o.failure);
            CHECK((code == errc{} || code == errc::canceled || code == errc::outcome_unknown));
            if (code == errc::canceled)
                CHECK(server.request_count() == before);
        });
    CHECK(sweep.late == 0);

    script_server silent;
    silent.otherwise({steps::expect_request(), steps::hold()});
    asio::io_context io;
    asio::cancellation_signal stop;
    auto const engine = engine_for(io, trusting(silent));
    auto const got =
        support::start(io, engine->send(create(silent.base_url() + "/"), loopback()), stop.slot());
    while (silent.request_count() == 0)
        io.run_one_for(10ms);
    stop.emit(asio::cancellation_type::terminal);
    support::settle(io);
    REQUIRE(got->done);
    auto const why = got->get().error();
    CHECK(why == errc::outcome_unknown);
    CHECK(why->cause == errc::canceled);
    CHECK(why->job_may_exist);
}

TEST_CASE("X4: an io_context may end with operations in every phase")
{
    script_server silent;
    silent.otherwise({steps::hold()});
    script_server answering;
    answering.otherwise({steps::forever({steps::expect_request(), steps::send(answer(200, "x"))})});
    script_server stalling;
    stalling.otherwise(
        {steps::expect_request(), steps::send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"),
         steps::hold()});
    support::fd_guard const descriptors;
    std::shared_ptr<http::engine> outliving;
    std::vector<http::exchange> kept;
    {
        auto io = std::make_unique<asio::io_context>();
        auto options = trusting(silent);
        options.tls.ca_pem += answering.ca_pem() + stalling.ca_pem();
        options.pool.max_connections = 3;
        auto deaf = options;
        deaf.resolver = std::make_shared<silent_resolver>();
        outliving = engine_for(*io, options);
        auto const resolving = engine_for(*io, deaf);
        support::run(*io, outliving->send(get(answering.base_url() + "/"), loopback()));
        support::run(*io, keep_open(outliving, get(stalling.base_url() + "/"), kept));
        for (int i = 0; i < 20; ++i)
        {
            support::start(*io, outliving->send(get(silent.base_url() + "/"), loopback()));
            support::start(*io, outliving->send(create(stalling.base_url() + "/"), loopback()));
            support::start(*io, resolving->send(get(silent.base_url() + "/"), loopback()));
        }
        support::settle(*io, 100ms);
        auto const begin = support::clock::now();
        io.reset();
        CHECK(support::in_time(begin, 100ms));
    }
    CHECK(descriptors.back_to_baseline());
    asio::io_context late;
    std::string into(4, '\0');
    CHECK(
        support::run(late, outliving->send(get(answering.base_url() + "/"), loopback())).error() ==
        errc::closed);
    auto n = support::run(late, kept[0].read(asio::buffer(into)));
    if (n && *n == 1)
        n = support::run(late, kept[0].read(asio::buffer(into)));
    CHECK(n.error() == errc::closed);
}

TEST_CASE("X5: the engine may be destroyed while its operations run: they end with closed")
{
    script_server server;
    server.otherwise({steps::hold()});
    asio::io_context io;
    auto engine = engine_for(io, trusting(server));
    auto const got = support::start(io, engine->send(get(server.base_url() + "/"), loopback()));
    support::settle(io, 50ms);
    engine.reset();
    support::settle(io, 50ms);
    REQUIRE(got->done);
    CHECK(got->get().error() == errc::closed);
}

TEST_CASE("D2: a resolver that never answers holds nobody beyond the deadline")
{
    script_server server;
    auto options = trusting(server);
    options.resolver = std::make_shared<silent_resolver>();
    auto io = std::make_unique<asio::io_context>();
    auto const engine = engine_for(*io, options);
    http::request what = create("https://api.example.test/");
    what.deadline = engine->clock().now() + 200ms;
    what.max_attempts = 1;
    auto const begin = support::clock::now();
    auto const got = send(*io, *engine, what);
    CHECK(got.error() == errc::timeout);
    CHECK(got.error()->phase == phase::resolve);
    CHECK_FALSE(got.error()->job_may_exist);
    CHECK(support::in_time(begin, 450ms));
    support::settle(*io);
    CHECK(io->stopped());
}

TEST_CASE("X6: operations on their own strands of a pool of threads, one engine for all")
{
    script_server server;
    server.otherwise({steps::forever({steps::expect_request(), steps::send(answer(200, "x"))})});
    asio::io_context io;
    auto options = trusting(server);
    options.pool.max_connections = 4;
    auto const engine = engine_for(io, options);
    std::atomic<int> good = 0;
    for (int i = 0; i < 200; ++i)
        asio::co_spawn(
            asio::make_strand(io), engine->send(get(server.base_url() + "/"), loopback()),
            [&](std::exception_ptr failure, result<http::response> got)
            {
                if (!failure && got && got->head.status == 200)
                    ++good;
            });
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] { io.run(); });
    for (auto& t : threads)
        t.join();
    CHECK(good == 200);
    CHECK(server.connection_count() <= 4);
}
