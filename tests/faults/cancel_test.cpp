#include "bench.hpp"
#include "support/promptness.hpp"
#include "support/sweep.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <atomic>
#include <set>

using namespace faults;

namespace
{

/// What is swept: a server that outlives the points and what the current point left.
struct sweep_bench
{
    support::script_server server{};
    std::shared_ptr<support::manual_clock> clock = std::make_shared<support::manual_clock>();
    std::optional<mh::result<mh::created_image>> made{};
    std::optional<mh::result<mh::image_project>> got{};
    std::string name{}; ///< of the job that this point creates
    int points = 0;

    mh::client_options options() const
    {
        mh::client_options out;
        out.api_key = key;
        out.base_url = server.base_url();
        out.tls.ca_pem = server.ca_pem();
        out.clock = clock;
        out.random = [] { return 0.5; };
        return out;
    }

    asio::awaitable<void> create(asio::io_context& io)
    {
        mh::session const shared{io, options()};
        mh::resource<mh::ai_image_generator> const images{shared};
        mh::ai_image_generator::request request = fixture::picture();
        request.name = name;
        auto outcome = co_await images.create(request, mh::as_result);
        made.emplace(std::move(outcome));
    }

    asio::awaitable<void> get(asio::io_context& io)
    {
        mh::session const shared{io, options()};
        mh::resource<mh::image_projects> const projects{shared};
        auto outcome = co_await projects.get("job-1", mh::as_result);
        got.emplace(std::move(outcome));
    }
};

constexpr std::chrono::milliseconds promptly{50};

bool is_canceled(support::swept const& outcome)
{
    if (!outcome.failure)
        return false;
    try
    {
        std::rethrow_exception(outcome.failure);
    }
    catch (boost::system::system_error const& e)
    {
        return e.code() == asio::error::operation_aborted;
    }
    catch (std::exception const&)
    {
        return false;
    }
}

} // namespace

TEST_CASE("X1: a create canceled at any point ends at once, and is unknown when it may have arrived")
{
    sweep_bench b;
    // The answer takes long enough for a cancellation after the request has gone.
    b.server.otherwise({steps::forever(
        {steps::expect_request(), steps::wait(std::chrono::milliseconds{20}),
         steps::send(json_answer(200, created))})});
    support::fd_guard const descriptors;
    std::size_t unknown = 0;
    std::set<std::string> never_sent;
    support::sweep_options options;
    options.clock = b.clock.get();
    auto const sweep = support::for_each_cancel_point(
        [&](asio::io_context& io)
        {
            b.made.reset();
            b.name = "point-" + std::to_string(++b.points);
            return b.create(io);
        },
        [&](support::swept const& outcome)
        {
            CAPTURE(outcome.point);
            if (!b.made) // before it had begun
            {
                CHECK(is_canceled(outcome));
                never_sent.insert(b.name);
                return;
            }
            if (b.made->has_value())
                return;
            mh::error const& e = b.made->error();
            bool const possible = e == mh::errc::outcome_unknown;
            CHECK((possible ? e->cause : e.code()) == mh::errc::canceled);
            CHECK(e->job_may_exist == possible);
            CHECK(e->correlation_name == b.name);
            unknown += possible ? 1 : 0;
            if (!possible)
                never_sent.insert(b.name);
        },
        options);
    CHECK(sweep.points > 5);
    CHECK(sweep.late == 0);
    CHECK(unknown > 0);
    CHECK(never_sent.size() > 2);
    CHECK(descriptors.back_to_baseline()); // and so every request has arrived that ever will
    std::map<std::string, int> received;
    for (auto const& request : b.server.requests())
    {
        auto const at = request.body.find("point-");
        REQUIRE(at != std::string::npos);
        ++received[request.body.substr(at, request.body.find('"', at) - at)];
    }
    for (auto const& [name, count] : received)
    {
        CAPTURE(name);
        CHECK(count == 1);
        CHECK_FALSE(never_sent.contains(name));
    }
}

TEST_CASE("X1: a GET canceled at any point, pauses between attempts included, ends at once with canceled")
{
    sweep_bench b;
    support::fd_guard const descriptors;
    support::sweep_options options;
    options.clock = b.clock.get();
    std::size_t canceled = 0;
    // A refusal first, then the answer: odd connections refuse.
    auto const turn = std::make_shared<std::atomic<int>>(0);
    b.server.otherwise(
        {[turn](support::link& l)
         {
             l.expect_request();
             bool const refuse = turn->fetch_add(1) % 2 == 0;
             l.send(refuse ? answer(503, "", "Connection: close\r\n") : json_answer(200, project));
         },
         steps::close()});
    auto const sweep = support::for_each_cancel_point(
        [&](asio::io_context& io)
        {
            *turn = 0;
            b.got.reset();
            return b.get(io);
        },
        [&](support::swept const& outcome)
        {
            CAPTURE(outcome.point);
            if (!b.got)
            {
                CHECK(is_canceled(outcome));
                return;
            }
            if (b.got->has_value())
                return;
            CHECK(b.got->error() == mh::errc::canceled);
            CHECK(b.got->error()->project_id == "job-1");
            ++canceled;
        },
        options);
    CHECK(canceled > 5);
    CHECK(sweep.late == 0);
    CHECK(descriptors.back_to_baseline());
}

TEST_CASE("X1: each long wait of an operation ends promptly when it is canceled")
{
    struct wait
    {
        char const* what;
        support::script script;
        mh::errc expected;
    };
    wait const all[] = {
        {"the handshake", {steps::hold()}, mh::errc::canceled},
        {"the answer", {steps::expect_request(), steps::hold()}, mh::errc::outcome_unknown},
        {"the body",
         {steps::expect_request(), steps::send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
          steps::hold()},
         mh::errc::outcome_unknown},
        {"the pause",
         {steps::expect_request(), steps::send(answer(429, "", "Retry-After: 30\r\n")), steps::drain()},
         mh::errc::canceled}};
    for (wait const& each : all)
    {
        CAPTURE(each.what);
        auto const cancel = [&]
        {
            bench f;
            f.server.otherwise(each.script);
            asio::cancellation_signal signal;
            mh::ai_image_generator::request const request = fixture::picture();
            auto const running = support::start(
                f.io, mh::resource<mh::ai_image_generator>{f.session()}.create(request, mh::as_result),
                signal.slot());
            support::settle(f.io, std::chrono::milliseconds{100});
            REQUIRE_FALSE(running->done);
            support::stopwatch const watch;
            signal.emit(asio::cancellation_type::terminal);
            f.io.restart();
            while (!running->done && f.io.run_one_for(std::chrono::seconds{1}) > 0)
            {
            }
            auto const took = watch.elapsed();
            REQUIRE(running->done);
            REQUIRE_FALSE(running->failure);
            CHECK(f.code_of(*running->value) == each.expected);
            CHECK(f.server.request_count() <= 1);
            return took;
        };
        CHECK(support::within(promptly, cancel));
    }
}

TEST_CASE("X2: a cancellation before the start is honoured, and nothing is sent")
{
    bench f;
    f.server.otherwise(always(json_answer(200, created)));
    asio::cancellation_signal signal;
    int calls = 0;
    mh::ai_image_generator::request const request = fixture::picture();
    mh::resource<mh::ai_image_generator>{f.session()}.create(
        request, asio::bind_cancellation_slot(
                     signal.slot(),
                     [&](mh::result<mh::created_image> outcome)
                     {
                         ++calls;
                         CHECK(f.code_of(outcome) == mh::errc::canceled);
                     }));
    signal.emit(asio::cancellation_type::terminal);
    support::settle(f.io, std::chrono::milliseconds{50});
    CHECK(calls == 1);
    CHECK(f.server.request_count() == 0);
}

TEST_CASE("X2: a second cancellation, and one after the end, change nothing")
{
    bench f;
    f.server.next({steps::expect_request(), steps::hold()});
    f.server.otherwise(always(json_answer(200, project)));
    asio::cancellation_signal signal;
    int calls = 0;
    mh::errc code{};
    auto const take = [&](mh::result<mh::image_project> const& outcome)
    {
        ++calls;
        code = f.code_of(outcome);
    };
    mh::session const shared = f.session();
    mh::resource<mh::image_projects> const projects{shared};
    projects.get("job-1", asio::bind_cancellation_slot(signal.slot(), take));
    support::settle(f.io, std::chrono::milliseconds{50});
    CHECK(calls == 0);
    signal.emit(asio::cancellation_type::terminal);
    signal.emit(asio::cancellation_type::terminal);
    support::settle(f.io, std::chrono::milliseconds{30});
    CHECK(calls == 1);
    CHECK(code == mh::errc::canceled);
    signal.emit(asio::cancellation_type::terminal);
    support::settle(f.io, std::chrono::milliseconds{10});
    CHECK(calls == 1);
    CHECK(ok(f.run(projects.get("job-1", mh::as_result))));
}

TEST_CASE("X2: only terminal cancellation is supported; weaker requests are not mistaken for it")
{
    bench f;
    f.server.otherwise(
        {steps::expect_request(), steps::wait(std::chrono::milliseconds{60}),
         steps::send(json_answer(200, project)), steps::drain()});
    for (auto const weaker : {asio::cancellation_type::partial, asio::cancellation_type::total})
    {
        asio::cancellation_signal signal;
        std::optional<mh::result<mh::image_project>> outcome;
        mh::resource<mh::image_projects>{f.session()}.get(
            "job-1",
            asio::bind_cancellation_slot(
                signal.slot(), [&](mh::result<mh::image_project> got) { outcome.emplace(std::move(got)); }));
        support::settle(f.io, std::chrono::milliseconds{20});
        signal.emit(weaker);
        support::settle(f.io, std::chrono::milliseconds{300});
        REQUIRE(outcome.has_value());
        CHECK(ok(*outcome));
    }
}
