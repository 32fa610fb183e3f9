#include <magic_hour/http/detail/body_framing.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using magic_hour::errc;
using magic_hour::http::detail::body_decoder;
using magic_hour::http::detail::body_framing;
using kind = body_framing::kind;

namespace
{
struct outcome
{
    std::string body{};
    std::size_t consumed = 0;
    bool done = false;
    errc code{};
    std::string failure{};

    friend bool operator==(outcome const&, outcome const&) = default;
};

/// Feeds `in` into `d` through an output of `room` bytes; false after an error.
bool drive(body_decoder& d, std::string_view in, std::size_t room, outcome& o)
{
    std::string out(room, '\0');
    while (!in.empty() && !d.done())
    {
        auto const step = d.decode(in, out.data(), out.size());
        if (!step)
        {
            o.code = step.error().code();
            o.failure = step.error().info().message;
            CHECK(step.error().info().phase == magic_hour::phase::body);
            return false;
        }
        CHECK(step->done == d.done());
        if (step->consumed == 0 && step->produced == 0)
            break;
        o.body.append(out, 0, step->produced);
        o.consumed += step->consumed;
        in.remove_prefix(step->consumed);
    }
    return true;
}

outcome decode_in(std::vector<std::string_view> const& pieces, body_framing f, std::size_t room)
{
    body_decoder d{f};
    outcome o;
    for (std::string_view piece : pieces)
        if (!drive(d, piece, room, o))
            break;
    o.done = d.done();
    if (!o.failure.empty())
    {
        o.body.clear(); // how far it got before the fault depends on the split
        o.consumed = 0;
    }
    return o;
}

outcome decode(std::string_view in, body_framing f)
{
    outcome const whole = decode_in({in}, f, 1 << 16);
    CHECK(decode_in({in}, f, 1) == whole);
    if (in.size() > 2000)
        return whole;
    for (std::size_t split = 1; split < in.size(); ++split)
    {
        CAPTURE(split);
        CHECK(decode_in({in.substr(0, split), in.substr(split)}, f, 3) == whole);
    }
    return whole;
}

outcome decode_chunked(std::string_view in)
{
    return decode(in, {kind::chunked, 0});
}
} // namespace

TEST_CASE("a body of known length ends there and the rest is not its own")
{
    outcome const o = decode("helloHTTP/1.1", {kind::length, 5});
    CHECK(o.done);
    CHECK(o.body == "hello");
    CHECK(o.consumed == 5);
    CHECK(body_decoder{{kind::length, 0}}.done());
    CHECK(body_decoder{{kind::none, 0}}.done());
    CHECK(body_decoder{{kind::length, 0}}.length_verified());
}

TEST_CASE("H1: a body that ends before its length is cut short")
{
    body_decoder d{{kind::length, 100}};
    std::string out(100, '\0');
    CHECK(d.decode(std::string(60, 'x'), out.data(), out.size())->produced == 60);
    for (bool clean : {true, false})
    {
        auto const fault = d.finish(clean);
        REQUIRE(fault);
        CHECK(fault->code() == errc::integrity);
        CHECK(fault->info().message.find("60 of 100") != std::string::npos);
    }
    CHECK_FALSE(d.length_verified());
}

TEST_CASE("G6: a body that ends with its connection is good only when the end is clean, and never verified")
{
    for (bool clean : {true, false})
    {
        body_decoder d{{kind::until_close, 0}};
        std::string out(10, '\0');
        CHECK(d.decode("abc", out.data(), out.size())->produced == 3);
        CHECK_FALSE(d.done());
        CHECK(d.finish(clean).has_value() == !clean);
        CHECK(d.done() == clean);
        CHECK_FALSE(d.length_verified());
        CHECK(d.received() == 3);
    }
}

TEST_CASE("chunks are joined at every split, extensions and trailers are skipped")
{
    std::string const wire =
        "5\r\nhello\r\n001;a=\"b c\";d\r\n,\r\nA\r\n0123456789\r\n0\r\nX: y\r\nZ:\r\n\r\n";
    outcome const o = decode_chunked(wire + "next");
    CHECK(o.done);
    CHECK(o.body == "hello,0123456789");
    CHECK(o.consumed == wire.size());
    CHECK(decode_chunked("0\r\n\r\n").done);
    CHECK(decode_chunked("fF\r\n" + std::string(255, 'x') + "\r\n0\r\n\r\n").body.size() == 255);
}

TEST_CASE("H7: a malformed chunk is a protocol error")
{
    using namespace std::string_literals;
    for (std::string const& wire :
         {"FFFFFFFFFFFFFFFFF\r\n"s,
          "00000000000000005\r\n"s,
          "-3\r\nabc\r\n"s,
          "+3\r\nabc\r\n"s,
          "0x3\r\nabc\r\n"s,
          " 3\r\nabc\r\n"s,
          "3 \r\nabc\r\n"s,
          "\r\n"s,
          ";a\r\n"s,
          "g\r\n"s,
          "3\nabc\r\n"s,
          "3\rxabc\r\n"s,
          "3\r\nabcd\r\n"s,
          "3\r\nabc0\r\n\r\n"s,
          "3\r\nabc\n0\r\n\r\n"s,
          "3\r\nabc\r0\r\n\r\n"s,
          "3;a\nabc\r\n"s,
          "3;a\0b\r\nabc\r\n"s,
          "0\r\n\n"s,
          "0\r\nX: y\n\r\n"s,
          "0\r\nno colon\r\n\r\n"s,
          "0\r\n folded\r\n\r\n"s,
          "0\r\nX : y\r\n\r\n"s,
          "0\r\nX: a\0b\r\n\r\n"s,
          "0\n\n"s})
    {
        CAPTURE(wire);
        outcome const o = decode_chunked(wire);
        CHECK(o.code == errc::protocol);
        CHECK_FALSE(o.done);
    }
}

TEST_CASE("H7: a chunked body that is cut at any byte is never whole")
{
    std::string const wire = "5;x=1\r\nhello\r\n3\r\nabc\r\n0\r\nT: v\r\n\r\n";
    for (std::size_t cut = 0; cut < wire.size(); ++cut)
    {
        CAPTURE(cut);
        body_decoder d{{kind::chunked, 0}};
        outcome o;
        CHECK(drive(d, std::string_view{wire}.substr(0, cut), 100, o));
        CHECK_FALSE(d.done());
        for (bool clean : {true, false})
            CHECK(d.finish(clean).value() == errc::integrity);
        CHECK_FALSE(d.length_verified());
    }
}

TEST_CASE("H8: chunk extensions and trailers are limited")
{
    CHECK(decode_chunked("1;" + std::string(1 << 20, 'e') + "\r\n").code == errc::limit);
    CHECK(decode_chunked("0\r\nX: " + std::string(1 << 20, 'e')).code == errc::limit);
    std::string drip;
    for (int i = 0; i < 3000; ++i)
        drip += "1;" + std::string(30, 'e') + "\r\nx\r\n";
    CHECK(decode_chunked(drip).code == errc::limit);
    std::string trailers = "0\r\n";
    for (int i = 0; i < 20000; ++i)
        trailers += "a: b\r\n";
    CHECK(decode_chunked(trailers).code == errc::limit);
}

TEST_CASE("H8: a head that used up its limit still leaves room for the end of the chunks")
{
    body_decoder d{{kind::chunked, 0}, 0};
    char c{};
    CHECK(d.decode("1\r\nx\r\n0\r\n\r\n", &c, 1)->done);
}

TEST_CASE("plain runs may be read past the decoder")
{
    body_decoder d{{kind::chunked, 0}};
    char out[4];
    CHECK(d.plain_run() == 0);
    CHECK(d.decode("10\r\nab", out, 2)->consumed == 6);
    CHECK(d.plain_run() == 14);
    d.took(14);
    CHECK(d.plain_run() == 0);
    CHECK(d.decode("\r\n0\r\n\r\n", nullptr, 0)->done);
    CHECK(d.received() == 16);

    body_decoder fixed{{kind::length, 5'000'000'000}};
    fixed.took(4'999'999'999);
    CHECK(fixed.plain_run() == 1);
    fixed.took(1);
    CHECK(fixed.length_verified());

    body_decoder endless{{kind::until_close, 0}};
    endless.took(10);
    CHECK(endless.plain_run() == UINT64_MAX);
}

TEST_CASE("without room for the body nothing of it is lost")
{
    body_decoder d{{kind::chunked, 0}};
    auto const step = d.decode("3\r\nabc", nullptr, 0);
    CHECK(step->consumed == 3);
    CHECK(step->produced == 0);
    CHECK_FALSE(step->done);
}
