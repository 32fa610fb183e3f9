#include "fixture.hpp"

#include <doctest/doctest.h>

using namespace mh_test;

namespace
{

/// What every refusal before anything is sent has in common.
void check_usage(user& who, outcome const& result, std::string_view said)
{
    CHECK(result.status == 2);
    CHECK(result.out.empty());
    CHECK_MESSAGE(contains(result.first_line(), said), result.err);
    CHECK(who.requests() == 0);
}

} // namespace

TEST_CASE("no command, and commands, options and verbs that do not exist, exit 2 with the nearest names")
{
    user who;
    check_usage(who, who.mh({}), "mh --help");
    check_usage(who, who.mh({"ai-image-editr", "generate"}), "ai-image-editor");
    check_usage(who, who.mh({"ai-image-editor", "genrate"}), "generate");
    check_usage(who, who.mh({"ai-image-editor"}), "create");
    check_usage(who, who.mh({"acount"}), "account");
    check_usage(who, who.mh({"account", "--tiemout", "3"}), "--timeout");
    check_usage(who, who.mh({"account", "--signature", "00"}), "--signature is not an option of mh account");
    check_usage(who, who.mh({"account", "--timeout"}), "--timeout needs a value");
    check_usage(who, who.mh({"account", "--fake=1"}), "takes no value");
    check_usage(who, who.mh({"image-projects", "get"}), "ID is missing");
    check_usage(who, who.mh({"image-projects", "get", "one", "two"}), "two");
    for (auto const* const verb : {"get", "wait", "download", "delete"})
        check_usage(who, who.mh({"image-projects", verb, "../x"}), " id");
    check_usage(who, who.mh({"account", "--output", "jsn"}), "json");
    check_usage(who, who.mh({"image-projects", "get", "a\xff"}), "UTF-8");
}

TEST_CASE("fields and values that are mistyped exit 2 with the nearest names")
{
    user who;
    auto const create = [&](std::vector<std::string> more)
    { return who.mh(image_job("create", std::move(more))); };
    check_usage(who, create({"--set", "style.promt=x"}), "style.prompt");
    check_usage(who, create({"--set", "prompt=x"}), "style.prompt");
    check_usage(who, create({"--set", "resolution=640p"}), "640px");
    check_usage(who, create({"--set", "model=nano-bananna"}), "nano-banana");
    check_usage(who, create({"--set", "image_count=two"}), "image_count");
    check_usage(who, create({"--set", "image_count=1.5"}), "image_count");
    check_usage(who, create({"--set", "style.prompt"}), "FIELD=VALUE");
    check_usage(who, create({"--set", "style=x"}), "style");
    check_usage(who, create({"--set", "style..prompt=x"}), "style..prompt");
    check_usage(who, create({"--set", "style.prompt=\xff\xfe"}), "UTF-8");
    check_usage(
        who,
        who.mh(
            {"ai-voice-generator", "create", "--set", "style.prompt=hi", "--set",
             "style.voice_name=Morgn Freeman"}),
        "Morgan Freeman");
    check_usage(who, who.mh({"saved-items", "list", "--type", "charcter"}), "character");
    check_usage(
        who, who.mh({"saved-items", "list", "--tpye", "character"}),
        "unknown option --tpye (did you mean --type");
    check_usage(who, who.mh({"saved-items", "list", "--lmit", "3"}), "--limit");
}

TEST_CASE("what the declaration requires, and its limits, are checked before anything is sent")
{
    user who;
    check_usage(who, who.mh({"ai-image-generator", "create", "--set", "image_count=1"}), "style.prompt");
    check_usage(who, who.mh(image_job("create", {"--set", "style.prompt="})), "style.prompt");
    check_usage(
        who,
        who.mh(
            {"ai-image-upscaler", "create", "--set", "assets.image_file_path=https://e.com/a.png", "--set",
             "scale_factor=3"}),
        "scale_factor");
    check_usage(who, who.mh({"text-to-video", "create", "--set", "style.prompt=x"}), "end_seconds");
}

TEST_CASE("durations and counts that are none exit 2 with nothing sent, also from the environment")
{
    user who;
    for (std::string const bad : {"0", "-1", "nan", "inf", "soon", "", "1s", "0x1"})
    {
        CAPTURE(bad);
        check_usage(who, who.mh({"account", "--timeout", bad}), "--timeout");
        check_usage(who, who.mh({"account", "--deadline", bad}), "--deadline");
        check_usage(who, who.mh(image_job("generate", {"--poll-interval", bad})), "--poll-interval");
        who.environment["MAGIC_HOUR_POLL_INTERVAL"] = bad;
        check_usage(who, who.mh(image_job("generate")), "MAGIC_HOUR_POLL_INTERVAL");
        who.environment["MAGIC_HOUR_POLL_INTERVAL"] = "0.1";
    }
    for (std::string const bad : {"-1", "1.5", "many", "99999999999999999999"})
        check_usage(who, who.mh({"account", "--retries", bad}), "--retries");
}

TEST_CASE("a JSON document is checked like fields")
{
    user who;
    auto const create = [&](std::string_view document)
    {
        auto const file = who.home.write("request.json", document).string();
        return who.mh({"ai-image-generator", "create", "--json", file});
    };
    check_usage(who, create(R"({"style":{"prompt":"x"},"image_count":1,"imagecount":2})"), "image_count");
    check_usage(who, create(R"({"style":{"prompt":"x","promt":"y"},"image_count":1})"), "style.prompt");
    check_usage(who, create(R"({"style":{"prompt":7},"image_count":1})"), "style.prompt");
    check_usage(who, create(R"({"style":{"prompt":"x"},"image_count":NaN})"), "JSON");
    check_usage(who, create(R"({"style":{"prompt":"x"},"image_count":1.5})"), "image_count");
    check_usage(who, create("{\"style\":{\"prompt\":\"\xff\"},\"image_count\":1}"), "JSON");
    check_usage(who, create("[]"), "a list");
    check_usage(who, create(""), "JSON");
    auto const missing = who.mh({"ai-image-generator", "create", "--json", "missing.json"});
    CHECK(missing.status == 7);
    CHECK(contains(missing.first_line(), "missing.json"));
    CHECK(who.requests() == 0);
}

TEST_CASE("--set overrides --json, takes its type from the declaration and splits at the first sign")
{
    user who;
    auto options = who.with(
        {"ai-image-editor", "create", "--json", "-", "--set", "style.prompt=a=b", "--set", "image_count=4",
         "--set", "assets.image_file_paths=https://e.com/1.png", "--set",
         "assets.image_file_paths=https://e.com/2.png"});
    options.input =
        R"({"style":{"prompt":"no"},"name":"mine","assets":{"image_file_paths":["https://e.com/0.png"]}})";
    auto const result = run(options);
    CHECK(result.status == 0);
    auto const sent = who.fake.ledger().requests("POST", "/v1/ai-image-editor");
    REQUIRE(sent.size() == 1);
    auto const body = boost::json::parse(sent[0].body);
    CHECK(body.at("style").at("prompt") == "a=b");
    CHECK(body.at("image_count") == 4);
    CHECK(body.at("name") == "mine");
    CHECK(
        body.at("assets").at("image_file_paths") ==
        boost::json::value({"https://e.com/1.png", "https://e.com/2.png"}));
    REQUIRE(who.fake.jobs().size() == 1);
    CHECK(result.out == who.fake.jobs()[0].id + "\n");
}

TEST_CASE("entries of lists are reached by their index, and @ and - mean nothing in a value")
{
    user who;
    auto const result = who.mh(
        {"face-swap-photo", "create", "--set", "assets.target_file_path=https://e.com/t.png", "--set",
         "assets.face_swap_mode=individual-faces", "--set",
         "assets.face_mappings[0].new_face=https://e.com/a.png", "--set",
         "assets.face_mappings[0].original_face=@f", "--set",
         "assets.face_mappings[1].new_face=https://e.com/b.png", "--set",
         "assets.face_mappings[1].original_face=-", "--set", "name=-"});
    CHECK_MESSAGE(result.status == 0, result.err);
    auto const sent = who.fake.ledger().requests("POST", "/v1/face-swap-photo");
    REQUIRE(sent.size() == 1);
    auto const body = boost::json::parse(sent[0].body);
    CHECK(body.at("name") == "-");
    CHECK(body.at("assets").at("face_mappings").at(0).at("original_face") == "@f");
    CHECK(body.at("assets").at("face_mappings").at(1).at("new_face") == "https://e.com/b.png");
}

TEST_CASE("a value that is newer than the program goes through when nobody validates")
{
    user who;
    auto const result = who.mh(image_job("create", {"--set", "model=model-of-next-year", "--no-validate"}));
    auto const sent = who.fake.ledger().requests("POST", "/v1/ai-image-generator");
    REQUIRE(sent.size() == 1);
    CHECK(boost::json::parse(sent[0].body).at("model") == "model-of-next-year");
    CHECK((result.status == 0 || result.status == 3));
}

TEST_CASE("deprecated fields work and say what to use instead")
{
    user who;
    auto const result = who.mh(
        {"ai-image-editor", "create", "--set", "style.prompt=x", "--set",
         "assets.image_file_path=https://e.com/1.png"});
    CHECK(result.status == 0);
    CHECK(contains(result.err, "assets.image_file_path is deprecated: use image_file_paths"));
}

TEST_CASE("with --output json mistakes are one JSON document with status, id, name and message")
{
    user who;
    for (auto const& arguments : std::vector<std::vector<std::string>>{
             {"--output", "json"},
             {"account", "--nonsense", "--output=json"},
             {"acount", "--output", "json"}})
    {
        auto const result = who.mh(arguments);
        CHECK(result.status == 2);
        auto const document = boost::json::parse(result.out);
        CHECK(document.at("exit_status") == 2);
        CHECK(document.at("id").is_null());
        CHECK(document.at("name").is_null());
        CHECK(contains(result.err, std::string{document.at("message").as_string()}));
    }
    CHECK(who.requests() == 0);
}

TEST_CASE("without a key nothing is sent and the user is told")
{
    user who;
    who.environment.erase("MAGIC_HOUR_API_KEY");
    check_usage(who, who.mh({"account"}), "MAGIC_HOUR_API_KEY");
    who.environment["MAGIC_HOUR_API_KEY"] = "broken\n";
    auto const result = who.mh({"account"});
    check_usage(who, result, "key");
    CHECK(!contains(result.err, "broken"));
}

TEST_CASE("options of the API may stand in every call of the program")
{
    user who;
    CHECK(
        who.mh({"account", "--no-wait", "--no-download", "--overwrite", "--poll-interval", "0.1"}).status ==
        0);
    CHECK(who.mh({"voices", "yoda", "--timeout", "5", "--base-url", "https://localhost:1"}).status == 0);
    CHECK(who.mh({"account", "--set", "a=b"}).status == 2);
    CHECK(who.mh({"account", "--port", "1"}).status == 2);
    CHECK(who.requests("GET", "/v1/account") == 1);
}
