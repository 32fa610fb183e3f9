#include "hosted_server.hpp"

#include <magic_hour/webhook/hub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <doctest/doctest.h>

#include <array>
#include <future>

namespace webhook = magic_hour::webhook;
using strings = std::vector<std::string>;

TEST_CASE("a signed delivery is answered and reaches the handler")
{
    hosted_server server;
    auto client = server.connect();
    auto const d = completed("a");
    auto const answer = client.call("POST", "/hook", d.body, d.lines);
    CHECK(answer.status == 200);
    CHECK(answer.header("content-type") == "application/json");
    CHECK(answer.header("connection") == "keep-alive");
    CHECK(answer.body == R"({"message":"received"})");
    CHECK(server.handled.wait_for(1) == strings{"a:video.completed"});
}

TEST_CASE("a connection carries many deliveries, also without waiting for answers")
{
    hosted_server server;
    auto client = server.connect();
    CHECK(post(client, completed("a")) == 200);
    CHECK(post(client, completed("b")) == 200);
    std::string both;
    for (auto const* const id : {"c", "d"})
    {
        auto const d = completed(id);
        both += "POST / HTTP/1.1\r\nHost: x\r\n" + d.lines +
                "Content-Length: " + std::to_string(d.body.size()) + "\r\n\r\n" + d.body;
    }
    client.send(both);
    CHECK(client.read_answer().status == 200);
    CHECK(client.read_answer().status == 200);
    strings const all{"a:video.completed", "b:video.completed", "c:video.completed", "d:video.completed"};
    CHECK(server.handled.wait_for(4) == all);
}

TEST_CASE("W9: a delivery that is repeated is answered but handled once")
{
    hosted_server server;
    for (int i = 0; i != 3; ++i)
        CHECK(post(server, completed("a")) == 200);
    CHECK(post(server, deliver(R"({"type":"video.started","payload":{"id":"a"}})")) == 200);
    CHECK(post(server, completed("b")) == 200);
    server.stop();
    strings const once{"a:video.completed", "a:video.started", "b:video.completed"};
    CHECK(server.handled.all() == once);
}

TEST_CASE("deliveries that are not signed as they must be do not reach the handler")
{
    hosted_server server;
    auto client = server.connect();
    auto const d = completed("a");
    CHECK(client.call("POST", "/", d.body + " ", d.lines).status == 401);
    CHECK(client.call("POST", "/", d.body, "Content-Type: application/json\r\n").status == 400);
    CHECK(client.call("POST", "/", d.body, d.lines + d.lines).status == 400);
    CHECK(client.call("POST", "/", d.body, "Content-Type: text/plain\r\n").status == 415);
    CHECK(client.call("GET", "/", "", d.lines).header("allow") == "POST");
    CHECK(post(client, deliver("no event")) == 400);
    CHECK(post(client, d) == 200);
    server.stop();
    CHECK(server.handled.all() == strings{"a:video.completed"});
    CHECK(server.refused.all() == strings{"401", "400", "400", "415", "405", "400"});
}

TEST_CASE("only the path that is configured is served")
{
    auto options = hosted_server::options();
    options.path = "/hook";
    hosted_server server{std::move(options)};
    auto client = server.connect();
    auto const d = completed("a");
    CHECK(client.call("POST", "/", d.body, d.lines).status == 404);
    CHECK(client.call("POST", "/hooks", d.body, d.lines).status == 404);
    CHECK(client.call("POST", "/hook?x=1", d.body, d.lines).status == 200);
}

TEST_CASE("W8: a body beyond the limit is refused by its announcement")
{
    auto options = hosted_server::options();
    options.receiver.body_limit = 1000;
    hosted_server server{std::move(options)};
    auto announced = server.connect();
    announced.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n");
    auto const refused = announced.read_answer();
    CHECK(refused.status == 413);
    CHECK(refused.header("connection") == "close");
    auto chunked = server.connect();
    chunked.send(
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x'));
    CHECK(chunked.read_answer().status == 413);
    CHECK(post(server, completed("a")) == 200);
}

TEST_CASE("a large body that is refused while it arrives does not hide the answer")
{
    hosted_server server;
    auto client = server.connect();
    std::string const body(3 << 20, 'x');
    std::string const head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size());
    CHECK(client.try_send(head + "\r\n\r\n" + body, std::chrono::seconds{5}));
    auto const got = client.read_all();
    CHECK(got.text.starts_with("HTTP/1.1 413 "));
    CHECK(got.how == support::peer_end::fin);
}

TEST_CASE("what is not HTTP gets 400 and the connection ends")
{
    hosted_server server;
    std::array<std::string, 5> const requests{
        "\r\n\r\n\r\n\x16\x03\x01", "POST / HTTP/3.0\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"};
    for (std::string const& text : requests)
    {
        CAPTURE(text);
        auto client = server.connect();
        client.send(text);
        auto const got = client.read_all();
        CHECK(got.text.starts_with("HTTP/1.1 400 "));
        CHECK(got.how != support::peer_end::timeout);
    }
    auto client = server.connect();
    client.send("POST / HTTP/1.1\r\nX: " + std::string(20000, 'x'));
    CHECK(client.read_answer().status == 431);
}

TEST_CASE("a chunked delivery and one that asks to go on are received")
{
    hosted_server server;
    auto client = server.connect();
    auto const d = completed("a");
    std::string const half = d.body.substr(0, 20);
    std::string const rest = d.body.substr(20);
    client.send(
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + d.lines + "\r\n14\r\n" + half);
    client.send(
        "\r\n" +
        [&]
        {
            std::array<char, 8> digits{};
            std::snprintf(digits.data(), digits.size(), "%zx", rest.size());
            return std::string{digits.data()};
        }() +
        "\r\n" + rest + "\r\n0\r\n\r\n");
    CHECK(client.read_answer().status == 200);
    auto const next = completed("b");
    client.send(
        "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n" + next.lines +
        "Content-Length: " + std::to_string(next.body.size()) + "\r\n\r\n");
    CHECK(client.read(25) == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send(next.body.substr(0, 10));
    std::this_thread::sleep_for(std::chrono::milliseconds{30});
    client.send(next.body.substr(10));
    CHECK(client.read_answer().status == 200);
    CHECK(server.handled.wait_for(2).size() == 2);
}

TEST_CASE("a client of HTTP/1.0 gets its answer and the end")
{
    hosted_server server;
    auto client = server.connect();
    auto const d = completed("a");
    client.send(
        "POST / HTTP/1.0\r\n" + d.lines + "Content-Length: " + std::to_string(d.body.size()) + "\r\n\r\n" +
        d.body);
    auto const got = client.read_all();
    CHECK(got.text.starts_with("HTTP/1.1 200 "));
    CHECK(got.how == support::peer_end::fin);
}

TEST_CASE("a client that is slow is cut off, others are served meanwhile")
{
    auto options = hosted_server::options();
    options.read_limit = std::chrono::milliseconds{600};
    hosted_server server{std::move(options)};
    auto silent = server.connect();
    auto slow = server.connect();
    slow.send("POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nxxx");
    CHECK(post(server, completed("a")) == 200);
    CHECK(silent.read_all().how == support::peer_end::fin);
    CHECK(slow.read_all().text.empty());
}

TEST_CASE("connections beyond the limit are closed at once")
{
    auto options = hosted_server::options();
    options.max_connections = 1;
    hosted_server server{std::move(options)};
    auto first = server.connect();
    CHECK(post(first, completed("a")) == 200);
    auto second = server.connect();
    CHECK(second.read_all().text.empty());
    CHECK(post(first, completed("b")) == 200);
}

TEST_CASE("closing ends connections and listening, and nothing keeps running")
{
    hosted_server server;
    auto client = server.connect();
    CHECK(post(client, completed("a")) == 200);
    server.stop();
    CHECK(client.read_all().how == support::peer_end::fin);
    CHECK_THROWS_AS((void)server.connect(), std::runtime_error);
}

TEST_CASE("a server needs a secret, something to do, and an address")
{
    boost::asio::io_context context;
    auto const executor = context.get_executor();
    CHECK_THROWS_AS(webhook::server(executor, webhook::server_options{}), magic_hour::error);
    CHECK_THROWS_AS(webhook::server(executor, hosted_server::options()), magic_hour::error);
    auto options = hosted_server::options();
    options.hub = std::make_shared<webhook::hub>();
    webhook::server server{executor, options};
    CHECK_THROWS_AS(server.listen("localhost", 0), magic_hour::error);
    auto const port = server.listen("127.0.0.1", 0);
    CHECK_THROWS_AS(server.listen("127.0.0.1", port), magic_hour::error);
}

TEST_CASE("a delivery wakes a wait through the hub")
{
    auto const hub = std::make_shared<webhook::hub>();
    magic_hour::http::time_source clock;
    boost::asio::io_context waits;
    auto woken = boost::asio::co_spawn(
        waits, hub->wait("a", clock, clock.now() + std::chrono::seconds{20}), boost::asio::use_future);
    std::thread runs{[&] { waits.run(); }};
    auto options = hosted_server::options();
    options.hub = hub;
    hosted_server server{std::move(options), nullptr};
    CHECK(post(server, completed("b")) == 200);
    CHECK(post(server, completed("a")) == 200);
    CHECK(woken.get());
    runs.join();
    CHECK(hub->kept() == 1);
    CHECK(hub->take("b"));
}
