#include <magic_hour/http/detail/http_date.hpp>
#include <magic_hour/http/retry.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

using magic_hour::http::parse_retry_after;
using magic_hour::http::detail::parse_http_date;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace
{
// 1994-11-06 08:49:37 UTC, the example of RFC 9110.
constexpr std::chrono::sys_seconds example{std::chrono::seconds{784111777}};
} // namespace

TEST_CASE("Retry-After in seconds, whole or not, is never shortened")
{
    std::vector<std::pair<std::string, milliseconds>> const rows{
        {"0", 0ms},         {"2", 2s},          {"  7\t", 7s},      {"0.5", 500ms}, {"1.25", 1250ms},
        {"1.0001", 1001ms}, {"1.0000", 1000ms}, {"0.9999", 1000ms}, {"007", 7s},    {"120", 120s}};
    for (auto const& [text, expected] : rows)
    {
        CAPTURE(text);
        CHECK(parse_retry_after(text, example) == expected);
    }
}

TEST_CASE("Retry-After beyond all reason is a year")
{
    for (char const* text :
         {"99999999999", "18446744073709551615", "99999999999999999999999999", "31536000", "31536000.5",
          "Fri, 31 Dec 9999 23:59:59 GMT"})
        CHECK_MESSAGE(parse_retry_after(text, example) == milliseconds{24h * 365}, text);
}

TEST_CASE("Retry-After that is no number and no date is nothing")
{
    for (std::string const& text :
         {std::string{}, std::string{" "}, std::string{"-1"}, std::string{"+1"}, std::string{"1e9"},
          std::string{"1."}, std::string{".5"}, std::string{"1.-5"}, std::string{"1.5.5"},
          std::string{"0x10"}, std::string{"1 2"}, std::string{"1,5"}, std::string{"soon"},
          std::string{"NaN"}, std::string{"1\0", 2}, std::string{"Sun, "},
          std::string{"Sun, 06 Nov 1994 08:49:37"}, std::string{"Sun, 06 Nov 1994 08:49:37 GMT+1"}})
        CHECK_MESSAGE(!parse_retry_after(text, example), text);
}

TEST_CASE("Retry-After as a date is the time until then, rounded up, never negative")
{
    auto const now = std::chrono::system_clock::time_point{example} - 1500us;
    CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now) == 2ms);
    CHECK(parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", example) == 60s);
    CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:36 GMT", example) == 0ms);
    CHECK(parse_retry_after("Thu, 01 Jan 1970 00:00:00 GMT", example) == 0ms);
    CHECK(parse_retry_after("Mon, 01 Jan 0001 00:00:00 GMT", example) == 0ms);
    auto const odd_clocks = {
        std::chrono::system_clock::time_point::max(), std::chrono::system_clock::time_point::min()};
    for (auto clock : odd_clocks)
        CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", clock));
}

TEST_CASE("the three forms of an HTTP date are one time")
{
    CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", example) == example);
    CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", example) == example);
    CHECK(parse_http_date("Sun Nov  6 08:49:37 1994", example) == example);
    CHECK(parse_http_date("Sun Nov 06 08:49:37 1994", example) == example);
    CHECK(parse_http_date("Thu, 29 Feb 2024 23:59:60 GMT", example) == std::chrono::sys_seconds{1709251199s});
}

TEST_CASE("a two-digit year is the one that is nearest")
{
    using namespace std::chrono;
    auto const in_2026 = sys_days{2026y / 11 / 21};
    auto const year_of = [&](char const* text)
    {
        auto const date = parse_http_date(text, in_2026);
        return date ? static_cast<int>(year_month_day{floor<days>(*date)}.year()) : 0;
    };
    CHECK(year_of("Sunday, 06-Nov-26 08:49:37 GMT") == 2026);
    CHECK(year_of("Sunday, 06-Nov-76 08:49:37 GMT") == 2076);
    CHECK(year_of("Sunday, 06-Nov-77 08:49:37 GMT") == 1977);
    CHECK(year_of("Sunday, 06-Nov-94 08:49:37 GMT") == 1994);
}

TEST_CASE("dates that do not exist are nothing")
{
    for (char const* text :
         {"Sun, 31 Feb 2024 00:00:00 GMT",
          "Sun, 29 Feb 2023 00:00:00 GMT",
          "Sun, 00 Nov 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 24:00:00 GMT",
          "Sun, 06 Nov 1994 08:60:37 GMT",
          "Sun, 06 Nov 1994 08:49:61 GMT",
          "Sun, 06 Foo 1994 08:49:37 GMT",
          "Foo, 06 Nov 1994 08:49:37 GMT",
          "sun, 06 nov 1994 08:49:37 gmt",
          "Sun, 6 Nov 1994 08:49:37 GMT",
          "Sun, 06 Nov 94 08:49:37 GMT",
          "Sun, 06-Nov-94 08:49:37 GMT",
          "Sun, 06 Nov 1994 08:49:37 UTC",
          "Sun, 06 Nov 1994 08:49:37 GMT ",
          "Sun Nov 6 08:49:37 1994",
          "Sun Nov  6 08:49:37 1994 GMT",
          "1994-11-06T08:49:37Z",
          "Sun, -6 Nov 1994 08:49:37 GMT",
          "Sun",
          ""})
        CHECK_MESSAGE(!parse_http_date(text, example), text);
}
