#include <magic_hour/http/detail/content_range.hpp>

#include <doctest/doctest.h>

#include <string>

using magic_hour::http::detail::content_range;
using magic_hour::http::detail::is_strong_etag;
using magic_hour::http::detail::parse_content_range;

TEST_CASE("G3: a byte range has its ends inside its total")
{
    CHECK(parse_content_range("bytes 0-9/10") == content_range{0, 9, 10});
    CHECK(parse_content_range("Bytes  5-5/6 ") == content_range{5, 5, 6});
    CHECK(parse_content_range("bytes 0-0/1") == content_range{0, 0, 1});
    CHECK(parse_content_range("bytes 1-2/*") == content_range{1, 2, std::nullopt});
    CHECK(parse_content_range("bytes */100") == content_range{std::nullopt, std::nullopt, 100});
    CHECK(parse_content_range("bytes */0") == content_range{std::nullopt, std::nullopt, 0});
    CHECK(
        parse_content_range("bytes 5368709120-5368709121/18446744073709551615") ==
        content_range{5368709120ULL, 5368709121ULL, 18446744073709551615ULL});
}

TEST_CASE("G3: anything else is no byte range")
{
    for (char const* text :
         {"",
          "bytes",
          "bytes ",
          "bytes=0-9/10",
          "items 0-9/10",
          "bytes 0-9",
          "bytes 9-0/10",
          "bytes 0-10/10",
          "bytes 0-9/9",
          "bytes -9/10",
          "bytes 0-/10",
          "bytes 0-9/",
          "bytes 0-9/-1",
          "bytes */*",
          "bytes *",
          "bytes 0-9/10/11",
          "bytes 0-9/10, 11-12/13",
          "bytes 0x0-9/10",
          "bytes +0-9/10",
          "bytes 0 - 9/10",
          "bytes 0-9 /10",
          "bytes 0-18446744073709551616/*",
          "bytes 0-9/18446744073709551616",
          "bytes 0--9/10",
          "bytes0-9/10"})
        CHECK_MESSAGE(!parse_content_range(text), text);
}

TEST_CASE("G2: only a quoted tag without W/ is strong")
{
    for (char const* tag : {"\"\"", "\"abc\"", "\"W/abc\"", "\"a-b:c\""})
        CHECK_MESSAGE(is_strong_etag(tag), tag);
    for (char const* tag :
         {"", "\"", "abc", "W/\"abc\"", "w/\"abc\"", "\"abc", "abc\"", "\"a\"b\"", "\"a\", \"b\"", "\"a b\"",
          "\"a\r\n\""})
        CHECK_MESSAGE(!is_strong_etag(tag), tag);
}
