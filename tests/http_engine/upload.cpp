#include "engine_fixture.hpp"

#include "support/promptness.hpp"

using namespace engine_tests;

namespace
{
http::request put(std::string const& url, std::shared_ptr<http::body_source> source)
{
    http::request out = get(url);
    out.method = http::method::put;
    out.source = std::move(source);
    return out;
}

std::string pattern(std::size_t size)
{
    std::string out(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        out[i] = static_cast<char>('a' + i * 2654435761U % 26);
    return out;
}
} // namespace

TEST_CASE("U7: a PUT carries its exact length, no chunks and no credentials, and its target untouched")
{
    std::string const text = pattern(900'000);
    script_server server;
    server.otherwise({steps::expect_request(), steps::send(answer(200, "")), steps::close()});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    auto const got = send(
        io, *engine,
        put(server.base_url() + "/a%2Fb+c?sig=%2B&b=1", std::make_shared<text_source>(text, 70'001)));
    CHECK(got->head.status == 200);
    auto const seen = server.requests().at(0);
    CHECK(seen.complete);
    CHECK(seen.body == text);
    CHECK(seen.head_text.starts_with("PUT /a%2Fb+c?sig=%2B&b=1 HTTP/1.1\r\n"));
    CHECK(seen.head_text.find("Content-Length: 900000\r\n") != std::string::npos);
    for (char const* forbidden : {"Authorization", "Cookie", "Expect", "Transfer-Encoding", "Referer"})
        CHECK_MESSAGE(seen.head_text.find(forbidden) == std::string::npos, forbidden);
}

TEST_CASE("a large upload arrives whole, with a slow reader too")
{
    std::string const text = pattern(1 << 20);
    support::server_options options;
    options.receive_buffer = 4096;
    script_server server{options};
    server.next(
        {steps::expect_head(), steps::wait(100ms), steps::expect_bytes(text.size()),
         steps::send(answer(200, "ok")), steps::close()});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    auto const got = send(io, *engine, put(server.base_url() + "/", std::make_shared<text_source>(text)));
    REQUIRE(got.has_value());
    CHECK(got->body == "ok");
    CHECK(got->stats.bytes_sent > text.size());
}

TEST_CASE("U3: an answer that comes before the end of the body is reported, not the broken write")
{
    std::string const text = pattern(32 << 20);
    std::vector<support::script> const scripts{
        {steps::expect_head(), steps::send(answer(413, "too large")), steps::drain()},
        {steps::expect_head(), steps::send(answer(413, "too large")), steps::shutdown_send(), steps::drain()},
        {steps::expect_head(), steps::send(answer(413, "too large")), steps::wait(300ms),
         steps::close_now()}};
    for (auto const& script : scripts)
    {
        script_server server;
        server.otherwise(script);
        asio::io_context io;
        auto const engine = engine_for(io, trusting(server));
        auto const begin = support::clock::now();
        auto const got = send(io, *engine, put(server.base_url() + "/", std::make_shared<text_source>(text)));
        REQUIRE(got.has_value());
        CHECK(got->head.status == 413);
        CHECK(got->body == "too large");
        CHECK(support::in_time(begin, 2s));
        CHECK(server.connection_count() == 1);
    }
}

TEST_CASE("U4: a peer that stops reading is a stall")
{
    support::server_options options;
    options.receive_buffer = 4096;
    script_server server{options};
    server.otherwise({steps::expect_head(), steps::hold()});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    http::request what = put(server.base_url() + "/", std::make_shared<text_source>(pattern(32 << 20)));
    what.timeouts.no_progress = 300ms;
    what.max_attempts = 1;
    auto const begin = support::clock::now();
    auto const got = send(io, *engine, what);
    CHECK(got.error() == errc::timeout);
    CHECK(got.error()->phase == phase::request);
    CHECK(support::in_time(begin, 3s));
}

TEST_CASE("U5: a broken upload starts again from byte 0 when its source can")
{
    std::string const text = pattern(3 << 20);
    script_server server;
    server.next({steps::expect_head(), steps::expect_bytes(1 << 20), steps::rst()});
    server.next({steps::expect_request(), steps::send(answer(200, "")), steps::close()});
    server.next({steps::expect_head(), steps::expect_bytes(1 << 20), steps::rst()});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    auto const source = std::make_shared<text_source>(text);
    auto const got = send(io, *engine, put(server.base_url() + "/", source));
    REQUIRE(got.has_value());
    CHECK(source->rewinds == 1);
    CHECK(server.requests().back().complete);
    CHECK(server.requests().back().body_size == text.size());

    auto const once = std::make_shared<text_source>(text);
    once->can_rewind = false;
    CHECK(send(io, *engine, put(server.base_url() + "/", once)).has_error());
    CHECK(once->rewinds == 0);
    CHECK(server.connection_count() == 3);
}

TEST_CASE("a source that does not keep its word about its size fails the upload")
{
    script_server server;
    server.otherwise({steps::expect_request(), steps::send(answer(200, "")), steps::close()});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    for (int const difference : {-1, 1})
    {
        auto const source = std::make_shared<text_source>(pattern(100'000), 1000);
        source->announced = static_cast<std::uint64_t>(100'000 + difference);
        source->can_rewind = false;
        auto const got = send(io, *engine, put(server.base_url() + "/", source));
        CHECK(got.error() == errc::integrity);
        CHECK(got.error()->phase == phase::request);
    }
}
