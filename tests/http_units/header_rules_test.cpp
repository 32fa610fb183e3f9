#include <magic_hour/http/detail/header_rules.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace http = magic_hour::http;
using namespace http::detail;
using magic_hour::errc;

TEST_CASE("a header name is a token")
{
    for (char const* name : {"X", "x-y", "A1", "!#$%&'*+-.^_`|~"})
        CHECK_MESSAGE(is_valid_header_name(name), name);
    for (std::string const& name :
         {std::string{}, std::string{"a b"}, std::string{"a:"}, std::string{"a\r\nb"}, std::string{"a\tb"},
          std::string{"\xC3\xA9"}, std::string{"a\0b", 3}, std::string{"(a)"}})
        CHECK_MESSAGE(!is_valid_header_name(name), name);
}

TEST_CASE("I1: a header value cannot leave its line")
{
    for (char const* value : {"", "a", "a b", "a\tb", "caf\xC3\xA9", "\"q\"; x=1"})
        CHECK_MESSAGE(is_valid_header_value(value), value);
    for (std::string const& value :
         {std::string{"k\r\nX: 1"}, std::string{"k\n"}, std::string{"k\r"}, std::string{"k\0", 2},
          std::string{"\x01"}, std::string{"\x7F"}})
        CHECK_FALSE(is_valid_header_value(value));
}

TEST_CASE("callers cannot set what frames and routes a request")
{
    for (char const* name :
         {"Host", "HOST", "content-length", "Transfer-Encoding", "Connection", "Expect", "TE", "Upgrade",
          "Accept-Encoding", "Proxy-Authorization"})
    {
        CAPTURE(name);
        CHECK(is_reserved_header(name));
        auto const refusal = check_headers({{"X-Fine", "1"}, {name, "value-of-it"}});
        REQUIRE(refusal);
        CHECK(refusal->code() == errc::invalid_argument);
        CHECK(refusal->info().message.find(name) != std::string::npos);
        CHECK(refusal->info().message.find("value-of-it") == std::string::npos);
    }
    CHECK_FALSE(check_headers({{"Authorization", "Bearer k"}, {"Range", "bytes=1-"}, {"User-Agent", "x"}}));
}

TEST_CASE("I1: a bad header is refused without showing its value")
{
    auto const refusal = check_headers({{"Authorization", "Bearer secret\r\nX: 1"}});
    REQUIRE(refusal);
    CHECK(refusal->code() == errc::invalid_argument);
    CHECK(std::string{refusal->what()}.find("secret") == std::string::npos);
    CHECK(check_headers({{"a\r\nb", "1"}})->info().message.find('\n') == std::string::npos);
}

TEST_CASE("a request is checked as a whole")
{
    http::request good;
    good.target = http::parse_url("https://h/a?b").value();
    CHECK_FALSE(check_request(good));
    for (char const* target : {"", "a", "/a b", "/a\r\nX: 1", "/a#b", "/a\\b"})
    {
        http::request bad = good;
        bad.target.target = target;
        CHECK_MESSAGE(check_request(bad), target);
    }
    for (char const* host : {"", "a b", "h\r\nX: 1", "u@h", "h/"})
    {
        http::request bad = good;
        bad.target.host = host;
        CHECK_MESSAGE(check_request(bad), host);
    }
    http::request bad = good;
    bad.headers = {{"Host", "evil"}};
    CHECK(check_request(bad));
}

TEST_CASE("H6: an encoding that nobody asked for is named")
{
    CHECK_FALSE(unexpected_content_encoding({}));
    CHECK_FALSE(unexpected_content_encoding({{"Content-Type", "gzip"}, {"Content-Encoding", "Identity"}}));
    CHECK_FALSE(unexpected_content_encoding({{"Content-Encoding", ""}}));
    CHECK(unexpected_content_encoding({{"content-encoding", "gzip"}}) == "gzip");
    CHECK(unexpected_content_encoding({{"Content-Encoding", "identity, br"}}) == "br");
    CHECK(
        unexpected_content_encoding({{"Content-Encoding", "identity"}, {"Content-Encoding", "gzip"}}) ==
        "gzip");
    CHECK(unexpected_content_encoding({{"Content-Encoding", std::string(100, 'x')}})->size() == 32);
}
