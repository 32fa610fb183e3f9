#include "engine_fixture.hpp"

using namespace engine_tests;

namespace
{
/// Writes down what it is told.
class scribe final : public http::observer
{
public:
    void on_request(http::attempt_event const& e) override { note("request", e); }
    void on_response(http::attempt_event const& e) override { note("response", e); }
    void on_failure(http::attempt_event const& e) override { note("failure", e); }
    void on_retry(http::attempt_event const& e) override
    {
        note("retry", e);
        CHECK(e.delay > http::duration::zero());
    }
    std::vector<std::string> log{};

private:
    void note(std::string what, http::attempt_event const& e)
    {
        what += ' ' + std::to_string(e.attempt) + ' ' + std::string{e.method} + ' ' + std::string{e.path};
        if (e.status != 0)
            what += ' ' + std::to_string(e.status);
        if (!e.request_id.empty())
            what += ' ' + std::string{e.request_id};
        if (e.failure)
            what += " failed";
        log.push_back(what);
    }
};

class interrupting final : public http::observer
{
public:
    void on_request(http::attempt_event const&) override { throw std::runtime_error{"mine"}; }
};
} // namespace

TEST_CASE("hooks see every attempt, without queries")
{
    script_server server;
    server.next(
        {steps::expect_request(), steps::send(answer(503, "", "X-Request-Id: a1\r\n")), steps::close()});
    server.next({steps::expect_request(), steps::close_now()});
    server.next(
        {steps::expect_request(), steps::send(answer(200, "", "X-Request-Id: a3\r\n")), steps::close()});
    asio::io_context io;
    auto options = trusting(server);
    auto const seen = std::make_shared<scribe>();
    options.observer = seen;
    auto const engine = engine_for(io, options);
    CHECK(send(io, *engine, get(server.base_url() + "/v1/x?secret=1"))->stats.attempts == 3);
    std::vector<std::string> const expected{"request 1 GET /v1/x",        "response 1 GET /v1/x 503 a1",
                                            "retry 1 GET /v1/x 503 a1",   "request 2 GET /v1/x",
                                            "failure 2 GET /v1/x failed", "retry 2 GET /v1/x failed",
                                            "request 3 GET /v1/x",        "response 3 GET /v1/x 200 a3"};
    CHECK(seen->log == expected);
}

TEST_CASE("an exception of a hook ends its operation and leaves the engine usable")
{
    script_server server;
    server.otherwise({steps::expect_request(), steps::send(answer(200, "")), steps::close()});
    asio::io_context io;
    auto options = trusting(server);
    options.observer = std::make_shared<interrupting>();
    auto const engine = engine_for(io, options);
    CHECK_THROWS_WITH(send(io, *engine, get(server.base_url() + "/")), "mine");
    CHECK_THROWS_WITH(send(io, *engine, get(server.base_url() + "/")), "mine");
    CHECK(server.connection_count() == 0);
}

TEST_CASE("options that cannot be used are refused by the constructor")
{
    asio::io_context io;
    http::engine_options options;
    options.proxy.url = "ftp://proxy";
    CHECK_THROWS_AS(engine_for(io, options), magic_hour::error);
}

TEST_CASE("requests that cannot be sent are refused before any connection")
{
    script_server server;
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    http::request what = get(server.base_url() + "/");
    what.headers.push_back({"X-Evil", "a\r\nHost: b"});
    auto const got = send(io, *engine, what);
    CHECK(got.error() == errc::invalid_argument);
    CHECK(got.error()->attempts == 0);
    CHECK(
        support::run(io, engine->send(get(server.base_url() + "/"), http::address_policy{})).error() ==
        errc::policy);
    CHECK(server.connection_count() == 0);
}
