#include "fixture.hpp"

#include <magic_hour/v1/schema.hpp>

#include <doctest/doctest.h>

#include <algorithm>

#include <sys/stat.h>

using namespace mh_test;

namespace
{

constexpr std::string_view png_start = "\x89PNG";

std::vector<std::string> edit(std::string verb, std::string file, std::vector<std::string> more = {})
{
    std::vector<std::string> out{"ai-image-editor", std::move(verb),
                                 "--set",           "style.prompt=Give me sunglasses",
                                 "--set",           "assets.image_file_paths=" + file};
    out.insert(out.end(), more.begin(), more.end());
    return out;
}

/// The words of the command that a help text shows as its example.
std::vector<std::string> example_of(std::string const& help)
{
    auto const from = help.find("\nexample\n  mh ");
    REQUIRE(from != std::string::npos);
    auto text = help.substr(from + std::string_view{"\nexample\n  mh "}.size());
    text = text.substr(0, text.find("\n\n"));
    std::vector<std::string> words{""};
    bool quoted = false;
    for (char const c : text)
    {
        if (c == '"')
            quoted = !quoted;
        else if (quoted || (c != ' ' && c != '\n' && c != '\\'))
            words.back() += c;
        else if (!words.back().empty())
            words.emplace_back();
    }
    return words;
}

} // namespace

TEST_CASE("generate uploads, creates, waits, downloads and prints the saved path")
{
    user who;
    std::string const picture = std::string{png_start} + std::string(5000, 'x');
    static_cast<void>(who.home.write("photo.png", picture));
    auto const result = who.mh(edit("generate", "photo.png", {"--out", "a/b/outputs", "--quiet"}));
    CHECK_MESSAGE(result.status == 0, result.err);
    CHECK(result.err.empty());
    REQUIRE(who.fake.jobs().size() == 1);
    auto const id = who.fake.jobs()[0].id;
    CHECK(result.out == "a/b/outputs/" + id + "-0.png\n");
    CHECK(support::temp_dir::read(who.home.path() / "a/b/outputs" / (id + "-0.png")).starts_with(png_start));
    REQUIRE(who.fake.uploads().size() == 1);
    CHECK(who.fake.uploads()[0].size == picture.size());
    CHECK(who.fake.ledger().billable_creates() == 1);
    CHECK(who.requests("DELETE", "*") == 0);
}

TEST_CASE("progress is a line for each change on standard error, and the result alone on standard output")
{
    user who;
    static_cast<void>(who.home.write("photo.png", "picture"));
    auto const result = who.mh(edit("generate", "photo.png"));
    CHECK(result.status == 0);
    auto const id = who.fake.jobs().at(0).id;
    CHECK(result.out == "./" + id + "-0.png\n");
    CHECK(contains(result.err, "uploaded file 1 of 1, 7 B"));
    CHECK(contains(result.err, "created image-projects " + id));
    CHECK(contains(result.err, "complete after"));
    CHECK(contains(result.err, "downloaded file 1 of 1"));
    CHECK(!contains(result.err, "\x1b"));
    CHECK(!contains(result.err, "\r"));
}

TEST_CASE("several outputs are saved and printed in their order")
{
    user who;
    auto const result =
        who.mh({"ai-image-generator", "generate", "--set", "style.prompt=x", "--set", "image_count=3"});
    CHECK(result.status == 0);
    auto const id = who.fake.jobs().at(0).id;
    CHECK(result.out == "./" + id + "-0.png\n./" + id + "-1.png\n./" + id + "-2.png\n");
}

TEST_CASE("--no-wait prints the id and neither polls nor downloads")
{
    user who;
    auto const result = who.mh(image_job("generate", {"--no-wait"}));
    CHECK(result.status == 0);
    CHECK(result.out == who.fake.jobs().at(0).id + "\n");
    CHECK(who.requests("GET", "*") == 0);
}

TEST_CASE("--no-download waits and prints the id")
{
    user who;
    auto const result = who.mh(image_job("generate", {"--no-download"}));
    CHECK(result.status == 0);
    CHECK(result.out == who.fake.jobs().at(0).id + "\n");
    CHECK(who.requests("GET", "/v1/image-projects/*") >= 1);
    CHECK(who.home.names().size() == 1);
}

TEST_CASE("JSON results are one document each and hold what the lines hold")
{
    user who;
    auto const json_of = [&](std::vector<std::string> arguments)
    {
        arguments.insert(arguments.end(), {"--output", "json"});
        auto const result = who.mh(std::move(arguments));
        CHECK_MESSAGE(result.status == 0, result.err);
        return boost::json::parse(result.out);
    };
    auto const made = json_of(image_job("generate"));
    auto const id = who.fake.jobs().at(0).id;
    CHECK(made.at("id") == boost::json::string{id});
    CHECK(made.at("files") == boost::json::value({"./" + id + "-0.png"}));
    CHECK(made.at("project").at("status") == "complete");
    CHECK(json_of({"image-projects", "get", id}).at("id") == boost::json::string{id});
    CHECK(json_of({"image-projects", "wait", id}).at("status") == "complete");
    auto const created = json_of(image_job("create"));
    CHECK(created.at("id") == boost::json::string{who.fake.jobs().at(1).id});
    auto const started = json_of(image_job("generate", {"--no-wait"}));
    CHECK(started.at("id") == boost::json::string{who.fake.jobs().at(2).id});
    CHECK(json_of({"image-projects", "delete", id}).at("id") == boost::json::string{id});
    CHECK(json_of({"account"}).at("credits").is_int64());
    CHECK(json_of({"saved-items", "list"}).at("items").as_array().size() == 3);
}

TEST_CASE("get, wait, download and delete work by id; wait downloads nothing")
{
    user who;
    auto const id = who.mh(image_job("create")).out.substr(0, 25);
    auto const waited = who.mh({"image-projects", "wait", id});
    CHECK_MESSAGE(waited.status == 0, waited.err);
    CHECK(contains(waited.out, "status: complete\n"));
    CHECK(who.home.names().size() == 1);
    auto const downloaded = who.mh({"image-projects", "download", id, "--out", "files"});
    CHECK(downloaded.status == 0);
    CHECK(downloaded.out == "files/" + id + "-0.png\n");
    CHECK(contains(who.mh({"image-projects", "get", id}).out, "id: " + id + "\n"));
    CHECK(who.mh({"image-projects", "delete", id}).status == 0);
    CHECK(who.requests("DELETE", "/v1/image-projects/" + id) == 1);
}

TEST_CASE("download waits for the job first")
{
    fake_options slow;
    slow.step_per_poll = true;
    user who{slow};
    auto const id = who.mh(image_job("create")).out.substr(0, 25);
    auto const result = who.mh({"image-projects", "download", id});
    CHECK_MESSAGE(result.status == 0, result.err);
    CHECK(result.out == "./" + id + "-0.png\n");
    CHECK(who.requests("GET", "/v1/image-projects/*") >= 2);
}

TEST_CASE("files upload prints the stored paths")
{
    user who;
    static_cast<void>(who.home.write("a.png", "one"));
    static_cast<void>(who.home.write("b.mp3", "two"));
    auto const result = who.mh({"files", "upload", "a.png", "b.mp3", "--quiet"});
    CHECK_MESSAGE(result.status == 0, result.err);
    REQUIRE(who.fake.uploads().size() == 2);
    for (auto const& file : who.fake.uploads())
        CHECK(contains(result.out, file.path + '\n'));
    CHECK(result.out.find("/image.png\n") < result.out.find("/audio.mp3\n"));
    auto const shown = who.mh({"files", "upload", "a.png", "b.mp3"}).err;
    CHECK(shown == "uploading 2 files\nuploaded file 1 of 2, 3 B\nuploaded file 2 of 2, 3 B\n");
    CHECK(who.mh({"files", "upload", "a.png", "missing.png"}).status == 7);
    CHECK(who.mh({"files", "upload", "ca.pem"}).status == 2);
    CHECK(who.fake.uploads().size() == 4);
}

TEST_CASE("saved items are listed by the fields of their query, as options or with --set")
{
    user who;
    CHECK(who.mh({"saved-items", "list", "--type", "character", "--limit=1"}).status == 0);
    CHECK(who.mh({"saved-items", "list", "--set", "type=voice"}).status == 0);
    auto const sent = who.fake.ledger().requests("GET", "/v1/saved-items");
    REQUIRE(sent.size() == 2);
    CHECK(contains(sent[0].head.query(), "type=character"));
    CHECK(contains(sent[0].head.query(), "limit=1"));
    CHECK(contains(sent[1].head.query(), "type=voice"));
}

TEST_CASE("a job without a name gets a unique one, and the user's own is kept")
{
    user who;
    CHECK(who.mh(image_job("create")).status == 0);
    CHECK(who.mh(image_job("generate", {"--no-wait"})).status == 0);
    CHECK(who.mh(image_job("create", {"--set", "name="})).status == 0);
    CHECK(who.mh(image_job("create", {"--set", "name=Lake"})).status == 0);
    auto const jobs = who.fake.jobs();
    REQUIRE(jobs.size() == 4);
    CHECK(jobs[0].name.starts_with("mh-ai-image-generator-"));
    CHECK(jobs[1].name.starts_with("mh-ai-image-generator-"));
    CHECK(jobs[2].name.starts_with("mh-ai-image-generator-"));
    CHECK(jobs[0].name != jobs[1].name);
    CHECK(jobs[0].name != jobs[2].name);
    CHECK(jobs[3].name == "Lake");
}

TEST_CASE("an existing file is left alone, renamed around, or replaced with its mode kept")
{
    user who;
    auto const id = who.mh(image_job("create")).out.substr(0, 25);
    auto const file = who.home.write(id + "-0.png", "mine");
    ::chmod(file.c_str(), 0640);
    auto const refused = who.mh({"image-projects", "download", id});
    CHECK(refused.status == 7);
    CHECK(contains(refused.err, id));
    CHECK(support::temp_dir::read(file) == "mine");
    auto const renamed = who.mh({"image-projects", "download", id, "--collision", "rename"});
    CHECK(renamed.status == 0);
    CHECK(renamed.out == "./" + id + "-0_1.png\n");
    CHECK(support::temp_dir::read(file) == "mine");
    auto const replaced = who.mh({"image-projects", "download", id, "--overwrite"});
    CHECK(replaced.status == 0);
    CHECK(support::temp_dir::read(file).starts_with(png_start));
    struct stat now
    {
    };
    REQUIRE(::stat(file.c_str(), &now) == 0);
    CHECK((now.st_mode & 0777) == 0640);
    CHECK(who.home.names().size() == 3);
}

TEST_CASE("a file that cannot be replaced because the download fails stays as it was")
{
    user who;
    auto const id = who.mh(image_job("create")).out.substr(0, 25);
    auto const file = who.home.write(id + "-0.png", "mine");
    who.fake.on("GET /*").answer(404);
    who.fake.on("GET /v1/*").carried_out();
    who.fake.clear_faults();
    who.fake
        .on(magic_hour::testing::matcher{
            [](auto const& head) { return head.method == "GET" && !head.path().starts_with("/v1/"); }})
        .answer(404);
    auto const result = who.mh({"image-projects", "download", id, "--overwrite"});
    CHECK(result.status == 3);
    CHECK(contains(result.err, id));
    CHECK(support::temp_dir::read(file) == "mine");
    CHECK(who.home.names().size() == 2);
}

TEST_CASE("every operation that makes something runs with nothing but the example of its help")
{
    user who;
    for (auto const* const file : {"photo.png", "clip.mp4", "sound.mp3"})
        static_cast<void>(who.home.write(file, "some bytes"));
    std::size_t count = 0;
    auto const api = magic_hour::describe_api();
    for (auto const& operation : api.at("operations").as_array())
    {
        auto const resource = std::string{operation.at("resource").as_string()};
        if (operation.at("method") != "POST" || operation.at("kind").is_null())
            continue;
        auto const name = resource.substr(0, resource.find('.'));
        auto arguments = example_of(who.mh({name, "generate", "--help"}).out);
        arguments.insert(arguments.end(), {"--quiet", "--out", "out"});
        auto const result = who.mh(std::move(arguments));
        CAPTURE(name);
        CHECK_MESSAGE(result.status == 0, result.err);
        CHECK(!result.out.empty());
        CHECK(who.requests("POST", std::string{operation.at("path").as_string()}) == 1);
        ++count;
    }
    CHECK(count == 30);
    CHECK(who.fake.ledger().jobs_created() == 30);
}

TEST_CASE("places for uploads are asked for with nothing but the example of the help")
{
    user who;
    auto const result = who.mh(example_of(who.mh({"files", "upload-urls", "create", "--help"}).out));
    CHECK_MESSAGE(result.status == 0, result.err);
    CHECK(contains(result.out, "items[0].file_path: "));
    auto const sent = who.fake.ledger().requests("POST", "/v1/files/upload-urls");
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].body == R"({"items":[{"type":"video","extension":"mp4"}]})");
}

TEST_CASE("text in a project that holds the key is shown without it")
{
    user who;
    who.fake.plan_next(job_plan::failing("x", "no job for " + who.fake.api_key()));
    auto const failed = who.mh(image_job("generate", {"--output", "json"}));
    CHECK(failed.status == 1);
    CHECK(!contains(failed.out + failed.err, who.fake.api_key()));
    auto const shown = who.mh({"image-projects", "get", who.fake.jobs().at(0).id});
    CHECK(shown.status == 0);
    CHECK(contains(shown.out, "no job for"));
    CHECK(!contains(shown.out, who.fake.api_key()));
}

TEST_CASE("a result that cannot be written is a file error")
{
    user who;
    auto options = who.with({"account", "--quiet"});
    options.standard_output = "/dev/full";
    auto const result = run(options);
    CHECK(result.status == 7);
    CHECK(contains(result.first_line(), "standard output"));
}

TEST_CASE("--fake needs neither key nor network")
{
    user who;
    who.environment.clear();
    auto const result = who.mh(image_job("generate", {"--fake", "--quiet", "--poll-interval", "0.1"}));
    CHECK_MESSAGE(result.status == 0, result.err);
    CHECK(result.out.ends_with("-0.png\n"));
    CHECK(who.requests() == 0);
}

TEST_CASE("--verbose shows one line an exchange, without the key")
{
    user who;
    auto const verbose = [&]
    {
        auto const result = who.mh({"account", "--verbose"});
        CHECK(result.status == 0);
        CHECK(!contains(result.err, who.fake.api_key()));
        return result.err;
    };
    auto const one = verbose();
    CHECK(one.starts_with("GET localhost/v1/account: 200 in "));
    CHECK(std::count(one.begin(), one.end(), '\n') == 1);
    who.fake.on("GET /v1/account").answer(429).header("Retry-After", "0.1").times(1);
    auto const two = verbose();
    CHECK(two.starts_with("GET localhost/v1/account: 429 in "));
    CHECK(contains(two, "\nGET localhost/v1/account: 200 (attempt 2) in "));
    CHECK(std::count(two.begin(), two.end(), '\n') == 2);
}
