#include "sample.hpp"

#include <magic_hour/json/decode.hpp>
#include <magic_hour/json/encode.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace json = magic_hour::json;
using sample::editor;

TEST_CASE("members appear in declared order under their wire names, unset ones not at all")
{
    editor::request r{};
    r.style.prompt = "a dog";
    r.style.search_web = false;
    r.end_seconds = 1.5;
    r.default_ = "d";
    CHECK(
        json::encode(r) ==
        R"({"style":{"prompt":"a dog","searchWeb":false},"end_seconds":1.5,"default":"d"})");
}

TEST_CASE("a full request")
{
    editor::request r{};
    r.style.prompt = "a dog";
    r.style.model = editor::model::flash;
    r.style.points = {{.x = 5}, {.x = -10, .confidence = 0.05}};
    r.end_seconds = 60;
    r.extension = "png";
    r.image_count = 4;
    r.seed = -7;
    r.words = std::vector<std::string>{"a", "b"};
    CHECK(
        json::encode(r) ==
        R"({"style":{"prompt":"a dog","model":"z-image-turbo","points":[{"x":5},{"x":-10,"confidence":0.05}]},)"
        R"("end_seconds":60,"extension":"png","image_count":4,"seed":-7,"words":["a","b"]})");
}

TEST_CASE("what is empty is written only where it is required or set on purpose")
{
    editor::request r{};
    CHECK(json::encode(r) == R"({"style":{"prompt":""}})");
    r.words.emplace();
    r.extension = "";
    CHECK(json::encode(r) == R"({"style":{"prompt":""},"extension":"","words":[]})");

    sample::video_project p{};
    CHECK(json::encode(p) == R"({"id":"","enabled":true})");
    p.error.emplace();
    CHECK(json::encode(p) == R"({"id":"","enabled":true,"error":{}})");
}

namespace
{

struct inner
{
    std::optional<int> a{};
    BOOST_DESCRIBE_CLASS(inner, (), (a), (), ())
};

struct outer
{
    inner first{};
    inner second{};
    int last = 1;
    BOOST_DESCRIBE_CLASS(outer, (), (first, second, last), (), ())

    friend constexpr auto rules(json::of<outer>)
    {
        return json::rules(json::on(&outer::second, json::required));
    }
};

} // namespace

TEST_CASE("a struct without anything in it is left out unless it is required")
{
    CHECK(json::encode(outer{}) == R"({"second":{},"last":1})");
    CHECK(json::encode(outer{.first = {.a = 1}}) == R"({"first":{"a":1},"second":{},"last":1})");
}

TEST_CASE("I3: any text is valid JSON and reads back as it was")
{
    std::string const mixed = std::string{"quote\" back\\ slash/ \b\f\n\r\t \x01\x1f\x7f"} + '\0' +
                              " \xE2\x80\xA8\xE2\x80\xA9 \xC3\xA9 \xF0\x9F\x98\x80";
    for (auto const& text : {std::string{}, std::string{"x"}, mixed, std::string(1 << 20, 'p') + mixed})
    {
        auto const encoded = json::encode(text);
        CHECK(json::decode<std::string>(encoded, json::strictness::strict).value() == text);
    }
    CHECK(
        json::encode(std::string{
            "a\"\\\n\x01\x1f"
            "\0b",
            8}) == R"("a\"\\\n\u0001\u001f\u0000b")");
}

TEST_CASE("I3: text that is not UTF-8 never reaches the wire as it is")
{
    CHECK(
        json::encode(std::string{"a\xFF"
                                 "b"}) == "\"a\xEF\xBF\xBD"
                                          "b\"");
    CHECK(json::encode(std::string{"\xE2\x80"}) == "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST_CASE("I4: numbers read back as they were, in their shortest form")
{
    CHECK(json::encode(0.1) == "0.1");
    CHECK(json::encode(1.0) == "1");
    CHECK(json::encode(-0.0) == "-0");
    CHECK(json::encode(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
    CHECK(json::encode(std::uint64_t{18446744073709551615U}) == "18446744073709551615");
    CHECK(json::encode(std::int64_t{9007199254740993}) == "9007199254740993");
    for (double const d :
         {-0.0, 1e-320, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, 9007199254740993.0, 1e21, -29.97, 1e100})
    {
        auto const back = json::decode<double>(json::encode(d)).value();
        CHECK(back == d);
        CHECK(std::signbit(back) == std::signbit(d));
    }
    CHECK(json::decode<std::int64_t>("9007199254740993").value() == 9007199254740993);
}

TEST_CASE("I4: what JSON has no number for is null, never NaN")
{
    CHECK(json::encode(std::nan("")) == "null");
    CHECK(json::encode(std::vector<double>{1, HUGE_VAL, -HUGE_VAL}) == "[1,null,null]");
}

TEST_CASE("an answer survives a round trip")
{
    sample::video_project p{};
    p.id = "abc";
    p.status = "paused";
    p.name = "n";
    p.fps = 29.97;
    p.downloads = {{"https://x/?a=1&b=\"", "t"}, {"u", ""}};
    p.error = sample::failure{.message = "m", .code = ""};
    auto const text = json::encode(p);
    auto const back = json::decode<sample::video_project>(text, json::strictness::strict);
    REQUIRE(back.has_value());
    CHECK(json::encode(*back) == text);
    CHECK(back->status.str() == "paused");
    CHECK(back->downloads.at(0).url == p.downloads[0].url);
}

TEST_CASE("encoding appends")
{
    std::string out = "x=";
    json::encode(std::vector<bool>{}.empty(), out);
    CHECK(out == "x=true");
}
