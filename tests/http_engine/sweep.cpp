#include "engine_fixture.hpp"

#include "support/promptness.hpp"

using namespace engine_tests;

namespace
{
std::string created()
{
    std::string const body =
        "{\"id\":\"cuid-example\",\"credits_charged\":450,\"estimated\":\"" + std::string(120, 'x') + "\"}";
    return json_answer(200, body);
}

/// Creates against an answer that is cut after `k` bytes, for every `k`: success when whole, else unknown.
void sweep(std::size_t step, support::step const& end, http::duration patience)
{
    std::string const whole = created();
    script_server server;
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    std::size_t creates = 0;
    for (std::size_t k = 0; k <= whole.size();
         k += k + step > whole.size() && k < whole.size() ? whole.size() - k : step)
    {
        CAPTURE(k);
        server.next({steps::expect_request(), steps::send(whole.substr(0, k)), end});
        http::request what = create(server.base_url() + "/v1/x");
        what.timeouts.billable_response = patience;
        what.timeouts.no_progress = patience;
        auto const got = send(io, *engine, what);
        CHECK(server.request_count() == ++creates);
        if (k == whole.size())
        {
            REQUIRE(got.has_value());
            CHECK(got->body.size() > 100);
            break;
        }
        REQUIRE(got.has_error());
        CHECK(got.error() == errc::outcome_unknown);
        CHECK(got.error()->job_may_exist);
        CHECK(got.error()->attempts == 1);
    }
}
} // namespace

TEST_CASE("H14: a create whose answer is cut anywhere by a FIN is unknown, and sent once")
{
    sweep(1, steps::fin(), 10s);
}

TEST_CASE("H14: a create whose answer is cut anywhere by a close_notify is unknown, and sent once")
{
    sweep(3, steps::close(), 10s);
}

TEST_CASE("H14: a create whose answer is cut anywhere by a reset is unknown, and sent once")
{
    // A reset may destroy bytes that the client has not read yet, so only cuts can be judged.
    std::string const whole = created();
    script_server server;
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    for (std::size_t k = 0; k < whole.size(); k += 5)
    {
        CAPTURE(k);
        server.next({steps::expect_request(), steps::send(whole.substr(0, k)), steps::rst()});
        auto const got = send(io, *engine, create(server.base_url() + "/v1/x"));
        REQUIRE(got.has_error());
        CHECK(got.error() == errc::outcome_unknown);
    }
}

TEST_CASE("H14: a create whose answer stalls anywhere is unknown, and sent once")
{
    sweep(23, steps::hold(), 40ms);
}

TEST_CASE("H15: an answer that drips is a success, one that never comes ends at the response limit")
{
    script_server server;
    server.next({steps::expect_request(), steps::drip(answer(200, "slow"), 1, 2ms), steps::close()});
    server.next({steps::expect_request(), steps::drip(answer(200, "slower"), 1, 50ms), steps::close()});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    http::request what = get(server.base_url() + "/");
    what.max_attempts = 1;
    what.timeouts.response = 1500ms;
    CHECK(send(io, *engine, what).value().body == "slow");
    auto const begin = support::clock::now();
    auto const got = send(io, *engine, what);
    CHECK(got.error() == errc::timeout);
    CHECK(got.error()->phase == phase::response);
    CHECK(support::in_time(begin, 1750ms));
}

TEST_CASE("G10: a body below a byte a second is a stall")
{
    script_server server;
    server.next(
        {steps::expect_request(), steps::send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"),
         steps::drip(std::string(100, 'x'), 1, 1500ms)});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    http::request what = get(server.base_url() + "/");
    what.max_attempts = 1;
    what.timeouts.no_progress = 2s; // wants two bytes in each two seconds of waiting; they come too slowly
    auto const begin = support::clock::now();
    auto const got = send(io, *engine, what);
    CHECK(got.error() == errc::timeout);
    CHECK(got.error()->phase == phase::body);
    CHECK(support::in_time(begin, 4s));
}

TEST_CASE("an exchange never outlives the deadline of its operation, whatever stage it is in")
{
    script_server server;
    server.next({steps::hold()});
    server.next({steps::expect_request(), steps::hold()});
    server.next(
        {steps::expect_request(), steps::send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"),
         steps::hold()});
    server.next(
        {steps::expect_request(), steps::send(answer(503, "", "Retry-After: 5\r\n")), steps::close()});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    for (phase const where : {phase::tls, phase::response, phase::body})
    {
        http::request what = get(server.base_url() + "/");
        what.max_attempts = 1;
        auto const begin = support::clock::now();
        what.deadline = begin + 500ms;
        auto const got = send(io, *engine, what);
        CHECK(got.error() == errc::timeout);
        CHECK(got.error()->phase == where);
        CHECK(support::in_time(begin, 750ms));
    }
    // A pause that would pass the deadline is not begun: the answer stands.
    http::request what = get(server.base_url() + "/");
    auto const begin = support::clock::now();
    what.deadline = begin + 2s;
    CHECK(send(io, *engine, what)->head.status == 503);
    CHECK(support::in_time(begin, 1s));
}
