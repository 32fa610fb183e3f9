#include "support/fd_guard.hpp"
#include "support/manual_clock.hpp"
#include "support/raw_client.hpp"

#include <magic_hour/testing/fake_server.hpp>

#include <doctest/doctest.h>

#include <boost/json.hpp>

#include <atomic>

using namespace support;
using namespace std::chrono_literals;
namespace testing = magic_hour::testing;

namespace
{

constexpr std::string_view sound = R"({"style":{"prompt":"hi","voice_name":"Elon Musk"}})";

std::string key_of(testing::fake_server const& fake)
{
    return "Authorization: Bearer " + fake.api_key() + "\r\nContent-Type: application/json\r\n";
}

std::string create_text(testing::fake_server const& fake)
{
    return "POST /v1/ai-voice-generator HTTP/1.1\r\nHost: x\r\n" + key_of(fake) +
           "Content-Length: " + std::to_string(sound.size()) + "\r\n\r\n" + std::string{sound};
}

boost::json::object get(testing::fake_server const& fake, std::string const& path)
{
    raw_client client{fake.port(), fake.ca_pem()};
    return boost::json::parse(client.call("GET", path, "", key_of(fake)).body).as_object();
}

std::string create(testing::fake_server const& fake)
{
    raw_client client{fake.port(), fake.ca_pem()};
    client.send(create_text(fake));
    return std::string{boost::json::parse(client.read_answer().body).at("id").as_string()};
}

/// A clock that goes on by a second whenever somebody looks at it.
class hasty_clock final : public magic_hour::http::time_source
{
public:
    [[nodiscard]] magic_hour::http::time_point now() const noexcept override
    {
        return magic_hour::http::time_point{std::chrono::seconds{++looks_}};
    }

private:
    mutable std::atomic<int> looks_{0};
};

int status_of(testing::fake_server const& fake, std::string const& url)
{
    raw_client client{fake.storage_port(), fake.ca_pem()};
    return client.call("GET", url.substr(url.find('/', 8))).status;
}

} // namespace

TEST_CASE("an answer can be cut after each of its bytes")
{
    testing::fake_options options;
    options.plain = true;
    testing::fake_server fake{options};
    raw_client whole{fake.port()};
    whole.send(create_text(fake));
    auto const answer = whole.read_answer();
    auto const size = answer.head.size() + answer.body.size();
    for (std::size_t cut = 0; cut <= size; ++cut)
    {
        fake.set_fault("POST *", testing::script{}.cut_at(cut), 1);
        raw_client client{fake.port()};
        client.send(create_text(fake));
        auto const got = client.read_all();
        CHECK(got.text.size() == cut);
        CHECK(got.how == peer_end::fin);
    }
    CHECK(fake.ledger().jobs_created() == size + 2);
}

TEST_CASE("jobs and signatures follow a clock that stands still")
{
    auto const clock = std::make_shared<manual_clock>();
    testing::fake_options options;
    options.clock = clock;
    options.step = 10s;
    testing::fake_server fake{options};
    auto const path = "/v1/audio-projects/" + create(fake);
    CHECK(get(fake, path).at("status") == "queued");
    clock->advance(9s);
    CHECK(get(fake, path).at("status") == "queued");
    clock->advance(1s);
    CHECK(get(fake, path).at("status") == "rendering");
    clock->advance(10s);
    auto const done = get(fake, path);
    CHECK(done.at("status") == "complete");

    auto const url = std::string{done.at("downloads").at(0).at("url").as_string()};
    CHECK(status_of(fake, url) == 200);
    clock->advance(24h - 1s);
    CHECK(status_of(fake, url) == 200);
    clock->advance(1s);
    CHECK(status_of(fake, url) == 403);
}

TEST_CASE("an answer that says complete has the outputs, however fast time goes")
{
    for (std::size_t states = 1; states < 8; ++states)
    {
        testing::fake_options options;
        options.clock = std::make_shared<hasty_clock>();
        options.step = 1s;
        testing::fake_server fake{options};
        testing::job_plan plan;
        plan.statuses.assign(states, "rendering");
        plan.statuses.push_back("complete");
        fake.plan_next(plan);
        auto const path = "/v1/audio-projects/" + create(fake);
        auto answer = get(fake, path);
        while (answer.at("status") != "complete")
            answer = get(fake, path);
        CHECK(answer.at("downloads").as_array().size() == 1);
    }
}

TEST_CASE("a TLS session can be resumed, and the ledger says so")
{
    testing::fake_server fake;
    raw_client first{fake.port(), fake.ca_pem()};
    CHECK(first.call("GET", "/v1/account", "", key_of(fake)).status == 200);
    raw_client second{fake.port(), fake.ca_pem(), first};
    CHECK(second.call("GET", "/v1/account", "", key_of(fake)).status == 200);
    auto const connections = fake.ledger().connections();
    REQUIRE(connections.size() == 2);
    CHECK_FALSE(connections[0].session_resumed);
    CHECK(connections[1].session_resumed);
}

TEST_CASE("huge files are handed out and taken without holding them in memory")
{
    constexpr std::uint64_t huge = 5ULL << 30;
    testing::fake_options options;
    options.plain = true;
    testing::fake_server fake{options};
    auto plan = testing::job_plan::making({{testing::synthetic_content(huge), "wav", "audio/wav"}});
    plan.statuses = {"complete"};
    fake.plan_next(plan);
    raw_client api{fake.port()};
    api.send(create_text(fake));
    auto const id = std::string{boost::json::parse(api.read_answer().body).at("id").as_string()};
    auto const project = api.call("GET", "/v1/audio-projects/" + id, "", key_of(fake));
    auto const url =
        std::string{boost::json::parse(project.body).at("downloads").at(0).at("url").as_string()};
    raw_client client{fake.storage_port()};
    client.send(
        "GET " + url.substr(url.find('/', 8)) + " HTTP/1.1\r\nHost: x\r\nRange: bytes=5368709110-\r\n\r\n");
    auto const end = client.read_answer();
    CHECK(end.header("Content-Range") == "bytes 5368709110-5368709119/5368709120");
    std::string expected(10, '\0');
    testing::synthetic_content(huge)->read(huge - 10, expected);
    CHECK(end.body == expected);

    auto const asked = api.call(
        "POST", "/v1/files/upload-urls", R"({"items":[{"type":"video","extension":"mp4"}]})", key_of(fake));
    auto const item = boost::json::parse(asked.body).at("items").at(0);
    auto const to = std::string{item.at("upload_url").as_string()};
    auto const before = resident_memory();
    std::string const portion(1 << 20, 'z');
    client.send(
        "PUT " + to.substr(to.find('/', 8)) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n");
    for (int i = 0; i < 100; ++i)
        client.send(portion);
    CHECK(client.read_answer().status == 200);
    auto const stored = fake.upload(item.at("file_path").as_string());
    REQUIRE(stored);
    CHECK(stored->size == 104857600);
    CHECK(stored->content == nullptr);
    CHECK(stored->sha256 == testing::sha256(std::string(104857600, 'z')));
    CHECK(resident_memory() < before + (64U << 20) + 104857600U);
}

TEST_CASE("a ledger can be told to keep little or nothing and still counts everything")
{
    for (std::size_t const kept : {2U, 0U})
    {
        testing::fake_server fake;
        fake.ledger().keep_latest(kept);
        for (int i = 0; i < 5; ++i)
            create(fake);
        CHECK(fake.ledger().requests().size() == kept);
        CHECK(fake.ledger().billable_creates() == 5);
        CHECK(fake.ledger().jobs_created() == 5);
        fake.ledger().clear();
        CHECK(fake.ledger().billable_creates() == 0);
        CHECK(fake.ledger().jobs_created() == 0);
    }
}

TEST_CASE("a request that is forgotten before it has ended is counted once, when it is complete")
{
    testing::ledger book;
    book.keep_latest(0);
    testing::request_record request;
    request.connection = book.open_connection(testing::origin::api);
    request.billable = true;
    book.begin(request);
    CHECK(book.billable_creates() == 0);
    request.complete = true;
    request.job_id = "job-1";
    book.update(request);
    book.update(request);
    CHECK(book.billable_creates() == 1);
    CHECK(book.jobs_created() == 1);
    book.end(request);
    book.keep_latest(5);
    CHECK(book.billable_creates() == 1);
    CHECK(book.jobs_created() == 1);
    CHECK(book.requests().empty());
}

TEST_CASE("every billable endpoint is known from its declaration")
{
    testing::fake_server fake;
    raw_client client{fake.port(), fake.ca_pem()};
    for (auto const* path :
         {"/v1/ai-clothes-changer", "/v1/face-swap", "/v1/text-to-video", "/v1/ai-voice-cloner"})
        CHECK(client.call("POST", path, "{}", key_of(fake)).status == 400);
    CHECK(fake.ledger().billable_creates() == 4);
    CHECK(client.call("POST", "/v1/face-detection", "{}", key_of(fake)).status == 400);
    CHECK(fake.ledger().billable_creates() == 4);
    CHECK(fake.ledger().jobs_created() == 0);
}
