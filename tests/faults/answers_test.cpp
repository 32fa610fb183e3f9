#include "bench.hpp"

#include <array>

using namespace faults;

namespace
{

std::string repeated(std::string const& text, int times)
{
    std::string out;
    for (int i = 0; i < times; ++i)
        out += text;
    return out;
}

/// Two GETs, one after the other, of one client; how many connections they took.
std::size_t connections_for_two(bench& f)
{
    mh::resource<mh::image_projects> const projects{f.session()};
    for (int i = 0; i < 2; ++i)
        CHECK(ok(f.run(projects.get("job-1", mh::as_result))));
    CHECK(f.server.request_count() == 2);
    return f.server.connection_count();
}

} // namespace

TEST_CASE("H11: interim answers before the final one are skipped")
{
    std::string const interim =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n";
    bench f;
    f.server.otherwise(always(interim + json_answer(200, created)));
    auto const outcome = f.create();
    REQUIRE(ok(outcome));
    CHECK(outcome->id == "job-1");
    CHECK(f.server.request_count() == 1);
}

TEST_CASE("H11: interim answers without end, and a switch of protocols, are protocol errors")
{
    std::array<std::string, 2> const all{
        repeated("HTTP/1.1 100 Continue\r\n\r\n", 1000) + json_answer(200, created),
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"};
    for (std::string const& wire : all)
    {
        bench f;
        f.server.otherwise(always(wire));
        f.must_stay_unknown(f.create(), mh::errc::protocol);
        CHECK(f.server.wait_until([](auto const& all_of_them)
                                  { return all_of_them.at(0).ended != support::ending::open; }));
    }
}

TEST_CASE("H12: an HTTP/1.0 answer is understood and its connection not used again")
{
    bench f;
    f.server.otherwise(
        {steps::expect_request(),
         steps::send(
             "HTTP/1.0 200 OK\r\nContent-Length: " + std::to_string(project.size()) + "\r\n\r\n" + project),
         steps::drain()});
    CHECK(connections_for_two(f) == 2);
}

TEST_CASE("H12: an HTTP/1.0 answer that ends with its connection is whole only with a proper goodbye")
{
    {
        bench f;
        f.server.otherwise(once("HTTP/1.0 200 OK\r\n\r\n" + project));
        CHECK(ok(f.get()));
        CHECK(f.server.request_count() == 1);
    }
    bench f;
    f.server.otherwise(
        {steps::expect_request(), steps::send("HTTP/1.0 200 OK\r\n\r\n" + project), steps::fin()});
    CHECK(f.code_of(f.get()) == mh::errc::integrity);
    CHECK(f.server.request_count() == 2);
}

TEST_CASE("H12: a connection that the server wants closed is not used again")
{
    bench f;
    f.server.otherwise(
        {steps::expect_request(), steps::send(json_answer(200, project, "Connection: close\r\n")),
         steps::drain()});
    CHECK(connections_for_two(f) == 2);
}

TEST_CASE("H12: bytes behind an answer that has no body never answer the next request")
{
    for (std::string const head : {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\n\r\n"})
    {
        CAPTURE(head);
        bench f;
        f.server.next(
            {steps::expect_request(), steps::send(head + json_answer(200, created)), steps::drain()});
        f.server.otherwise(always(json_answer(200, project)));
        mh::resource<mh::image_projects> const projects{f.session()};
        auto const removed = f.run(projects.delete_("job-1", mh::as_result));
        CHECK(removed.has_value() == head.starts_with("HTTP/1.1 204"));
        auto const got = f.run(projects.get("job-1", mh::as_result));
        REQUIRE(ok(got));
        CHECK(got->status == mh::project_status::complete);
        CHECK(f.server.connection_count() == 2);
    }
}

TEST_CASE("H12: surplus bytes behind a whole answer end the connection, not the request")
{
    bench f;
    f.server.otherwise(
        {steps::expect_request(), steps::send(json_answer(200, project) + "HTTP/1.1 200 OK\r\n\r\n"),
         steps::drain()});
    CHECK(connections_for_two(f) == 2);
}

TEST_CASE("H15: an answer of a byte every ten milliseconds arrives")
{
    bench f;
    f.server.otherwise(
        {steps::expect_request(), steps::drip(json_answer(200, created), 1, std::chrono::milliseconds{10})});
    auto const outcome = f.create();
    REQUIRE(ok(outcome));
    CHECK(outcome->id == "job-1");
    CHECK(f.server.request_count() == 1);
}

TEST_CASE("H15: a head of a byte every five seconds ends at the response limit")
{
    for (bool const billable : {false, true})
    {
        CAPTURE(billable);
        bench f;
        f.options.retry.max_attempts = 1;
        f.options.timeouts.total = std::chrono::minutes{5};
        std::string const text = json_answer(200, billable ? created : project);
        auto const begin = f.clock->now();
        support::script drip{steps::expect_request()};
        for (std::size_t i = 0; i < text.size(); ++i)
        {
            drip.push_back(
                steps::until([clock = f.clock, when = begin + std::chrono::seconds{5} * static_cast<int>(i)]
                             { return clock->now() >= when; }));
            drip.push_back(steps::send(text.substr(i, 1)));
        }
        f.server.otherwise(drip);

        mh::session const shared = f.session();
        mh::ai_image_generator::request const request = fixture::picture();
        mh::errc code{};
        mh::phase where{};
        bool done = false;
        auto const take = [&](auto const& outcome)
        {
            done = true;
            code = f.code_of(outcome);
            where = outcome.has_error() ? outcome.error()->phase : mh::phase::none;
        };
        if (billable)
            mh::resource<mh::ai_image_generator>{shared}.create(request, take);
        else
            mh::resource<mh::image_projects>{shared}.get("job-1", take);
        while (!done && f.clock->elapsed() < std::chrono::minutes{3})
        {
            support::settle(f.io, std::chrono::milliseconds{10});
            if (f.server.request_count() == 1 && !done)
                f.clock->advance(std::chrono::milliseconds{2500});
        }
        CHECK(code == (billable ? mh::errc::outcome_unknown : mh::errc::timeout));
        CHECK(where == mh::phase::response);
        std::chrono::seconds const limit{billable ? 60 : 30};
        CHECK(f.clock->now() - begin >= limit);
        CHECK(f.clock->now() - begin <= limit + std::chrono::seconds{3});
        CHECK(f.server.request_count() == 1);
        f.clock->advance(std::chrono::hours{1}); // lets the script end
    }
}
