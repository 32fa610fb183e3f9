#include "sample.hpp"

#include <magic_hour/http/message.hpp>
#include <magic_hour/webhook/sign.hpp>
#include <magic_hour/webhook/verify.hpp>

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <string>
#include <vector>

namespace webhook = magic_hour::webhook;
using magic_hour::errc;
using magic_hour::error;
using std::chrono::seconds;
using std::chrono::system_clock;
using webhook::verify_error;

namespace
{

using outcome = boost::system::result<webhook::verified_event, verify_error>;

outcome check(
    std::string_view body, std::string_view signature, std::string_view timestamp = sample::timestamp,
    seconds age = seconds{0}, seconds tolerance = webhook::default_tolerance)
{
    system_clock::time_point const now = sample::signed_at + age;
    return webhook::verify(body, signature, timestamp, sample::secret(), now, tolerance);
}

std::string signed_at(std::string_view timestamp)
{
    return webhook::sign(sample::body, timestamp, sample::secret());
}

bool is(outcome const& o, verify_error e)
{
    return o.has_error() && o.error() == e;
}

} // namespace

TEST_CASE("W1: the reference delivery is accepted and signing gives the same digits")
{
    CHECK(webhook::sign(sample::body, sample::timestamp, sample::secret()) == sample::signature);
    CHECK(webhook::sign(sample::body, sample::signed_at, sample::secret()) == sample::signature);
    auto const accepted = check(sample::body, sample::signature);
    REQUIRE(accepted.has_value());
    CHECK(accepted->body() == sample::body);
    CHECK(accepted->timestamp() == sample::signed_at);
}

TEST_CASE("W1: hexadecimal digits may have either case")
{
    std::string upper{sample::signature};
    for (char& c : upper)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    REQUIRE(upper != sample::signature);
    CHECK(check(sample::body, upper).has_value());
    upper[0] = 'b';
    CHECK(check(sample::body, upper).has_value());
}

TEST_CASE("W1: header names have no case, in any container")
{
    std::multimap<std::string, std::string> const pairs{
        {"MAGIC-HOUR-EVENT-SIGNATURE", std::string{sample::signature}},
        {"Magic-Hour-Event-Timestamp", std::string{sample::timestamp}},
        {"Host", "example.com"}};
    std::vector<magic_hour::http::header> const fields{
        {"magic-hour-event-timestamp", std::string{sample::timestamp}},
        {"Magic-hour-Event-signature", std::string{sample::signature}}};
    auto const find = [](std::string_view name) -> std::optional<std::string_view>
    {
        if (name == "magic-hour-event-signature")
            return sample::signature;
        return name == "magic-hour-event-timestamp" ? std::optional{sample::timestamp} : std::nullopt;
    };
    CHECK(webhook::verify(sample::body, pairs, sample::secret(), sample::signed_at).has_value());
    CHECK(webhook::verify(sample::body, fields, sample::secret(), sample::signed_at).has_value());
    CHECK(webhook::verify(sample::body, find, sample::secret(), sample::signed_at).has_value());
}

TEST_CASE("W2: the bytes are signed, not the JSON they spell")
{
    std::string const body{sample::body};
    std::string spaced = body;
    spaced.insert(spaced.find(':') + 1, " ");
    std::string changed = body;
    changed[changed.find("clx123")] = 'd';
    std::array<std::string, 6> const wrong{
        spaced, changed, body + "\n", body + '\0', body.substr(0, body.size() - 1), std::string{}};
    for (std::string const& text : wrong)
    {
        CAPTURE(text);
        CHECK(is(check(text, sample::signature), verify_error::bad_signature));
    }
}

TEST_CASE("W2: every bit of a short body counts")
{
    std::string body = R"({"type":"a"})";
    std::string const signature = webhook::sign(body, sample::timestamp, sample::secret());
    REQUIRE(check(body, signature).has_value());
    for (std::size_t bit = 0; bit != 8 * body.size(); ++bit)
    {
        std::string flipped = body;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        CHECK(is(check(flipped, signature), verify_error::bad_signature));
    }
}

TEST_CASE("W3: only 64 hexadecimal digits can be a signature")
{
    std::string const right{sample::signature};
    for (std::size_t const length : {0U, 1U, 2U, 31U, 32U, 62U, 63U})
    {
        CAPTURE(length);
        CHECK(is(check(sample::body, right.substr(0, length)), verify_error::bad_signature));
        CHECK(is(check(sample::body, right.substr(64 - length)), verify_error::bad_signature));
    }
    std::string const sixty_three = right.substr(0, 63);
    std::array<std::string, 11> const wrong{
        right + "0",
        right + right,
        right + '\0',
        " " + right,
        right + "\n",
        "0x" + right.substr(2),
        "v1=" + right,
        sixty_three + "g",
        sixty_three + '\0',
        sixty_three + "\xC3",
        std::string(1 << 20, 'b')};
    for (std::string const& text : wrong)
        CHECK(is(check(sample::body, text), verify_error::bad_signature));
}

TEST_CASE("W3: every digit of the signature counts")
{
    for (std::size_t i = 0; i != sample::signature.size(); ++i)
    {
        std::string changed{sample::signature};
        changed[i] = changed[i] == '0' ? '1' : '0';
        CAPTURE(i);
        CHECK(is(check(sample::body, changed), verify_error::bad_signature));
    }
}

TEST_CASE("W4: a delivery is good for 300 seconds in both directions, the ends included")
{
    for (int const age : {-300, -1, 0, 1, 300})
        CHECK(check(sample::body, sample::signature, sample::timestamp, seconds{age}).has_value());
    for (int const age : {-1000000, -301, 301, 1000000})
    {
        auto const old = check(sample::body, sample::signature, sample::timestamp, seconds{age});
        CHECK(is(old, verify_error::stale));
    }
}

TEST_CASE("W4: an old delivery with a wrong signature has a wrong signature")
{
    std::string wrong{sample::signature};
    wrong[5] = wrong[5] == '0' ? '1' : '0';
    CHECK(is(check(sample::body, wrong, sample::timestamp, seconds{100000}), verify_error::bad_signature));
}

TEST_CASE("W4: the tolerance is what is asked for, and zero is not off")
{
    auto const aged = [](int age, int tolerance)
    { return check(sample::body, sample::signature, sample::timestamp, seconds{age}, seconds{tolerance}); };
    CHECK(aged(0, 0).has_value());
    CHECK(is(aged(1, 0), verify_error::stale));
    CHECK(is(aged(-1, 0), verify_error::stale));
    CHECK(aged(10, 10).has_value());
    CHECK(is(aged(11, 10), verify_error::stale));
    CHECK(aged(86400, 86400).has_value());
    CHECK(is(aged(0, -1), verify_error::stale));
    CHECK(check(sample::body, sample::signature, sample::timestamp, seconds{1 << 30}, seconds::max())
              .has_value());
}

TEST_CASE("W4: a part of a second does not make a delivery older")
{
    auto const now = sample::signed_at + std::chrono::milliseconds{999};
    CHECK(
        webhook::verify(sample::body, sample::signature, sample::timestamp, sample::secret(), now, seconds{0})
            .has_value());
}

TEST_CASE("W5: a timestamp is a plain count of seconds")
{
    using namespace std::string_literals;
    std::array<std::string, 14> const wrong{
        ""s,
        " 1729314984"s,
        "1729314984 "s,
        "+1729314984"s,
        "-1729314984"s,
        "1e9"s,
        "0x1"s,
        "1729314984.0"s,
        "1729314984000"s,
        "18446744073709551616"s,
        std::string(1 << 16, '9'),
        "1\0"s,
        "\0"s,
        "\xD9\xA1"s};
    for (std::string const& text : wrong)
    {
        CAPTURE(text);
        CHECK(is(check(sample::body, signed_at(text), text), verify_error::malformed));
    }
}

TEST_CASE("W5: the timestamp is signed as it is written")
{
    CHECK(check(sample::body, signed_at("01729314984"), "01729314984").has_value());
    CHECK(is(check(sample::body, sample::signature, "01729314984"), verify_error::bad_signature));
    CHECK(is(check(sample::body, signed_at("0"), "0"), verify_error::stale));
    CHECK(is(check(sample::body, signed_at("999999999999"), "999999999999"), verify_error::stale));
}

TEST_CASE("W5: clocks at the ends of time do not overflow")
{
    for (auto const now : {system_clock::time_point::min(), system_clock::time_point::max()})
        for (std::string_view const timestamp : {"0", "999999999999"})
            CHECK(
                is(webhook::verify(sample::body, signed_at(timestamp), timestamp, sample::secret(), now),
                   verify_error::stale));
}

TEST_CASE("W5: a signature header that is absent or stands there twice is malformed")
{
    using fields = std::vector<magic_hour::http::header>;
    magic_hour::http::header const signature{"Magic-Hour-Event-Signature", std::string{sample::signature}};
    magic_hour::http::header const timestamp{"Magic-Hour-Event-Timestamp", std::string{sample::timestamp}};
    std::array<fields, 6> const wrong{
        fields{},
        fields{signature},
        fields{timestamp},
        fields{signature, timestamp, signature},
        fields{timestamp, signature, timestamp},
        fields{signature, signature, timestamp, timestamp}};
    for (fields const& f : wrong)
        CHECK(is(
            webhook::verify(sample::body, f, sample::secret(), sample::signed_at), verify_error::malformed));
    fields const right{signature, timestamp};
    CHECK(webhook::verify(sample::body, right, sample::secret(), sample::signed_at).has_value());
}

TEST_CASE("W7: while a secret is replaced, deliveries signed with either are accepted")
{
    webhook::secret const fresh{"whsec_fresh"};
    std::vector<webhook::secret> const both{fresh, sample::secret()};
    std::vector<webhook::secret> const other{fresh};
    auto const with = [](std::span<webhook::secret const> secrets, std::string_view signature)
    { return webhook::verify(sample::body, signature, sample::timestamp, secrets, sample::signed_at); };
    CHECK(with(both, sample::signature).has_value());
    CHECK(with(both, webhook::sign(sample::body, sample::timestamp, fresh)).has_value());
    CHECK(is(with(other, sample::signature), verify_error::bad_signature));
    CHECK(is(with({}, sample::signature), verify_error::bad_signature));
}

TEST_CASE("W8: any bytes can be signed")
{
    using namespace std::string_literals;
    std::array<std::string, 5> const bodies{
        ""s, "\0{\0}"s, "\xFF\xFE\xC0\x80"s, "not JSON"s, std::string(10 << 20, 'x')};
    for (std::string const& body : bodies)
    {
        auto const signature = webhook::sign(body, sample::timestamp, sample::secret());
        auto const accepted = check(body, signature);
        REQUIRE(accepted.has_value());
        CHECK(accepted->body() == body);
    }
}

TEST_CASE("W: the value of a refused delivery throws the library's error")
{
    auto const stale = check(sample::body, sample::signature, sample::timestamp, seconds{301});
    try
    {
        static_cast<void>(stale.value());
        FAIL("no exception");
    }
    catch (error const& e)
    {
        CHECK(e == errc::authentication);
        CHECK(e.info().system == make_error_code(verify_error::stale));
        CHECK(std::string_view{e.what()}.find("timestamp") != std::string_view::npos);
        CHECK(std::string_view{e.what()}.find(sample::key) == std::string_view::npos);
    }
}

TEST_CASE("W: nothing but verify makes a verified event")
{
    static_assert(!std::is_default_constructible_v<webhook::verified_event>);
    static_assert(!std::is_constructible_v<webhook::verified_event, std::string>);
    static_assert(
        !std::is_constructible_v<webhook::verified_event, std::string_view, std::chrono::sys_seconds>);
    static_assert(!std::is_aggregate_v<webhook::verified_event>);
}
