#include "support/raw_client.hpp"
#include "support/temp_dir.hpp"

#include <magic_hour/testing/fake_server.hpp>

#include <doctest/doctest.h>

#include <boost/json.hpp>

#include <thread>

using namespace support;
using namespace std::chrono_literals;
namespace testing = magic_hour::testing;

namespace
{

constexpr std::string_view sound = R"({"style":{"prompt":"hi","voice_name":"Elon Musk"}})";

struct caller
{
    testing::fake_server fake{};
    raw_client connect() { return raw_client{fake.port(), fake.ca_pem()}; }
    std::string key()
    {
        return "Authorization: Bearer " + fake.api_key() + "\r\nContent-Type: application/json\r\n";
    }
    std::string create_text()
    {
        return "POST /v1/ai-voice-generator HTTP/1.1\r\nHost: x\r\n" + key() +
               "Content-Length: " + std::to_string(sound.size()) + "\r\n\r\n" + std::string{sound};
    }
    raw_answer create() { return connect().call("POST", "/v1/ai-voice-generator", sound, key()); }
    raw_answer account() { return connect().call("GET", "/v1/account", "", key()); }
    read_result raw_create(std::chrono::milliseconds limit = 10s)
    {
        auto client = connect();
        client.send(create_text());
        return client.read_all(limit);
    }
};

} // namespace

TEST_CASE("a fault applies as often as it says and to what it names")
{
    caller c;
    auto fault = c.fake.on("POST /v1/ai-voice-generator").answer(500).times(1);
    CHECK(c.account().status == 200);
    auto const broken = c.create();
    CHECK(broken.status == 500);
    CHECK(broken.body.find("internal_server_error") != std::string::npos);
    CHECK(c.create().status == 200);
    CHECK(fault.applied() == 1);
    CHECK(c.fake.ledger().billable_creates() == 2);
    CHECK(c.fake.ledger().jobs_created() == 1);

    c.fake.on("GET *").after(1).answer(429, "").header("Retry-After", "2");
    CHECK(c.account().status == 200);
    auto const busy = c.account();
    CHECK(busy.status == 429);
    CHECK(busy.header("Retry-After") == "2");
    CHECK(busy.body.empty());
    c.fake.clear_faults();
    CHECK(c.account().status == 200);
}

TEST_CASE("an answer can be lost after the job was created, by every kind of cut")
{
    caller c;
    c.fake.set_fault("POST *", testing::script{}.cut_at(40, testing::cut::fin), 1);
    c.fake.set_fault("POST *", testing::script{}.cut_at(40, testing::cut::rst), 1);
    c.fake.set_fault("POST *", testing::script{}.cut_at(40, testing::cut::close_notify), 1);
    for (auto const how : {peer_end::fin, peer_end::reset, peer_end::close_notify})
    {
        auto const got = c.raw_create();
        CHECK(got.how == how);
        CHECK(got.text.size() == 40);
    }
    CHECK(c.fake.ledger().jobs_created() == 3);
    for (auto const& request : c.fake.ledger().requests())
        CHECK_FALSE(request.answered);
}

TEST_CASE("nothing is created when the connection closes instead of an answer")
{
    caller c;
    c.fake.on("POST *").close_instead(testing::cut::rst);
    CHECK(c.raw_create().how == peer_end::reset);
    CHECK(c.fake.ledger().billable_creates() == 1);
    CHECK(c.fake.ledger().jobs_created() == 0);
    CHECK(c.fake.credits() == 10'000);
}

TEST_CASE("answers can stall, wait, drip and be garbage")
{
    caller c;
    c.fake.on("POST *").stall_body_at(3).times(1);
    auto const stalled = c.raw_create(200ms);
    CHECK(stalled.how == peer_end::timeout);
    CHECK(stalled.text.substr(stalled.text.size() - 7) == "\r\n\r\n{\"i");

    c.fake.on("POST *").delay(150ms).times(1);
    auto const begin = std::chrono::steady_clock::now();
    CHECK(c.create().status == 200);
    CHECK(std::chrono::steady_clock::now() - begin >= 150ms);

    c.fake.on("POST *").drip(1, 1ms).times(1);
    CHECK(c.create().status == 200);

    c.fake.on("POST *").garbage("ICY 200 OK\r\n\r\n").times(1);
    auto const garbage = c.raw_create();
    CHECK(garbage.text == "ICY 200 OK\r\n\r\n");
    CHECK(garbage.how == peer_end::close_notify);

    c.fake.on("POST *").change([](testing::answer& a) { a.chunked = true; }).times(1);
    auto client = c.connect();
    client.send(c.create_text());
    CHECK(client.read_answer().header("Transfer-Encoding") == "chunked");

    c.fake.on("POST *").header("Content-Length", "-5").times(1);
    CHECK(c.raw_create(200ms).text.find("Content-Length: -5\r\n") != std::string::npos);
}

TEST_CASE("a request's body can be refused early, cut and left unread")
{
    caller c;
    std::string const head = "PUT /anything HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n";
    std::string const body(50'000'000, 'u');
    auto const storage = [&] { return raw_client{c.fake.storage_port(), c.fake.ca_pem()}; };

    c.fake.on("PUT *").answer(413, "too large").answer_early(testing::afterwards::drain).times(1);
    auto client = storage();
    client.send(head);
    CHECK(client.read_answer().status == 413);

    c.fake.on("PUT *").cut_upload_at(1'000'000).times(1);
    client = storage();
    client.send(head);
    CHECK_FALSE(client.try_send(body, 5s));

    c.fake.on("PUT *").stop_reading_at(1000).times(1);
    client = storage();
    client.send(head);
    CHECK_FALSE(client.try_send(body, 300ms));
    client.reset();
    auto const requests = c.fake.ledger().requests("PUT", "*");
    REQUIRE(requests.size() == 3);
    CHECK(requests[1].body_size >= 1'000'000);
    for (auto const& request : requests)
        CHECK_FALSE(request.complete);
}

TEST_CASE("the ledger tells connections, resumption and broken requests")
{
    caller c;
    {
        auto client = c.connect();
        CHECK(client.call("GET", "/v1/account", "", c.key()).status == 200);
        CHECK(client.call("GET", "/v1/account", "", c.key()).status == 200);
    }
    auto bad = c.connect();
    bad.send("GET /v1/account HTTP/1.1\r\nHost : x\r\n\r\n");
    CHECK(bad.read_answer().status == 400);
    auto const connections = c.fake.ledger().connections();
    REQUIRE(connections.size() == 2);
    CHECK(connections[0].requests == 2);
    CHECK(connections[0].server_name == "localhost");
    CHECK(connections[0].tls);
    CHECK_FALSE(connections[0].session_resumed);
    CHECK_FALSE(c.fake.ledger().requests().back().problem.empty());
}

TEST_CASE("the ledger can be a file of JSON lines without secrets")
{
    temp_dir const dir;
    testing::fake_options options;
    options.ledger_file = (dir / "ledger.jsonl").string();
    testing::fake_server fake{options};
    raw_client client{fake.port(), fake.ca_pem()};
    auto const key = "Authorization: Bearer " + fake.api_key() + "\r\n";
    CHECK(client.call("GET", "/v1/account?secret=value", "", key).status == 200);
    fake.stop();
    auto const text = temp_dir::read(dir / "ledger.jsonl");
    auto const line = boost::json::parse(text).as_object();
    CHECK(line.at("path") == "/v1/account");
    CHECK(line.at("status") == 200);
    CHECK(text.find(fake.api_key()) == std::string::npos);
    CHECK(text.find("value") == std::string::npos);
}

TEST_CASE("dropping connections and stopping end what clients hold open")
{
    caller c;
    auto client = c.connect();
    CHECK(client.call("GET", "/v1/account", "", c.key()).status == 200);
    c.fake.drop_connections();
    CHECK(client.read_all().how == peer_end::fin);
    auto second = c.connect();
    CHECK(second.call("GET", "/v1/account", "", c.key()).status == 200);
    c.fake.reset_connections();
    CHECK(second.read_all().how == peer_end::reset);
    auto again = c.connect();
    CHECK(again.call("GET", "/v1/account", "", c.key()).status == 200);
    c.fake.stop();
    CHECK(again.read_all().how != peer_end::timeout);
    CHECK_THROWS(c.connect());
}
