#include "engine_fixture.hpp"

#include "support/promptness.hpp"

#include <algorithm>

using namespace engine_tests;

TEST_CASE("a GET over TLS brings status, headers and body")
{
    script_server server;
    server.next(
        {steps::expect_request(), steps::send(json_answer(200, "{\"id\":7}", "X-Request-Id: r1\r\n")),
         steps::close()});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    http::request what = get(server.base_url() + "/v1/x?a=b%2Fc");
    what.headers.push_back({"Authorization", "Bearer k"});
    auto const got = send(io, *engine, what).value();
    CHECK(got.head.status == 200);
    CHECK(got.body == "{\"id\":7}");
    CHECK(http::find(got.head.headers, "x-request-id") == "r1");
    CHECK(got.stats.attempts == 1);
    CHECK(got.stats.bytes_sent > 0);
    CHECK(got.stats.tls > http::duration::zero());
    auto const requests = server.requests();
    REQUIRE(requests.size() == 1);
    CHECK(requests[0].head_text.starts_with("GET /v1/x?a=b%2Fc HTTP/1.1\r\n"));
    CHECK(requests[0].head_text.find("Authorization: Bearer k\r\n") != std::string::npos);
    CHECK(server.connections()[0].server_name == "localhost");
}

TEST_CASE("run returns although idle connections are kept")
{
    script_server server;
    server.otherwise({steps::forever({steps::expect_request(), steps::send(answer(200, "x"))})});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    auto const begin = support::clock::now();
    auto const state = support::start(io, engine->send(get(server.base_url() + "/"), loopback()));
    io.run();
    CHECK(state->done);
    CHECK(support::in_time(begin, 5s));
    CHECK(server.open_connections() == 1);
}

TEST_CASE("keep-alive: GETs in sequence share one connection, creates never do but leave theirs behind")
{
    script_server server;
    server.otherwise({steps::forever({steps::expect_request(), steps::send(json_answer(200, "{}"))})});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    CHECK_FALSE(send(io, *engine, get(server.base_url() + "/1"))->stats.reused_connection);
    CHECK(send(io, *engine, get(server.base_url() + "/2"))->stats.reused_connection);
    CHECK_FALSE(send(io, *engine, create(server.base_url() + "/3"))->stats.reused_connection);
    CHECK(send(io, *engine, get(server.base_url() + "/4"))->stats.reused_connection);
    CHECK(server.connection_count() == 2);
    auto const c = server.connections();
    CHECK(c[0].requests.size() == 2);
    CHECK(c[1].requests.size() == 2);
    CHECK(server.requests()[2].body == "{\"prompt\":\"a dog\"}");
}

TEST_CASE("H12: answers that end the connection or have no body are read right and not pooled")
{
    struct row
    {
        std::string text;
        std::string body;
        bool reusable;
    };
    std::vector<row> const rows{
        {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi", "hi", false},
        {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", "hi", false},
        {"HTTP/1.1 204 No Content\r\n\r\n", "", true},
        {"HTTP/1.1 204 No Content\r\n\r\nsurplus", "", false},
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi!", "hi", false},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n3;x=y\r\n yo\r\n0\r\nT: v\r\n\r\n",
         "hi yo", true}};
    for (row const& r : rows)
    {
        CAPTURE(r.text);
        script_server server;
        server.otherwise({steps::forever({steps::expect_request(), steps::send(r.text)})});
        asio::io_context io;
        auto const engine = engine_for(io, trusting(server));
        CHECK(send(io, *engine, get(server.base_url() + "/")).value().body == r.body);
        CHECK(send(io, *engine, get(server.base_url() + "/")).value().stats.reused_connection == r.reusable);
        CHECK(server.connection_count() == (r.reusable ? 1 : 2));
    }
}

TEST_CASE("a body that ends with the connection counts only with close_notify, and is never verified")
{
    script_server server;
    server.next({steps::expect_request(), steps::send("HTTP/1.1 200 OK\r\n\r\nwhole"), steps::close()});
    server.next({steps::expect_request(), steps::send("HTTP/1.1 200 OK\r\n\r\ncut"), steps::fin()});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    auto const two = [](std::shared_ptr<http::engine> e, std::string url) -> asio::awaitable<void>
    {
        auto first = co_await e->open(get(url), loopback());
        http::exchange whole = std::move(first).value();
        CHECK(co_await read_all(whole) == "whole");
        CHECK_FALSE(whole.length_verified());
        auto second = co_await e->open(get(url), loopback());
        http::exchange cut = std::move(second).value();
        std::string into(10, '\0');
        auto n = co_await cut.read(asio::buffer(into));
        if (n && *n == 3)
            n = co_await cut.read(asio::buffer(into));
        CHECK(n.has_error());
        CHECK(n.error() == errc::integrity);
    };
    support::run(io, two(engine, server.base_url() + "/"));
}

TEST_CASE("a large answer streams through a small buffer, byte for byte")
{
    std::string text(24 * 1024 * 1024 + 7, '\0');
    for (std::size_t i = 0; i < text.size(); ++i)
        text[i] = static_cast<char>(i * 2654435761U >> 24);
    std::string const head = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(text.size()) + "\r\n\r\n";
    script_server server;
    server.otherwise({steps::forever({steps::expect_request(), steps::send(head), steps::send(text)})});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    auto const download = [](std::shared_ptr<http::engine> e, std::string url) -> asio::awaitable<std::string>
    {
        auto opened = co_await e->open(get(url), loopback());
        http::exchange from = std::move(opened).value();
        CHECK(from.head().content_length == 24 * 1024 * 1024 + 7);
        std::string whole = co_await read_all(from, 200'000);
        CHECK(from.length_verified());
        CHECK(from.stats().bytes_received > whole.size());
        co_return whole;
    };
    CHECK(support::run(io, download(engine, server.base_url() + "/")) == text);
    CHECK(support::run(io, download(engine, server.base_url() + "/")) == text);
    CHECK(server.connection_count() == 1);
}

TEST_CASE("H2: a success that announces more than the limit fails before its body is read")
{
    script_server server;
    server.otherwise(
        {steps::expect_request(), steps::send("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n"),
         steps::hold()});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    auto const got = send(io, *engine, get(server.base_url() + "/"));
    CHECK(got.error() == errc::limit);
    auto const created = send(io, *engine, create(server.base_url() + "/"));
    CHECK(created.error() == errc::outcome_unknown);
    CHECK(created.error()->cause == errc::limit);
    CHECK(created.error()->job_may_exist);
    CHECK(server.request_count() == 2);
}

TEST_CASE("S2: of a huge refusal the start is kept, the rest is dropped with the connection")
{
    script_server server;
    server.otherwise(
        {steps::expect_request(),
         steps::send("HTTP/1.1 422 No\r\nContent-Length: 5000000\r\n\r\n" + std::string(300'000, 'x')),
         steps::drain()});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    auto const got = send(io, *engine, create(server.base_url() + "/"));
    REQUIRE(got.has_value());
    CHECK(got->head.status == 422);
    CHECK(got->body.size() == 65'536);
    CHECK(server.wait_until([](auto const& c) { return c[0].ended != support::ending::open; }));
}

TEST_CASE("H1: an answer cut short is never a success: a GET is repeated, a create has an unknown outcome")
{
    std::string const half = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + std::string(60, 'x');
    for (auto const& end : {steps::close(), steps::fin(), steps::rst()})
    {
        script_server server;
        server.next({steps::expect_request(), steps::send(half), end});
        server.next({steps::expect_request(), steps::send(answer(200, "good")), steps::close()});
        server.next({steps::expect_request(), steps::send(half), end});
        asio::io_context io;
        auto const engine = engine_for(io, trusting(server));
        auto const got = send(io, *engine, get(server.base_url() + "/"));
        REQUIRE(got.has_value());
        CHECK(got->body == "good");
        CHECK(got->stats.attempts == 2);
        auto const created = send(io, *engine, create(server.base_url() + "/"));
        CHECK(created.error() == errc::outcome_unknown);
        CHECK(created.error()->cause == errc::integrity);
        CHECK(server.request_count() == 3);
    }
}

TEST_CASE("S3, S5: a GET is repeated on 503; a create on 429 only")
{
    script_server server;
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    for (int status : {503, 503, 200})
        server.next({steps::expect_request(), steps::send(answer(status, "x")), steps::close()});
    auto const got = send(io, *engine, get(server.base_url() + "/"));
    CHECK(got->head.status == 200);
    CHECK(got->stats.attempts == 3);

    server.next({steps::expect_request(), steps::send(answer(503, "x")), steps::close()});
    CHECK(send(io, *engine, create(server.base_url() + "/"))->head.status == 503);
    CHECK(server.request_count() == 4);

    server.next(
        {steps::expect_request(), steps::send(answer(429, "x", "Retry-After: 0\r\n")), steps::close()});
    server.next({steps::expect_request(), steps::send(answer(200, "x")), steps::close()});
    CHECK(send(io, *engine, create(server.base_url() + "/"))->head.status == 200);
    CHECK(server.request_count() == 6);
}
