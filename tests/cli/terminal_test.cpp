#include "fixture.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <thread>

using namespace mh_test;

namespace
{

/// Waits until a request has begun to be handled.
void wait_for_request(user& who, std::string_view method, std::string_view path)
{
    auto const limit = std::chrono::steady_clock::now() + 20s;
    while (who.requests(method, path) == 0 && std::chrono::steady_clock::now() < limit)
        std::this_thread::sleep_for(2ms);
    REQUIRE(who.requests(method, path) > 0);
}

} // namespace

TEST_CASE("a terminal shows one line that is kept up to date and gone in the end")
{
    fake_options slow;
    slow.step_per_poll = true;
    user who{slow};
    who.environment["MAGIC_HOUR_POLL_INTERVAL"] = "0.5";
    static_cast<void>(who.home.write("photo.png", std::string(100'000, 'x')));
    auto options = who.with(
        {"ai-image-editor", "generate", "--set", "style.prompt=x", "--set",
         "assets.image_file_paths=photo.png"});
    options.terminal = true;
    auto const result = run(options);
    CHECK(result.status == 0);
    auto const& shown = result.err;
    CHECK(contains(shown, "\r\x1b[Kuploading 100.0 kB of 100.0 kB (100 %)"));
    CHECK(contains(shown, "\r\x1b[Kqueued "));
    CHECK(contains(shown, "\r\x1b[Krendering "));
    CHECK(contains(shown, "\r\x1b[Kdownloading "));
    CHECK(contains(shown, "created image-projects " + who.fake.jobs().at(0).id));
    CHECK(shown.ends_with("\r\x1b[K"));
}

TEST_CASE("a tool with a documented median says how long it usually takes")
{
    user who;
    who.fake.plan_all(job_plan::through({"queued", "complete"}));
    auto options = who.with(
        {"ai-voice-generator", "generate", "--set", "style.prompt=hello", "--set",
         "style.voice_name=Morgan Freeman"});
    options.terminal = true;
    auto const result = run(options);
    CHECK(result.status == 0);
    CHECK(contains(result.err, "usually 21 s"));
}

TEST_CASE("no line of the display is wider than the terminal")
{
    user who;
    auto options = who.with(image_job("generate", {"--set", "name=" + std::string(300, 'n')}));
    options.terminal = true;
    auto const result = run(options);
    CHECK(result.status == 0);
    std::size_t from = 0;
    for (auto at = result.err.find("\r\x1b[K", from); at != std::string::npos;
         at = result.err.find("\r\x1b[K", from))
    {
        from = at + 4;
        auto const end = result.err.find_first_of("\r\n", from);
        auto const line = result.err.substr(from, end - from);
        if (!line.starts_with("created"))
            CHECK(line.size() < 80);
    }
}

TEST_CASE("Ctrl-C while waiting exits 130 and tells how to go on")
{
    fake_options slow;
    slow.step = 60s;
    user who{slow};
    mh_process process{who.with(image_job("generate"))};
    wait_for_request(who, "GET", "/v1/image-projects/*");
    process.send(SIGINT);
    auto const result = process.finish();
    auto const id = who.fake.jobs().at(0).id;
    CHECK(result.status == 130);
    CHECK(result.out.empty());
    CHECK(contains(result.err, "mh image-projects wait " + id));
    CHECK(who.requests("DELETE", "*") == 0);
}

TEST_CASE("Ctrl-C during the create exits 130 with the correlation name")
{
    user who;
    who.fake.on("POST /v1/ai-image-generator").stall_at(0);
    for (auto const* const verb : {"create", "generate"})
    {
        who.fake.ledger().clear();
        mh_process process{who.with(image_job(verb, {"--quiet"}))};
        wait_for_request(who, "POST", "/v1/ai-image-generator");
        process.send(SIGINT);
        auto const result = process.finish();
        CHECK(result.status == 130);
        auto const sent = who.fake.ledger().requests("POST", "*").at(0).body;
        CHECK(contains(result.first_line(), std::string{boost::json::parse(sent).at("name").as_string()}));
        CHECK(who.requests("DELETE", "*") == 0);
    }
}

TEST_CASE("Ctrl-C before anything is sent exits 130")
{
    user who;
    auto const pipe = (who.home.path() / "request.json").string();
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    mh_process process{who.with({"ai-image-generator", "create", "--json", pipe})};
    int const opened_by_both = ::open(pipe.c_str(), O_WRONLY | O_CLOEXEC);
    process.send(SIGINT);
    auto const result = process.finish();
    ::close(opened_by_both);
    CHECK(result.status == 130);
    CHECK(result.err == "mh: interrupted; nothing was sent\n");
    CHECK(who.requests() == 0);
}

TEST_CASE("Ctrl-C while a file goes up exits 130; no job was made")
{
    user who;
    static_cast<void>(who.home.write("photo.png", "picture"));
    who.fake.on("PUT *").stall_at(0);
    mh_process process{who.with(
        {"ai-image-editor", "generate", "--quiet", "--set", "style.prompt=x", "--set",
         "assets.image_file_paths=photo.png"})};
    wait_for_request(who, "PUT", "*");
    process.send(SIGINT);
    auto const result = process.finish();
    CHECK(result.status == 130);
    CHECK(contains(result.first_line(), "no job was made"));
    CHECK(who.fake.jobs().empty());
}

TEST_CASE("Ctrl-C while a file comes down leaves nothing half-written")
{
    user who;
    who.fake
        .on(magic_hour::testing::matcher{
            [](auto const& head) { return head.method == "GET" && !head.path().starts_with("/v1/"); }})
        .stall_body_at(1000);
    mh_process process{who.with(image_job("generate", {"--quiet"}))};
    auto const id = [&]
    {
        wait_for_request(who, "POST", "*");
        return who.fake.jobs().at(0).id;
    };
    auto const limit = std::chrono::steady_clock::now() + 20s;
    while (who.home.names().size() < 2 && std::chrono::steady_clock::now() < limit)
        std::this_thread::sleep_for(2ms);
    process.send(SIGTERM);
    auto const result = process.finish();
    CHECK(result.status == 130);
    CHECK(contains(result.first_line(), id()));
    CHECK(who.home.names().size() == 1);
}
