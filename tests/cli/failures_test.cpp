#include "fixture.hpp"

#include "support/promptness.hpp"

#include <doctest/doctest.h>

#include <csignal>

using namespace mh_test;

namespace
{

/// An error is one line on standard error, short and printable, and nothing is on standard output.
void check_failure(outcome const& result, int status, std::string_view said)
{
    CAPTURE(result.err);
    CHECK(result.status == status);
    CHECK(result.out.empty());
    CHECK(contains(result.first_line(), said));
    CHECK(result.err.size() <= 8192);
    for (char const c : result.first_line())
        CHECK(static_cast<unsigned char>(c) >= 0x20);
}

std::string only_name(user& who)
{
    auto const sent = who.fake.ledger().requests("POST", "/v1/ai-image-generator");
    REQUIRE(!sent.empty());
    return std::string{boost::json::parse(sent.back().body).at("name").as_string()};
}

outcome quiet(user& who, std::vector<std::string> arguments)
{
    arguments.push_back("--quiet");
    return who.mh(std::move(arguments));
}

} // namespace

TEST_CASE("1: a job that failed, was canceled or deleted, with its id")
{
    user who;
    who.fake.plan_next(job_plan::failing("no_source_face", "there is no face in it"));
    auto const failed = quiet(who, image_job("generate"));
    check_failure(failed, 1, who.fake.jobs().at(0).id);
    CHECK(contains(failed.first_line(), "there is no face in it"));
    who.fake.plan_next(job_plan::through({"queued", "canceled"}));
    auto const canceled = quiet(who, image_job("generate"));
    check_failure(canceled, 1, who.fake.jobs().at(1).id);
    CHECK(who.requests("DELETE", "*") == 0);
}

TEST_CASE("3: what the API refuses, after the last attempt")
{
    user who;
    for (int const status : {400, 401, 402, 403, 404, 422})
    {
        CAPTURE(status);
        who.fake.on("POST /v1/ai-image-generator").answer(status).times(1);
        check_failure(quiet(who, image_job("create")), 3, std::to_string(status));
    }
    CHECK(who.fake.ledger().jobs_created() == 0);
    who.fake.clear_faults();
    who.fake.on("GET /v1/account").answer(429).header("Retry-After", "0.1");
    who.fake.ledger().clear();
    check_failure(quiet(who, {"account", "--retries", "1"}), 3, "429");
    CHECK(who.requests("GET", "/v1/account") == 2);
    who.fake.ledger().clear();
    check_failure(quiet(who, {"account", "--retries", "0"}), 3, "429");
    CHECK(who.requests("GET", "/v1/account") == 1);
    check_failure(quiet(who, {"image-projects", "wait", "cnothere"}), 3, "cnothere");
}

TEST_CASE("4: the network, TLS, and answers without sense where nothing was paid")
{
    user who;
    auto const account = [&](std::vector<std::string> more = {})
    {
        more.insert(more.begin(), {"account", "--retries", "0"});
        return quiet(who, std::move(more));
    };
    who.fake.on("GET /v1/account").answer(500).times(1);
    check_failure(account(), 4, "500");
    who.fake.on("GET /v1/account").answer(200, "not JSON").times(1);
    check_failure(account(), 4, "unexpected answer");
    who.fake.on("GET /v1/account").garbage("SSH-2.0-OpenSSH\r\n\r\n").times(1);
    check_failure(account(), 4, "protocol");
    who.fake.on("GET /v1/account").answer(302, "").header("Location", "https://localhost/elsewhere").times(1);
    check_failure(account(), 4, "302");
    who.fake.on("GET /v1/account").body("{\"id\":\"" + std::string(2 << 20, 'x') + "\"}").times(1);
    check_failure(account(), 4, "large");
    who.fake.on("GET /v1/account").stall_at(0).times(1);
    check_failure(account({"--timeout", "0.3"}), 4, "timed out");
    check_failure(account({"--base-url", "https://127.0.0.1:1"}), 4, "connect");
    check_failure(account({"--base-url", "https://nowhere.invalid"}), 4, "host");
    who.environment.erase("MAGIC_HOUR_CA_FILE");
    check_failure(account(), 4, "TLS");
}

TEST_CASE("--timeout bounds an answer that drips")
{
    user who;
    who.fake.on("GET /v1/account").drip(1, 100ms);
    auto const began = std::chrono::steady_clock::now();
    check_failure(quiet(who, {"account", "--timeout", "0.5", "--retries", "0"}), 4, "timed out");
    CHECK(support::in_time(began, 3s));
}

TEST_CASE("5: a create whose outcome is unknown names the job that may exist, and is not repeated")
{
    user who;
    for (int const status : {500, 502, 503, 302})
    {
        CAPTURE(status);
        who.fake.ledger().clear();
        who.fake.on("POST /v1/ai-image-generator").answer(status, "").times(1);
        auto const result = quiet(who, image_job("create"));
        check_failure(result, 5, only_name(who));
        CHECK(who.requests("POST", "*") == 1);
    }
    who.fake.on("POST /v1/ai-image-generator").cut_at(0, magic_hour::testing::cut::rst).times(1);
    auto const lost = quiet(who, image_job("generate"));
    check_failure(lost, 5, only_name(who));
    who.fake.on("POST /v1/ai-image-generator").stall_at(0).times(1);
    auto const silent = quiet(who, image_job("create", {"--set", "name=Lake", "--timeout", "0.4"}));
    check_failure(silent, 5, "Lake");
    who.fake.on("POST /v1/ai-image-generator").answer(200, R"({"credits_charged":5})").times(1);
    auto const nameless = quiet(who, image_job("create"));
    check_failure(nameless, 5, only_name(who));
}

TEST_CASE("6: the deadline while waiting ends with the id, and the job goes on")
{
    fake_options slow;
    slow.step = 60s;
    user who{slow};
    auto const result = quiet(who, image_job("generate", {"--deadline", "2"}));
    auto const id = who.fake.jobs().at(0).id;
    check_failure(result, 6, id);
    CHECK(result.first_line().ends_with("; the job goes on; resume with: mh image-projects wait " + id));
    check_failure(quiet(who, {"image-projects", "wait", id, "--deadline", "0.5"}), 6, id);
    CHECK(who.requests("DELETE", "*") == 0);
}

TEST_CASE("after the create: a revoked key is 3, a lost file is 3 or 4, each with the id")
{
    user who;
    who.fake.on("GET /v1/image-projects/*").answer(401).times(1);
    auto const revoked = quiet(who, image_job("generate"));
    check_failure(revoked, 3, who.fake.jobs().at(0).id);
    auto const stored = [](auto const& head)
    { return head.method == "GET" && !head.path().starts_with("/v1/"); };
    who.fake.on(magic_hour::testing::matcher{stored}).answer(404);
    auto const refused = quiet(who, image_job("generate"));
    check_failure(refused, 3, who.fake.jobs().at(1).id);
    who.fake.clear_faults();
    who.fake.on(magic_hour::testing::matcher{stored}).answer(500);
    auto const broken = quiet(who, image_job("generate", {"--deadline", "4"}));
    check_failure(broken, 4, who.fake.jobs().at(2).id);
    CHECK(who.home.names().size() == 1);
}

TEST_CASE("signed URLs that have expired for good are 3; URLs that must not be followed are 4")
{
    user who;
    auto const stored = [](auto const& head)
    { return head.method == "GET" && !head.path().starts_with("/v1/"); };
    who.fake.on(magic_hour::testing::matcher{stored}).answer(403, "expired");
    auto const expired = quiet(who, image_job("generate"));
    check_failure(expired, 3, who.fake.jobs().at(0).id);
    who.fake.clear_faults();
    auto const move_urls = [](magic_hour::testing::answer& proper)
    {
        auto const at = proper.body.find("https://localhost:");
        if (at != std::string::npos)
            proper.body.replace(at, std::string_view{"https://localhost"}.size(), "https://10.0.0.1");
    };
    who.fake.on("GET /v1/image-projects/*").change(move_urls);
    auto const inside = quiet(who, image_job("generate"));
    check_failure(inside, 4, who.fake.jobs().at(1).id);
    who.fake.on("POST /v1/files/upload-urls").change(move_urls);
    static_cast<void>(who.home.write("a.png", "x"));
    check_failure(quiet(who, {"files", "upload", "a.png"}), 4, "10.0.0.1");
    CHECK(who.requests("PUT", "*") == 0);
}

TEST_CASE("the deadline ends an upload, a create and a single call")
{
    user who;
    static_cast<void>(who.home.write("a.png", "x"));
    auto const began = std::chrono::steady_clock::now();
    who.fake.on("PUT *").stall_at(0);
    check_failure(quiet(who, {"files", "upload", "a.png", "--deadline", "0.5"}), 4, "");
    who.fake.on("GET /v1/account").stall_at(0);
    check_failure(quiet(who, {"account", "--deadline", "0.5"}), 4, "timed out");
    who.fake.on("POST /v1/ai-image-generator").stall_at(0);
    auto const created = quiet(who, image_job("create", {"--deadline", "1.5"}));
    check_failure(created, 5, only_name(who));
    auto const generated = quiet(who, image_job("generate", {"--deadline", "1.5"}));
    check_failure(generated, 5, only_name(who));
    CHECK(support::in_time(began, 30s)); // no call has an end of its own before a minute
}

TEST_CASE("a job that is not seen right after its create is waited for")
{
    user who;
    who.fake.on("GET /v1/image-projects/*").answer(404).times(2);
    auto const result = quiet(who, image_job("generate"));
    CHECK_MESSAGE(result.status == 0, result.err);
}

TEST_CASE("a delete whose answer was lost, and that finds nothing then, is success")
{
    user who;
    auto const id = who.mh(image_job("create")).out.substr(0, 25);
    who.fake.on("DELETE /v1/image-projects/*").cut_at(0, magic_hour::testing::cut::rst).times(1);
    auto const result = quiet(who, {"image-projects", "delete", id});
    CHECK_MESSAGE(result.status == 0, result.err);
    for (auto const* const verb : {"get", "delete"})
    {
        who.fake.on("* /v1/image-projects/*").answer(500);
        auto const broken = quiet(who, {"image-projects", verb, id, "--retries", "0"});
        check_failure(broken, 4, id);
        CHECK(broken.err.ends_with("; try again\n"));
    }
}

TEST_CASE("7: files are checked before the first request; a kind that does not fit is 2")
{
    user who;
    auto const edit = [&](std::string file, std::vector<std::string> more = {})
    {
        more.insert(
            more.begin(), {"ai-image-editor", "generate", "--set", "style.prompt=x", "--set",
                           "assets.image_file_paths=" + file});
        return quiet(who, std::move(more));
    };
    static_cast<void>(who.home.write("photo.png", "x"));
    static_cast<void>(who.home.write("empty.png", ""));
    static_cast<void>(who.home.write("notes.txt", "x"));
    static_cast<void>(who.home.write("plain", "x"));
    check_failure(edit("missing.png"), 7, "missing.png");
    check_failure(edit("empty.png"), 7, "empty.png");
    check_failure(edit("."), 7, "");
    check_failure(edit("notes.txt"), 2, "notes.txt");
    check_failure(edit("photo.png", {"--out", "plain"}), 7, "plain");
    check_failure(edit("photo.png", {"--out", "plain/below"}), 7, "plain");
    check_failure(
        quiet(
            who, {"ai-image-editor", "create", "--set", "style.prompt=x", "--set",
                  "assets.image_file_paths=photo.png"}),
        2, "files upload");
    check_failure(quiet(who, {"account", "--ca-file", "missing.pem"}), 7, "missing.pem");
    CHECK(who.requests() == 0);
}

TEST_CASE("errors as JSON are one document with status, id, name and message, beside the line")
{
    user who;
    auto arguments = image_job("generate", {"--output", "json", "--quiet"});
    who.fake.plan_next(job_plan::failing("x", "no"));
    auto const failed = who.mh(arguments);
    CHECK(failed.status == 1);
    auto const document = boost::json::parse(failed.out);
    CHECK(document.at("exit_status") == 1);
    CHECK(document.at("id") == boost::json::string{who.fake.jobs().at(0).id});
    CHECK(contains(failed.first_line(), std::string{document.at("message").as_string()}));
    who.fake.on("POST /v1/ai-image-generator").answer(500).times(1);
    auto const unknown = boost::json::parse(who.mh(arguments).out);
    CHECK(unknown.at("exit_status") == 5);
    CHECK(unknown.at("id").is_null());
    CHECK(unknown.at("name") == boost::json::string{only_name(who)});
}

TEST_CASE("what a server echoes is redacted, and its text stays on one short line")
{
    user who;
    std::string const nasty =
        "your key " + who.fake.api_key() + "\\u001b[31m\\n see https://h/x?X-Amz-Signature=feedbeef ";
    std::string text = nasty;
    while (text.size() < 100'000)
        text += "blah ";
    who.fake.on("GET /v1/account").answer(400, "{\"code\":\"invalid_request\",\"message\":\"" + text + "\"}");
    auto const result = who.mh({"account", "--output", "json", "--verbose"});
    CHECK(result.status == 3);
    for (auto const& shown : {result.out, result.err})
    {
        CHECK(!contains(shown, who.fake.api_key()));
        CHECK(!contains(shown, "feedbeef"));
        CHECK(!contains(shown, "\x1b"));
    }
    CHECK(result.err.size() <= 8192);
}

TEST_CASE("plain http needs consent, and is for this machine only")
{
    fake_options plain;
    plain.plain = true;
    user who{plain};
    check_failure(quiet(who, {"account"}), 2, "http");
    CHECK(who.requests() == 0);
    CHECK(quiet(who, {"account", "--plain"}).status == 0);
    check_failure(quiet(who, {"account", "--plain", "--base-url", "http://example.com"}), 2, "http");
}

TEST_CASE("only --proxy is used, not the environment")
{
    user who;
    who.environment["HTTPS_PROXY"] = who.environment["https_proxy"] = "http://127.0.0.1:1";
    CHECK(quiet(who, {"account"}).status == 0);
    check_failure(quiet(who, {"account", "--proxy", "http://127.0.0.1:1", "--retries", "0"}), 4, "connect");
    check_failure(quiet(who, {"account", "--proxy", "ftp://proxy"}), 2, "proxy");
}
