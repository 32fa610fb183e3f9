#include "bench.hpp"
#include "support/promptness.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace faults;

namespace
{

/// An io_context of its own that can end before everything else.
struct short_lived
{
    std::unique_ptr<asio::io_context> io = std::make_unique<asio::io_context>(1);
    int ended = 0;

    mh::session connect(mh::client_options const& options) { return mh::session{*io, options}; }

    void start(mh::session const& shared, int operations)
    {
        mh::resource<mh::image_projects> const projects{shared};
        mh::resource<mh::ai_image_generator> const images{shared};
        mh::ai_image_generator::request const request = fixture::picture();
        for (int i = 0; i < operations; ++i)
        {
            if (i % 2 == 0)
                projects.get("job-1", [this](auto const&) { ++ended; });
            else
                support::start(*io, watched(images.create(request, mh::as_result)));
        }
    }

    /// Runs until `reached()`, then ends the context; how long that took.
    std::chrono::milliseconds destroy_once(std::function<bool()> const& reached)
    {
        auto const until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
        while (!reached() && std::chrono::steady_clock::now() < until)
        {
            io->run_one_for(std::chrono::milliseconds{5});
            io->poll();
        }
        CHECK(reached());
        int const before = ended;
        support::stopwatch const watch;
        io.reset();
        auto const took = watch.elapsed();
        CHECK(ended == before);
        return std::chrono::duration_cast<std::chrono::milliseconds>(took);
    }

private:
    asio::awaitable<void> watched(asio::awaitable<mh::result<mh::created_image>> work)
    {
        auto outcome = co_await std::move(work);
        ended += outcome.has_value() ? 1 : 1;
    }
};

constexpr std::chrono::milliseconds soon{100};
constexpr int thousand = 1000;

} // namespace

TEST_CASE("X4: the io_context may end while a thousand operations look up names")
{
    auto const end_it = []
    {
        bench f;
        auto const silent = std::make_shared<silent_resolver>();
        f.options.resolver = silent;
        f.options.pool.max_connections = thousand;
        short_lived context;
        mh::session const shared = context.connect(f.options);
        support::fd_guard const descriptors;
        context.start(shared, thousand);
        auto const took = context.destroy_once([&] { return silent->asked.size() == thousand; });
        CHECK(descriptors.back_to_baseline());
        return took;
    };
    CHECK(support::within(soon, end_it));
}

TEST_CASE("X4: the io_context may end while a thousand operations wait for a connection or an answer")
{
    struct phase
    {
        char const* what;
        support::script script;
    };
    phase const all[] = {
        {"handshake", {steps::hold()}},
        {"answer", {steps::expect_request(), steps::hold()}},
        {"body",
         {steps::expect_request(), steps::send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
          steps::hold()}}};
    for (phase const& each : all)
    {
        CAPTURE(each.what);
        auto const end_it = [&each]
        {
            bench f;
            f.server.otherwise(each.script);
            short_lived context;
            mh::session const shared = context.connect(f.options);
            context.start(shared, thousand);
            bool const handshake = each.script.size() == 1;
            auto const reached = [&]
            { return handshake ? f.server.connection_count() >= 16 : f.server.request_count() >= 16; };
            auto const took = context.destroy_once(reached);
            CHECK(f.server.wait_until(
                [](auto const& connections)
                {
                    return std::none_of(
                        connections.begin(), connections.end(),
                        [](auto const& c) { return c.ended == support::ending::open; });
                }));
            return took;
        };
        CHECK(support::within(soon, end_it));
    }
}

TEST_CASE("X4: the io_context may end while a thousand operations pause before their next attempt")
{
    auto const end_it = []
    {
        bench f;
        f.server.stop_listening();
        f.options.retry.budget_capacity = 1 << 20;
        f.options.pool.max_connections = thousand;
        short_lived context;
        mh::session const shared = context.connect(f.options);
        context.start(shared, thousand);
        auto const took = context.destroy_once([&] { return f.clock->armed_pauses() == thousand; });
        CHECK(f.clock->armed() == 0);
        return took;
    };
    CHECK(support::within(soon, end_it));
}

TEST_CASE("X4: a thousand operations that never got to run end with their io_context")
{
    auto const end_it = []
    {
        bench f;
        short_lived context;
        mh::session const shared = context.connect(f.options);
        context.start(shared, thousand);
        auto const took = context.destroy_once([] { return true; });
        CHECK(f.server.connection_count() == 0);
        return took;
    };
    CHECK(support::within(soon, end_it));
}

TEST_CASE("X4: a client may outlive its io_context and be closed, copied and used up afterwards")
{
    bench f;
    f.server.otherwise(always(json_answer(200, project)));
    auto io = std::make_unique<asio::io_context>(1);
    mh::session shared{*io, f.options};
    auto const running =
        support::start(*io, mh::resource<mh::image_projects>{shared}.get("job-1", mh::as_result));
    while (!running->done)
        io->run_one();
    REQUIRE(ok(*running->value));
    io.reset();
    mh::session const copy = shared;
    shared.close();
    CHECK(copy.share() == shared.share());
}

TEST_CASE(
    "X5: handles may be copied, moved and destroyed while their operation runs; it ends as if they stood")
{
    bench f;
    f.server.otherwise(
        {steps::expect_request(), steps::wait(std::chrono::milliseconds{50}),
         steps::send(json_answer(200, project)), steps::drain()});
    std::optional<mh::session> first{f.session()};
    std::optional<mh::resource<mh::image_projects>> projects{*first};
    auto const running = support::start(f.io, projects->get("job-1", mh::as_result));
    support::settle(f.io, std::chrono::milliseconds{10});
    mh::session moved = std::move(*first);
    mh::session const copy = moved;
    moved = copy;
    projects.reset();
    first.reset();
    while (!running->done)
        support::settle(f.io, std::chrono::milliseconds{10});
    CHECK(ok(*running->value));
    CHECK(f.server.request_count() == 1);
}

TEST_CASE("X5: close ends what runs with closed, a sent create with unknown, and refuses what comes later")
{
    bench f;
    f.server.otherwise({steps::expect_request(), steps::hold()});
    mh::session shared = f.session();
    mh::resource<mh::image_projects> const projects{shared};
    mh::resource<mh::ai_image_generator> const images{shared};
    mh::ai_image_generator::request const request = fixture::picture();
    auto const get = support::start(f.io, projects.get("job-1", mh::as_result));
    auto const create = support::start(f.io, images.create(request, mh::as_result));
    while (f.server.request_count() < 2)
        support::settle(f.io, std::chrono::milliseconds{5});
    shared.close();
    shared.close();
    support::settle(f.io, std::chrono::milliseconds{50});
    REQUIRE(get->done);
    REQUIRE(create->done);
    CHECK(f.code_of(*get->value) == mh::errc::closed);
    CHECK(f.code_of(*create->value) == mh::errc::outcome_unknown);
    CHECK(create->value->error()->cause == mh::errc::closed);
    CHECK(f.code_of(f.run(projects.get("job-1", mh::as_result))) == mh::errc::closed);
    auto const late = f.run(images.create(request, mh::as_result));
    CHECK(f.code_of(late) == mh::errc::closed);
    CHECK_FALSE(late.error()->job_may_exist);
    CHECK(f.server.request_count() == 2);
}

namespace
{

class throwing_observer : public mh::http::observer
{
public:
    explicit throwing_observer(std::string hook) : hook_(std::move(hook)) {}
    void on_request(mh::http::attempt_event const&) override { maybe("request"); }
    void on_response(mh::http::attempt_event const&) override { maybe("response"); }
    void on_failure(mh::http::attempt_event const&) override { maybe("failure"); }
    void on_retry(mh::http::attempt_event const&) override { maybe("retry"); }

    bool armed = true;

private:
    void maybe(std::string const& hook) const
    {
        if (armed && hook == hook_)
            throw std::domain_error{"a hook said no"};
    }
    std::string hook_;
};

} // namespace

TEST_CASE("X8: an exception of a hook ends the operation with that exception, and the client goes on")
{
    for (std::string const hook : {"request", "response", "failure", "retry"})
    {
        CAPTURE(hook);
        bench f;
        auto const thrower = std::make_shared<throwing_observer>(hook);
        f.options.observer = thrower;
        f.options.pool.max_connections = 1;
        bool const after_failure = hook == "failure" || hook == "retry";
        if (after_failure)
            f.server.next({steps::expect_request(), steps::fin()})
                .next({steps::expect_request(), steps::fin()});
        f.server.otherwise(always(json_answer(200, project)));
        mh::session const shared = f.session();
        mh::resource<mh::image_projects> const projects{shared};
        CHECK_THROWS_AS((void)f.run(projects.get("job-1", mh::as_result)), std::domain_error);
        std::optional<mh::errc> code;
        projects.get("job-1", [&](mh::result<mh::image_project> const& got) { code = f.code_of(got); });
        REQUIRE(support::run_virtual_until(f.io, *f.clock, [&] { return code.has_value(); }));
        CHECK(*code == mh::errc::internal_error);
        thrower->armed = false;
        CHECK(ok(f.run(projects.get("job-1", mh::as_result))));
    }
}

TEST_CASE("X9: an io_context that stood still for a while goes on with what it was doing")
{
    bench f;
    f.server.otherwise(always(json_answer(200, project)));
    auto const running =
        support::start(f.io, mh::resource<mh::image_projects>{f.session()}.get("job-1", mh::as_result));
    for (int handlers = 0; handlers < 6; ++handlers)
        f.io.run_one_for(std::chrono::milliseconds{100});
    REQUIRE_FALSE(running->done);
    f.io.stop();
    f.clock->advance(std::chrono::seconds{5});
    f.io.restart();
    while (!running->done)
        support::settle(f.io, std::chrono::milliseconds{10});
    CHECK(ok(*running->value));
    CHECK(f.server.request_count() == 1);
}

TEST_CASE("X9: an operation whose time is over when the io_context runs again times out")
{
    bench f;
    f.options.retry.max_attempts = 1;
    f.server.otherwise({steps::expect_request(), steps::hold()});
    auto const running =
        support::start(f.io, mh::resource<mh::image_projects>{f.session()}.get("job-1", mh::as_result));
    while (f.server.request_count() == 0)
        support::settle(f.io, std::chrono::milliseconds{5});
    f.io.stop();
    f.clock->advance(std::chrono::minutes{2});
    support::settle(f.io, std::chrono::milliseconds{50});
    REQUIRE(running->done);
    CHECK(f.code_of(*running->value) == mh::errc::timeout);
}
