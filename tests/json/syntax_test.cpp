#include "sample.hpp"

#include <magic_hour/json/decode.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace json = magic_hour::json;
using magic_hour::errc;

namespace
{

/// The message of the syntax error in `text`, "" when there is none.
std::string syntax_error(std::string_view text)
{
    json::reader r{text};
    if (r.skip() && r.finish())
        return {};
    CHECK(r.failed());
    CHECK(r.failure().code() == errc::decode);
    return r.failure()->message;
}

std::string nested(std::size_t depth, std::string_view open, std::string_view close)
{
    std::string text;
    for (std::size_t i = 0; i < depth; ++i)
        text += open;
    for (std::size_t i = 0; i < depth; ++i)
        text += close;
    return text;
}

} // namespace

TEST_CASE("J1: everything that is JSON is taken")
{
    for (std::string_view const text :
         {"0",
          "-0",
          "1",
          "-1",
          "10",
          "123.456",
          "1e5",
          "1E+5",
          "1e-5",
          "0.0",
          "-0.0e0",
          "1.5E10",
          "1e309",
          "-1e-999",
          "123456789012345678901234567890",
          "true",
          "false",
          "null",
          "\"\"",
          "\"a\"",
          "[]",
          "{}",
          " [ ] ",
          " { } ",
          "[1]",
          "[1,2]",
          "[ 1 , 2 ]",
          "[[],[]]",
          "[{}]",
          R"({"a":1})",
          R"({"a":{"b":[]}})",
          R"( { "a" : 1 , "b" : [ true , null ] } )",
          R"({"a":1,"a":2})",
          R"({"":0})",
          R"("\"\\\/\b\f\n\r\t")",
          R"("\u0000\uD834\uDD1E")",
          "\t\r\n 1 \t\r\n",
          "\"\x7F\"",
          "[\"\xE2\x80\xA8\"]",
          R"(["\\","\\\"",""])"})
        CHECK_MESSAGE(syntax_error(text) == "", text);
}

TEST_CASE("J1: everything that is not JSON is refused at the byte where it stops being JSON")
{
    using row = std::pair<std::string_view, std::string_view>;
    for (auto const& [text, error] : std::vector<row>{
             {"", "unexpected end of text at byte 0"},
             {"  ", "unexpected end of text at byte 2"},
             {"[", "unexpected end of text at byte 1"},
             {"{", "unexpected end of text at byte 1"},
             {"[1", "unexpected end of text at byte 2"},
             {"[1,", "unexpected end of text at byte 3"},
             {R"({"a")", "unexpected end of text at byte 4"},
             {R"({"a":)", "unexpected end of text at byte 5"},
             {R"({"a":1)", "unexpected end of text at byte 6"},
             {R"({"a":1,)", "unexpected end of text at byte 7"},
             {R"("abc)", "unexpected end of text at byte 4"},
             {R"("abc\)", "unexpected end of text at byte 5"},
             {R"("abc\")", "unexpected end of text at byte 6"},
             {R"("\u12)", "unexpected end of text at byte 5"},
             {"-", "unexpected end of text at byte 1"},
             {"1.", "unexpected end of text at byte 2"},
             {"1e", "unexpected end of text at byte 2"},
             {"1e+", "unexpected end of text at byte 3"},
             {"tru", "expected a value at byte 0"},
             {"[1]]", "unexpected text behind the document at byte 3"},
             {"{}x", "unexpected text behind the document at byte 2"},
             {"{} {}", "unexpected text behind the document at byte 3"},
             {"nullx", "unexpected text behind the document at byte 4"},
             {"1 2", "unexpected text behind the document at byte 2"},
             {"\xEF\xBB\xBF{}", "expected a value at byte 0"},
             {"\xFE\xFF", "expected a value at byte 0"},
             {"['a']", "expected a value at byte 1"},
             {"{'a':1}", "expected a member name at byte 1"},
             {"{a:1}", "expected a member name at byte 1"},
             {"{1:1}", "expected a member name at byte 1"},
             {"{null:1}", "expected a member name at byte 1"},
             {"NaN", "expected a value at byte 0"},
             {"nan", "expected a value at byte 0"},
             {"[Infinity]", "expected a value at byte 1"},
             {"[-Infinity]", "expected a digit at byte 2"},
             {"[-NaN]", "expected a digit at byte 2"},
             {"True", "expected a value at byte 0"},
             {"undefined", "expected a value at byte 0"},
             {"[1,]", "expected a value at byte 3"},
             {"[,1]", "expected a value at byte 1"},
             {"[1,,2]", "expected a value at byte 3"},
             {"[1 2]", "expected ',' or ']' at byte 3"},
             {"[1:2]", "expected ',' or ']' at byte 2"},
             {"[1}", "expected ',' or ']' at byte 2"},
             {R"({"a":1,})", "expected a member name at byte 7"},
             {R"({,"a":1})", "expected a member name at byte 1"},
             {R"({"a":1 "b":2})", "expected ',' or '}' at byte 7"},
             {R"({"a":1]})", "expected ',' or '}' at byte 6"},
             {R"({"a" 1})", "expected ':' at byte 5"},
             {R"({"a",1})", "expected ':' at byte 4"},
             {R"({"a"::1})", "expected a value at byte 5"},
             {R"({"a":})", "expected a value at byte 5"},
             {"// comment\n1", "expected a value at byte 0"},
             {"[1/* comment */]", "expected ',' or ']' at byte 2"},
             {"1 # comment", "unexpected text behind the document at byte 2"},
             {"01", "number with a leading zero at byte 0"},
             {"[-01]", "number with a leading zero at byte 2"},
             {"+1", "expected a value at byte 0"},
             {".5", "expected a value at byte 0"},
             {"[1.]", "expected a digit at byte 3"},
             {"[1.e5]", "expected a digit at byte 3"},
             {"[1e]", "expected a digit at byte 3"},
             {"[1e+]", "expected a digit at byte 4"},
             {"[--1]", "expected a digit at byte 2"},
             {"0x10", "unexpected text behind the document at byte 1"},
             {"[1_000]", "expected ',' or ']' at byte 2"},
             {"\x0C[]", "expected a value at byte 0"},
             {"[\xC2\xA0]", "expected a value at byte 1"},
             {std::string_view{"[1]\0", 4}, "unexpected text behind the document at byte 3"},
             {std::string_view{"\0", 1}, "expected a value at byte 0"},
             {"<html>", "expected a value at byte 0"},
             {"]", "expected a value at byte 0"},
             {"}", "expected a value at byte 0"},
             {",", "expected a value at byte 0"}})
        CHECK_MESSAGE(syntax_error(text).ends_with(error), text);
}

TEST_CASE("J1: a document cut anywhere is an error, never a crash or a half-filled value")
{
    std::string_view const whole =
        R"({"id":"a\u00e9\ud83d\ude00b","status":"complete","credits_charged":450.0,"fps":2.5e1,"enabled":true,)"
        R"("downloads":[{"url":"https://x","expires_at":null}],"error":{"message":"m"},"x":{"y":[1,-2,{}]}})";
    REQUIRE(json::decode<sample::video_project>(whole).has_value());
    for (std::size_t size = 0; size < whole.size(); ++size)
    {
        std::string const cut{whole.substr(0, size)};
        auto const result = json::decode<sample::video_project>(cut);
        REQUIRE_MESSAGE(result.has_error(), cut);
        CHECK(result.error().code() == errc::decode);
    }
}

TEST_CASE("a document with any byte changed is read or refused, never more")
{
    std::string_view const whole =
        R"({"id":"a\ud83d\ude00","status":"complete","credits_charged":4.5e2,"tags":["x\n"],"x":[null,-0.1]})";
    for (std::size_t at = 0; at < whole.size(); ++at)
    {
        for (int byte = 0; byte < 256; ++byte)
        {
            std::string changed{whole};
            changed[at] = static_cast<char>(byte);
            auto const result = json::decode<sample::video_project>(changed);
            if (result.has_error())
                REQUIRE(result.error().code() == errc::decode);
        }
    }
}

TEST_CASE("a syntax error inside a member names the member and the byte")
{
    auto const e = json::decode<sample::video_project>(R"({"id":"a","downloads":[{"url":"u"},{"url":x}]})");
    REQUIRE(e.has_error());
    CHECK(e.error()->json_path == "downloads[1].url");
    CHECK(e.error()->message == "downloads[1].url: expected a value at byte 42");
}

TEST_CASE("J2: 32 levels are read, one more is refused, read or skipped alike")
{
    CHECK(syntax_error(nested(32, "[", "]")) == "");
    CHECK(
        syntax_error(nested(33, "[", "]")).find("nested deeper than 32 levels at byte 32") !=
        std::string::npos);
    CHECK(syntax_error(nested(31, R"({"a":)", "}").insert(31 * 5, "1")) == "");
    CHECK(syntax_error(nested(33, R"({"a":)", "}")).find("nested deeper") != std::string::npos);

    auto const within = [](std::string const& inner)
    { return json::decode<sample::video_project>(R"({"id":"a","x":)" + inner + "}"); };
    CHECK(within(nested(31, "[", "]")).has_value());
    CHECK(within(nested(32, "[", "]")).has_error());
    CHECK(json::decode<std::vector<std::vector<int>>>("[[1],[2,3]]").has_value());
}

TEST_CASE("J2: a million brackets are refused without a deep stack")
{
    std::string const deep(1'000'000, '[');
    CHECK(syntax_error(deep).find("nested deeper") != std::string::npos);
    CHECK(json::decode<sample::video_project>(deep).has_error());
    CHECK(json::decode<sample::video_project>(R"({"id":"a","x":)" + deep).has_error());
    CHECK(json::decode<sample::video_project>(R"({"id":)" + deep).has_error());
    CHECK(json::decode<sample::video_project>(R"({"downloads":)" + deep).has_error());
    std::string objects;
    for (int i = 0; i < 200'000; ++i)
        objects += R"({"a":)";
    CHECK(json::decode<sample::video_project>(objects).has_error());
    CHECK(json::find_text(deep, "id").empty());
}

TEST_CASE("a reader that failed stays failed with its first reason")
{
    json::reader r{"[1,x,2]"};
    REQUIRE(r.enter_array());
    REQUIRE(r.next_entry());
    REQUIRE(r.skip());
    REQUIRE(r.next_entry());
    REQUIRE_FALSE(r.skip());
    CHECK_FALSE(r.fail("another reason"));
    CHECK(r.failure()->message == "[1]: expected a value at byte 3");
}

TEST_CASE("a value is read as it is written")
{
    json::reader r{R"( {"a" : [1, "x\n"]} )"};
    std::string_view raw;
    REQUIRE(r.read_raw(raw));
    CHECK(raw == R"({"a" : [1, "x\n"]})");
    CHECK(r.finish());
}
