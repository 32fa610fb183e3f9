#include "sample.hpp"

#include <magic_hour/json/decode.hpp>
#include <magic_hour/json/encode.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

namespace json = magic_hour::json;
using magic_hour::errc;
using sample::video_project;

namespace
{

video_project decoded(std::string_view text)
{
    auto const result = json::decode<video_project>(text);
    REQUIRE_MESSAGE(result.has_value(), text);
    return *result;
}

magic_hour::error refused(std::string_view text, json::strictness mode = json::strictness::lenient)
{
    auto const result = json::decode<video_project>(text, mode);
    REQUIRE_MESSAGE(result.has_error(), text);
    CHECK(result.error().code() == errc::decode);
    return result.error();
}

} // namespace

TEST_CASE("a whole answer is read, members of the base struct included")
{
    auto const p = decoded(
        R"( {"id":"abc","status":"complete","name":"My video","credits_charged":450,"fps":29.97,"width":512,)"
        R"("enabled":false,"downloads":[{"url":"https://a/1","expires_at":"t1"},{"url":"https://a/2"}],)"
        R"("error":{"message":"m","code":"c"},"tags":["x","y"]} )");
    CHECK(p.id == "abc");
    CHECK(p.status == sample::status::complete);
    CHECK(p.name == "My video");
    CHECK(p.credits_charged == 450);
    CHECK(p.fps == 29.97);
    CHECK(p.width == 512U);
    CHECK_FALSE(p.enabled);
    REQUIRE(p.downloads.size() == 2);
    CHECK(p.downloads[0].url == "https://a/1");
    CHECK(p.downloads[0].expires_at == "t1");
    CHECK(p.downloads[1].url == "https://a/2");
    REQUIRE(p.error);
    CHECK(p.error->code == "c");
    CHECK(p.tags == std::vector<std::string>{"x", "y"});
}

TEST_CASE("the order of members does not matter")
{
    auto const p = decoded(R"({"tags":["x"],"width":1,"status":"queued","id":"abc","fps":1})");
    CHECK(p.id == "abc");
    CHECK(p.width == 1U);
    CHECK(p.fps == 1.0);
    CHECK(p.tags.size() == 1);
}

TEST_CASE("missing members keep their defaults")
{
    auto const p = decoded(R"({"id":"abc"})");
    CHECK(p.enabled);
    CHECK(p.status.empty());
    CHECK_FALSE(p.name);
    CHECK(p.downloads.empty());
}

TEST_CASE("J7: unknown members, an unknown status and extra nested fields are no obstacle")
{
    auto const p = decoded(R"({"x":{"y":[1,{"z":null}],"w":"\"}"},"id":"abc","status":"paused","new":-1.5e3,)"
                           R"("downloads":[{"url":"u","size":5,"parts":[[]]}],"flag":true,"nothing":null})");
    CHECK_FALSE(p.status.known());
    CHECK(p.status.str() == "paused");
    CHECK(p.downloads.at(0).url == "u");
}

TEST_CASE("J7: null means unset wherever a member is not required")
{
    auto const p = decoded(
        R"({"id":"abc","name":null,"error":null,"status":null,"downloads":null,"enabled":null,"fps":null})");
    CHECK_FALSE(p.name);
    CHECK_FALSE(p.error);
    CHECK_FALSE(p.fps);
    CHECK(p.status.empty());
    CHECK(p.downloads.empty());
    CHECK(p.enabled);
}

TEST_CASE("J8: of duplicate members the last one counts, whole")
{
    auto const p =
        decoded(R"({"id":"a","id":"b","status":"queued","status":"complete","error":{"message":"m"},)"
                R"("error":{"code":"c"},"tags":["x","y"],"tags":["z"],"fps":24,"fps":null})");
    CHECK(p.id == "b");
    CHECK(p.status == sample::status::complete);
    REQUIRE(p.error);
    CHECK(p.error->message.empty());
    CHECK(p.error->code == "c");
    CHECK(p.tags == std::vector<std::string>{"z"});
    CHECK_FALSE(p.fps);
    CHECK(refused(R"({"id":"a","id":null})")->json_path == "id");
}

TEST_CASE("J4: an id that is missing or not a text is an error that names it")
{
    for (auto const text : {R"({"id":123})", R"({"id":null})", R"({"id":["a"]})", R"({"id":true})"})
    {
        auto const e = refused(text);
        CHECK(e->json_path == "id");
        CHECK(e->message == "id: expected a string");
    }
    CHECK(refused(R"({"id":""})")->message == "id: must not be empty");
    CHECK(refused(R"({})")->message == "id: missing");
    CHECK(refused(R"({"status":"queued"})")->json_path == "id");
}

TEST_CASE("an error names the path into arrays and nested structs")
{
    CHECK(refused(R"({"id":"a","downloads":[{"url":5}]})")->message == "downloads[0].url: expected a string");
    CHECK(
        refused(R"({"id":"a","downloads":[{"url":"u"},{"expires_at":"t"}]})")->json_path ==
        "downloads[1].url");
    CHECK(
        std::string{refused(R"({"id":"a","downloads":[{"url":null}]})").what()}.find(
            "downloads[0].url: expected a string") != std::string::npos);
}

TEST_CASE("a member of the wrong type is left unset unless it is required")
{
    auto const p = decoded(
        R"({"id":"abc","name":7,"status":{},"credits_charged":"450","fps":[],"width":"x","enabled":"yes",)"
        R"("downloads":"none","error":"boom","tags":["a",5,"b"]})");
    CHECK(p.id == "abc");
    CHECK_FALSE(p.name);
    CHECK(p.status.empty());
    CHECK_FALSE(p.credits_charged);
    CHECK_FALSE(p.fps);
    CHECK_FALSE(p.width);
    CHECK(p.enabled);
    CHECK(p.downloads.empty());
    CHECK_FALSE(p.error);
    CHECK(p.tags.empty());
}

TEST_CASE("J5: numbers of any form are taken when the member holds their value exactly")
{
    auto const credits = [](std::string const& number)
    { return decoded(R"({"id":"a","credits_charged":)" + number + "}").credits_charged; };
    CHECK(credits("450.0") == 450);
    CHECK(credits("4.5e2") == 450);
    CHECK(credits("4500E-1") == 450);
    CHECK(credits("-1") == -1);
    CHECK(credits("-0") == 0);
    CHECK(credits("-0.0") == 0);
    CHECK(credits("999999999999999999") == 999999999999999999);
    CHECK(credits("1000000000000000000") == 1000000000000000000);
    CHECK(credits("9223372036854775807") == 9223372036854775807);
    CHECK(credits("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
    CHECK(credits("9007199254740992.0") == 9007199254740992);
    for (auto const none : {"29.97", "9223372036854775808", "1e309", "-1e309", "1e19", "0.5"})
        CHECK_FALSE(credits(none));
}

TEST_CASE("J5: numbers beyond a narrow or unsigned member leave it unset")
{
    auto const width = [](std::string const& number)
    { return decoded(R"({"id":"a","width":)" + number + "}").width; };
    CHECK(width("4294967295") == 4294967295U);
    CHECK(width("12.0") == 12U);
    CHECK(width("-0") == 0U);
    CHECK_FALSE(width("4294967296"));
    CHECK_FALSE(width("-1"));
    CHECK_FALSE(width("-1.0"));
    CHECK_FALSE(width("18446744073709551616"));
}

TEST_CASE("J5: doubles are exact, and never infinite")
{
    auto const fps = [](std::string const& number)
    { return decoded(R"({"id":"a","fps":)" + number + "}").fps; };
    CHECK(fps("30") == 30.0);
    CHECK(fps("29.97") == 29.97);
    CHECK(fps("1.7976931348623157e308") == 1.7976931348623157e308);
    CHECK(fps("5e-324") == 5e-324);
    CHECK(fps("1e-320") == 1e-320);
    CHECK(std::signbit(fps("-0.0").value()));
    CHECK(fps("9007199254740993") == 9007199254740992.0);
    CHECK(fps("1e-400") == 0.0);
    CHECK(fps("0." + std::string(400, '0') + "1") == 0.0);
    CHECK(fps("0." + std::string(400, '0') + "1e401") == 1.0);
    CHECK(fps(std::string(400, '9') + "e-400").value() == doctest::Approx(1.0));
    CHECK_FALSE(fps("1e309"));
    CHECK_FALSE(fps("-1e309"));
    CHECK_FALSE(fps("1e999999999999999999999"));
    CHECK(fps("1e-999999999999999999999") == 0.0);
    CHECK_FALSE(fps("1" + std::string(400, '0')));
    CHECK_FALSE(fps(std::string(400, '9') + "e-10"));
    CHECK(fps("0e999") == 0.0);
}

TEST_CASE("damage in text becomes U+FFFD and loses nothing else")
{
    auto const name = [](std::string const& text)
    { return decoded("{\"name\":\"" + text + "\",\"id\":\"a\"}").name; };
    CHECK(name(R"(\u00e9\n\t\"\\\/\b\f\r)") == "\xC3\xA9\n\t\"\\/\b\f\r");
    CHECK(name(R"(\ud83d\ude00)") == "\xF0\x9F\x98\x80");
    CHECK(name("\xF0\x9F\x98\x80 \xC3\xA9") == "\xF0\x9F\x98\x80 \xC3\xA9");
    CHECK(name(R"(a\u0000b)") == std::string("a\0b", 3));
    CHECK(
        name(R"(a\ud800b)") == "a\xEF\xBF\xBD"
                               "b");
    CHECK(
        name(R"(a\udc00b)") == "a\xEF\xBF\xBD"
                               "b");
    CHECK(
        name(R"(\ud83dA)") == "\xEF\xBF\xBD"
                              "A");
    CHECK(name(R"(\ud83d\ud83d\ude00)") == "\xEF\xBF\xBD\xF0\x9F\x98\x80");
    CHECK(name(R"(\ud83d\n)") == "\xEF\xBF\xBD\n");
    CHECK(
        name(R"(\x41)") == "\xEF\xBF\xBD"
                           "41");
    CHECK(name(R"(\u12G4)") == "\xEF\xBF\xBDG4");
    CHECK(name(R"(\u12)") == "\xEF\xBF\xBD");
    CHECK(
        name("a\xFF"
             "b\xC3") == "a\xEF\xBF\xBD"
                         "b\xEF\xBF\xBD");
    CHECK(name("\xED\xA0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(
        name("a\tb") == "a\xEF\xBF\xBD"
                        "b");
}

TEST_CASE("damage in text that nobody asked about is passed over")
{
    for (auto const junk : {R"("\ud800")", R"("\x\u12")", "\"\xFF\xC0\x80\"", "\"a\tb\"", R"({"\q":"\"}"})"})
    {
        auto const text = std::string{R"({"new":)"} + junk + R"(,"id":"a"})";
        CHECK(decoded(text).id == "a");
    }
}

TEST_CASE("strict reading refuses wrong, unknown and damaged members")
{
    using enum json::strictness;
    CHECK(
        json::decode<video_project>(R"({"id":"a","fps":24.0,"width":1.0,"name":null})", strict).has_value());
    CHECK(refused(R"({"id":"a","fps":"24"})", strict)->message == "fps: expected a number");
    CHECK(refused(R"({"id":"a","frames":24})", strict)->message == "frames: unknown member");
    CHECK(refused(R"({"id":"a","name":"\ud800"})", strict)->message == "name: damaged text");
    CHECK(refused(R"({"id":"a","tags":["x",5,"y"]})", strict)->message == "tags[1]: expected a string");
    CHECK(
        refused(R"({"id":"a","downloads":[{"url":"u","size":1}]})", strict)->message ==
        "downloads[0].size: unknown member");
    CHECK(refused(R"({"id":"a","width":1e12})", strict)->message == "width: number out of range");
    CHECK(
        refused(R"({"id":"a","credits_charged":1.5})", strict)->message ==
        "credits_charged: expected an integer");
}

TEST_CASE("the outermost value must be of the right kind")
{
    for (auto const text : {"[]", "null", "5", "\"x\"", "true"})
        CHECK(refused(text)->message == "expected an object");
    auto const list = json::decode<std::vector<int>>("[1, 2.0, 3]");
    REQUIRE(list.has_value());
    CHECK(*list == std::vector<int>{1, 2, 3});
    CHECK(json::decode<std::vector<int>>(R"([1, "2"])").error()->message == "[1]: expected an integer");
}

TEST_CASE("keyword members lose their underscore, and a rule can name a member")
{
    auto const r = json::decode<sample::editor::request>(
        R"({"default":"d","style":{"prompt":"p","searchWeb":true,"model":"16:9"}})");
    REQUIRE(r.has_error()); // end_seconds is required
    CHECK(r.error()->json_path == "end_seconds");
    auto const full = json::decode<sample::editor::request>(
        R"({"default":"d","end_seconds":1,"style":{"prompt":"p","searchWeb":true,"model":"16:9"}})");
    REQUIRE(full.has_value());
    CHECK(full->default_ == "d");
    CHECK(full->style.search_web == true);
    CHECK(full->style.model == sample::editor::model::wide);
}

TEST_CASE("J1: a text member is found in a document that breaks off behind it")
{
    CHECK(json::find_text(R"({"credits":{"a":[1]},"id":"abc","credits_charged":)", "id") == "abc");
    CHECK(json::find_text(R"({"id":"abc","x")", "id") == "abc");
    CHECK(json::find_text(R"({"id":"abc" oops)", "id") == "abc");
    CHECK(json::find_text(R"({"id":"ab)", "id").empty());
    CHECK(json::find_text(R"({"id":5,"id":"abc")", "id") == "abc");
    CHECK(json::find_text(R"({"x":{"id":"inner"}})", "id").empty());
    CHECK(json::find_text("[", "id").empty());
    CHECK(json::find_text("", "id").empty());
}

TEST_CASE("short decimals and long ones are read to the last bit")
{
    for (std::string const text :
         {"0.1", "0.3", "29.97", "123456.789012345", "999999999999999", "0.000000000000001",
          "123456789012345.6", "0.1234567890123456789", "1234567890123456", "2.5e1", "7e-7"})
    {
        auto const value = json::decode<double>(text);
        REQUIRE(value.has_value());
        CHECK_MESSAGE(*value == std::strtod(text.c_str(), nullptr), text);
    }
}
