#include "support/fd_guard.hpp"
#include "support/raw_client.hpp"

#include <magic_hour/testing/fake_server.hpp>

#include <doctest/doctest.h>

#include <boost/json.hpp>

#include <thread>

using namespace support;
using namespace std::chrono_literals;
namespace testing = magic_hour::testing;
namespace json = boost::json;

namespace
{

constexpr std::string_view edit = R"({"assets":{"image_file_paths":["https://example.com/a.png"]},)"
                                  R"("style":{"prompt":"Give me sunglasses"},"name":"mine"})";

std::string with_key(testing::fake_server const& fake)
{
    return "Authorization: Bearer " + fake.api_key() + "\r\nContent-Type: application/json\r\n";
}

struct api
{
    explicit api(testing::fake_server& f) : fake(f), client(f.port(), f.ca_pem()) {}
    raw_answer post(std::string_view path, std::string_view body)
    {
        return client.call("POST", path, body, with_key(fake));
    }
    raw_answer get(std::string_view path) { return client.call("GET", path, "", with_key(fake)); }
    json::object json_of(raw_answer const& answer) { return json::parse(answer.body).as_object(); }
    std::string create() { return text(json_of(post("/v1/ai-image-editor", edit)), "id"); }
    static std::string text(json::object const& from, std::string_view name)
    {
        return std::string{from.at(name).as_string()};
    }
    testing::fake_server& fake;
    raw_client client;
};

/// The target of a URL of the storage.
std::string target_of(std::string const& url)
{
    return url.substr(url.find('/', 8));
}

raw_answer fetch(testing::fake_server const& fake, std::string const& url, std::string_view extra = "")
{
    raw_client client{fake.storage_port(), fake.ca_pem()};
    return client.call("GET", target_of(url), "", extra);
}

} // namespace

TEST_CASE("a job goes from queued to complete and its file can be downloaded")
{
    testing::fake_options options;
    options.step_per_poll = true;
    testing::fake_server fake{options};
    api client{fake};

    auto const created = client.json_of(client.post("/v1/ai-image-editor", edit));
    CHECK(created.at("credits_charged") == 5);
    auto const path = "/v1/image-projects/" + api::text(created, "id");
    CHECK(client.json_of(client.get(path)).at("status") == "queued");
    CHECK(client.json_of(client.get(path)).at("status") == "rendering");
    auto const done = client.json_of(client.get(path));
    CHECK(done.at("status") == "complete");
    CHECK(done.at("name") == "mine");
    CHECK(done.at("enabled") == true);
    CHECK(fake.credits() == options.credits - 5);

    auto const url = std::string{done.at("downloads").at(0).at("url").as_string()};
    CHECK(url.starts_with(fake.storage_url() + "/"));
    auto const file = fetch(fake, url);
    CHECK(file.status == 200);
    CHECK(file.body == testing::png_image(64, 64, 0));
    CHECK(file.header("Content-Type") == "image/png");

    CHECK(fake.ledger().billable_creates() == 1);
    CHECK(fake.ledger().jobs_created() == 1);
    CHECK(fake.ledger().count("GET", "/v1/image-projects/*") == 3);
    auto const create = fake.ledger().requests("POST", "*").at(0);
    CHECK(create.complete);
    CHECK(create.answered);
    CHECK(create.body == edit);
    CHECK(create.body_sha256 == testing::sha256(edit));
    CHECK(create.job_id == api::text(created, "id"));
}

TEST_CASE("time moves jobs on as well, and a listener hears of each state")
{
    testing::fake_server fake;
    std::mutex guard;
    std::vector<std::string> seen;
    fake.on_state_change(
        [&](testing::job_snapshot const& job)
        {
            std::lock_guard const lock{guard};
            seen.push_back(job.status);
        });
    api client{fake};
    auto const id = client.create();
    auto const until = std::chrono::steady_clock::now() + 5s;
    while (fake.job(id)->status != "complete" && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(5ms);
    std::this_thread::sleep_for(30ms);
    std::lock_guard const lock{guard};
    CHECK(seen == std::vector<std::string>{"queued", "rendering", "complete"});
}

TEST_CASE("what a job becomes can be planned")
{
    testing::fake_server fake;
    api client{fake};
    fake.plan_next(testing::job_plan::through({"error"}));
    auto const failed = client.create();
    auto const details = client.json_of(client.get("/v1/image-projects/" + failed));
    CHECK(details.at("status") == "error");
    CHECK(details.at("error").at("code") == "unknown_error");
    CHECK(fake.credits() == 10'000);

    fake.plan_next(testing::job_plan::through({"paused"}));
    CHECK(client.json_of(client.get("/v1/image-projects/" + client.create())).at("status") == "paused");

    auto const canceled = client.create();
    CHECK(fake.set_status(canceled, "canceled"));
    CHECK(client.json_of(client.get("/v1/image-projects/" + canceled)).at("status") == "canceled");

    auto const deleted = client.create();
    CHECK(client.client.call("DELETE", "/v1/image-projects/" + deleted, "", with_key(fake)).status == 204);
    CHECK(client.json_of(client.get("/v1/image-projects/" + deleted)).at("enabled") == false);
    CHECK(client.client.call("DELETE", "/v1/image-projects/" + deleted, "", with_key(fake)).status == 404);
    CHECK(client.get("/v1/video-projects/" + deleted).status == 404);
}

TEST_CASE("requests are checked as the API checks them")
{
    testing::fake_server fake;
    api client{fake};
    auto const missing = client.post("/v1/ai-image-editor", R"({"assets":{},"style":{}})");
    CHECK(missing.status == 400);
    CHECK(client.json_of(missing).at("code") == "invalid_request");
    CHECK(missing.body.find("style.prompt") != std::string::npos);
    CHECK(client.post("/v1/ai-image-editor", "{").status == 400);
    CHECK(client.post("/v1/ai-image-editor", "[]").status == 400);
    CHECK(client.post("/v1/no-such-tool", "{}").status == 404);
    CHECK(client.get("/v1/image-projects/unknown").status == 404);
    CHECK(client.get("/v1/ai-image-editor").status == 404);
    auto const local = R"({"assets":{"image_file_paths":["/home/me/a.png"]},"style":{"prompt":"x"}})";
    CHECK(client.post("/v1/ai-image-editor", local).status == 400);
    CHECK(client.client.call("GET", "/v1/account").status == 401);
    CHECK(client.client.call("GET", "/v1/account", "", "Authorization: Bearer wrong\r\n").status == 401);
    fake.set_credits(4);
    CHECK(client.post("/v1/ai-image-editor", edit).status == 402);
    CHECK(fake.ledger().jobs_created() == 0);
    fake.revoke_keys();
    CHECK(client.get("/v1/account").status == 401);
}

TEST_CASE("a file goes up to a signed URL, once it is there it can be used")
{
    testing::fake_server fake;
    api client{fake};
    auto const asked = client.post(
        "/v1/files/upload-urls",
        R"({"items":[{"type":"image","extension":"png"},{"type":"video","extension":"gif"}]})");
    REQUIRE(asked.status == 200);
    auto const item = client.json_of(asked).at("items").at(0).as_object();
    auto const path = api::text(item, "file_path");
    auto const url = target_of(api::text(item, "upload_url"));
    auto const use = R"({"assets":{"image_file_paths":[")" + path + R"("]},"style":{"prompt":"x"}})";
    CHECK(client.post("/v1/ai-image-editor", use).status == 422);

    std::string const file(200'000, 'p');
    raw_client storage{fake.storage_port(), fake.ca_pem()};
    CHECK(storage.call("PUT", url, file, "Authorization: Bearer x\r\n").status == 400);
    CHECK(storage.call("PUT", url + "0", file).status == 403);
    raw_client again{fake.storage_port(), fake.ca_pem()};
    again.send(
        "PUT " + url + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    CHECK(again.read_answer().status == 501);
    CHECK(again.call("GET", url).status == 403);
    CHECK(again.call("PUT", url, file).status == 200);
    auto const stored = fake.upload(path);
    REQUIRE(stored);
    CHECK(stored->size == file.size());
    CHECK(stored->sha256 == testing::sha256(file));
    CHECK(client.post("/v1/ai-image-editor", use).status == 200);
    CHECK(
        client.post("/v1/files/upload-urls", R"({"items":[{"type":"image","extension":"mp4"}]})").status ==
        422);

    fake.expire_urls();
    auto const late = again.call("PUT", url, file);
    CHECK(late.status == 403);
    CHECK(
        late.body.find("<Code>AccessDenied</Code><Message>Request has expired</Message>") !=
        std::string::npos);
}

TEST_CASE("downloads know ranges, ETags and versions")
{
    testing::fake_server fake;
    auto const big = testing::synthetic_content(3'000'000, 7);
    auto const other = testing::synthetic_content(3'000'000, 8);
    auto plan = testing::job_plan::making({{big, "mp4", "video/mp4"}});
    plan.statuses = {"complete"};
    fake.plan_next(plan);
    api client{fake};
    auto const id = client.create();
    auto const project = client.json_of(client.get("/v1/image-projects/" + id));
    auto const url = std::string{project.at("downloads").at(0).at("url").as_string()};
    auto const whole = fetch(fake, url);
    CHECK(testing::sha256(whole.body) == testing::sha256(*big));
    auto const etag = whole.header("ETag");
    CHECK(whole.header("Accept-Ranges") == "bytes");

    auto const tail = fetch(fake, url, "Range: bytes=2000000-\r\nIf-Range: " + etag + "\r\n");
    CHECK(tail.status == 206);
    CHECK(tail.header("Content-Range") == "bytes 2000000-2999999/3000000");
    CHECK(tail.body == whole.body.substr(2'000'000));
    CHECK(fetch(fake, url, "Range: bytes=5-7\r\n").body == whole.body.substr(5, 3));
    CHECK(fetch(fake, url, "Range: bytes=-10\r\n").body == whole.body.substr(2'999'990));
    auto const beyond = fetch(fake, url, "Range: bytes=3000000-\r\n");
    CHECK(beyond.status == 416);
    CHECK(beyond.header("Content-Range") == "bytes */3000000");

    CHECK(fake.replace_output(id, 0, other));
    auto const changed = fetch(fake, url, "Range: bytes=2000000-\r\nIf-Range: " + etag + "\r\n");
    CHECK(changed.status == 200);
    CHECK(testing::sha256(changed.body) == testing::sha256(*other));
    fake.expire_urls();
    CHECK(fetch(fake, url).status == 403);
    auto const renewed = client.json_of(client.get("/v1/image-projects/" + id));
    CHECK(fetch(fake, std::string{renewed.at("downloads").at(0).at("url").as_string()}).status == 200);
}

TEST_CASE("the other endpoints answer in their documented shapes")
{
    testing::fake_options options;
    options.saved_items = 7;
    testing::fake_server fake{options};
    api client{fake};
    auto const account = client.json_of(client.get("/v1/account"));
    CHECK(account.at("credits") == 10'000);
    CHECK(account.at("tier") == "pro");
    auto const first = client.json_of(client.get("/v1/saved-items?limit=5"));
    CHECK(first.at("items").as_array().size() == 5);
    auto const rest =
        client.json_of(client.get("/v1/saved-items?limit=5&cursor=" + api::text(first, "next_cursor")));
    CHECK(rest.at("items").as_array().size() == 2);
    CHECK(rest.at("next_cursor").is_null());
    CHECK(client.json_of(client.get("/v1/saved-items?type=voice")).at("items").as_array().size() == 1);
    CHECK(client.get("/v1/saved-items?limit=0").status == 400);

    fake.plan_next(testing::job_plan::through({"complete"}));
    auto const search =
        client.post("/v1/face-detection", R"({"assets":{"target_file_path":"https://example.com/a.png"}})");
    auto const found =
        client.json_of(client.get("/v1/face-detection/" + api::text(client.json_of(search), "id")));
    CHECK(found.at("status") == "complete");
    CHECK(found.at("faces").at(0).at("path").as_string().starts_with("api-assets/"));
    CHECK(fetch(fake, std::string{found.at("faces").at(0).at("url").as_string()}).status == 200);
    CHECK(fake.ledger().billable_creates() == 0);

    auto const sound =
        client.post("/v1/ai-voice-generator", R"({"style":{"prompt":"hi","voice_name":"Elon Musk"}})");
    CHECK(sound.status == 200);
}

TEST_CASE("a fake runs on an executor of its user and leaves nothing open")
{
    fd_guard const fds;
    {
        boost::asio::io_context io;
        testing::fake_options options;
        options.plain = true;
        testing::fake_server fake{io.get_executor(), options};
        std::thread runner{[&] { io.run(); }};
        {
            raw_client client{fake.port()};
            CHECK(client.call("GET", "/v1/account", "", with_key(fake)).status == 200);
            CHECK(fake.base_url().starts_with("http://"));
        }
        fake.stop();
        runner.join();
    }
    CHECK(fds.back_to_baseline());
}
