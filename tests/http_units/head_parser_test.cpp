#include <magic_hour/http/detail/head_parser.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace http = magic_hour::http;
using http::detail::body_framing;
using http::detail::head_parser;
using magic_hour::errc;
using state = head_parser::state;
using kind = body_framing::kind;

namespace
{
/// All that a parser makes of a text, to be compared between splits.
struct outcome
{
    state end = state::need_more;
    std::size_t consumed = 0;
    int status = 0;
    std::string headers{};
    body_framing framing{};
    bool keep_alive = false;
    std::string failure{};
    errc code{};

    friend bool operator==(outcome const&, outcome const&) = default;
};

outcome look_at(head_parser& p, std::size_t consumed, state end)
{
    outcome o;
    o.end = end;
    if (end == state::failed)
    {
        o.failure = p.failure().info().message;
        o.code = p.failure().code();
        CHECK(p.failure().info().phase == magic_hour::phase::response);
    }
    if (end != state::done)
        return o;
    o.consumed = consumed;
    o.status = p.head().status;
    for (auto const& h : p.head().headers)
        o.headers += h.name + '=' + h.value + ';';
    o.framing = p.framing();
    o.keep_alive = p.keep_alive();
    return o;
}

outcome parse_in(std::vector<std::string_view> const& pieces, head_parser p = head_parser{})
{
    std::size_t consumed = 0;
    state end = state::need_more;
    for (std::string_view piece : pieces)
    {
        if (end != state::need_more)
            break;
        end = p.feed(piece);
        consumed += p.consumed();
    }
    return look_at(p, consumed, end);
}

outcome parse(std::string_view text)
{
    outcome const whole = parse_in({text});
    if (text.size() > 2000)
        return whole;
    for (std::size_t split = 1; split < text.size(); ++split)
    {
        CAPTURE(split);
        CHECK(parse_in({text.substr(0, split), text.substr(split)}) == whole);
    }
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < text.size(); ++i)
        bytes.push_back(text.substr(i, 1));
    CHECK(parse_in(bytes) == whole);
    return whole;
}

outcome parse_headers(std::string const& headers)
{
    return parse("HTTP/1.1 200 OK\r\n" + headers + "\r\n");
}

void check_protocol(std::string_view text)
{
    CAPTURE(text);
    outcome const o = parse(text);
    CHECK(o.end == state::failed);
    CHECK(o.code == errc::protocol);
    CHECK_FALSE(o.failure.empty());
}
} // namespace

TEST_CASE("a head gives status, headers, framing and leaves the body alone, at every split")
{
    std::string const head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: \t b c \t\r\nEmpty:\r\n\r\n";
    outcome const o = parse(head + "hello");
    CHECK(o.end == state::done);
    CHECK(o.status == 200);
    CHECK(o.consumed == head.size());
    CHECK(o.headers == "Content-Length=5;X-A=b c;Empty=;");
    CHECK(o.framing == body_framing{kind::length, 5});
    CHECK(o.keep_alive);
}

TEST_CASE("the framing follows from status and headers")
{
    CHECK(parse_headers("Content-Length: 0\r\n").framing == body_framing{kind::length, 0});
    CHECK(
        parse_headers("Content-Length: 5\r\nContent-Length: 5\r\n").framing == body_framing{kind::length, 5});
    CHECK(
        parse_headers("Content-Length: 18446744073709551615\r\n").framing.length == 18446744073709551615ULL);
    CHECK(parse_headers("transfer-encoding: CHUNKED\r\n").framing.what == kind::chunked);
    outcome const endless = parse_headers("");
    CHECK(endless.framing.what == kind::until_close);
    CHECK_FALSE(endless.keep_alive);
    CHECK(parse("HTTP/1.1 204 No Content\r\n\r\n").framing.what == kind::none);
    CHECK(parse("HTTP/1.1 304 x\r\nContent-Length: 7\r\n\r\n").framing.what == kind::none);
}

TEST_CASE("H12: an answer that ends its connection says so")
{
    CHECK_FALSE(parse("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n").keep_alive);
    CHECK_FALSE(parse_headers("Content-Length: 1\r\nConnection: close\r\n").keep_alive);
    CHECK_FALSE(parse_headers("Content-Length: 1\r\nConnection: x, Close\r\n").keep_alive);
    CHECK_FALSE(
        parse_headers("Content-Length: 1\r\nConnection: keep-alive\r\nConnection: close\r\n").keep_alive);
    CHECK(parse_headers("Content-Length: 1\r\nConnection: keep-alive\r\n").keep_alive);
    CHECK(parse_headers("Content-Length: 1\r\nConnection: closed\r\n").keep_alive);
    CHECK(parse("HTTP/1.1 204 x\r\n\r\n").keep_alive);
    CHECK(parse("HTTP/1.1 304 x\r\nContent-Length: 7\r\n\r\n").keep_alive);
    CHECK_FALSE(parse("HTTP/1.1 204 x\r\nContent-Length: 7\r\n\r\n").keep_alive);
    CHECK_FALSE(parse("HTTP/1.1 204 x\r\nTransfer-Encoding: chunked\r\n\r\n").keep_alive);
}

TEST_CASE("H3: a content length that is not one number is a protocol error")
{
    for (char const* value :
         {"-5", "+5", "0x5", "", "5,6", "5, 5", "18446744073709551616", "5 5", "5a", "1e3", "5.0",
          "99999999999999999999999"})
        check_protocol("HTTP/1.1 200 OK\r\nContent-Length: " + std::string{value} + "\r\n\r\n");
    check_protocol("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\n");
    check_protocol("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: \r\n\r\n");
    check_protocol("HTTP/1.1 204 OK\r\nContent-Length: -5\r\n\r\n");
}

TEST_CASE("H4: two ways to find the end of a body are a protocol error")
{
    for (char const* coding : {"chunked", "identity", "gzip"})
        for (bool length_first : {true, false})
        {
            std::string const te = "Transfer-Encoding: " + std::string{coding} + "\r\n";
            std::string const cl = "Content-Length: 5\r\n";
            check_protocol("HTTP/1.1 200 OK\r\n" + (length_first ? cl + te : te + cl) + "\r\n");
        }
}

TEST_CASE("H4: a transfer coding other than exactly chunked is a protocol error")
{
    for (char const* value :
         {"gzip", "identity", "gzip, chunked", "chunked, chunked", "chunked;x=1", "", "xchunked", "chunked,"})
        check_protocol("HTTP/1.1 200 OK\r\nTransfer-Encoding: " + std::string{value} + "\r\n\r\n");
    check_protocol("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n");
    check_protocol("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n");
    check_protocol("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST_CASE("H8: heads are limited, and a large one below the limit is accepted")
{
    std::string many;
    for (int i = 0; i < 1000; ++i)
        many += "X-Header-" + std::to_string(i) + ": value\r\n";
    REQUIRE(many.size() > 20000);
    CHECK(parse_headers(many + "Content-Length: 0\r\n").end == state::done);
    CHECK(parse_headers("X: " + std::string(60000, 'x') + "\r\n").end == state::done);
    CHECK(parse_headers("X: " + std::string(65 * 1024, 'x') + "\r\n").code == errc::limit);
    CHECK(parse("HTTP/1.1 200 OK\r\nX: " + std::string(1 << 20, 'x')).code == errc::limit);
    CHECK(parse("HTTP/1.1 200 " + std::string(1 << 20, 'x')).code == errc::limit);

    head_parser endless;
    CHECK(endless.feed("HTTP/1.1 200 OK\r\n") == state::need_more);
    std::size_t sent = 0;
    while (endless.feed("a: b\r\n") == state::need_more && sent < 1000000)
        sent += 6;
    CHECK(endless.failure().code() == errc::limit);
    CHECK(sent <= 64 * 1024);
}

TEST_CASE("H8: the limit is the same at every split")
{
    std::string const text = "HTTP/1.1 200 OK\r\nX: 12345\r\n\r\n";
    auto const under = [&](std::size_t limit, std::size_t split)
    {
        return parse_in(
            {std::string_view{text}.substr(0, split), std::string_view{text}.substr(split)},
            head_parser{head_parser::answer_to::request, limit});
    };
    for (std::size_t limit = 1; limit <= text.size(); ++limit)
        for (std::size_t split = 0; split <= text.size(); ++split)
        {
            CAPTURE(limit);
            CAPTURE(split);
            CHECK(under(limit, split).end == (limit < text.size() ? state::failed : state::done));
        }
}

TEST_CASE("H9: what is not exactly HTTP/1.0 or 1.1 is a protocol error")
{
    using namespace std::string_literals;
    for (std::string const& text :
         {"HTTP/1.1 200 OK\r\nno colon\r\n\r\n"s,
          "HTTP/1.1 200 OK\r\nA : b\r\n\r\n"s,
          "HTTP/1.1 200 OK\r\nA\t: b\r\n\r\n"s,
          "HTTP/1.1 200 OK\r\n: b\r\n\r\n"s,
          "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n"s,
          "HTTP/1.1 200 OK\r\n A: b\r\n\r\n"s,
          "HTTP/1.1 200 OK\r\nA: b\r\n\tc\r\n\r\n"s,
          "HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n"s,
          "HTTP/1.1 200 OK\r\nA\0: b\r\n\r\n"s,
          "HTTP/1.1 200 O\0K\r\n\r\n"s,
          "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n"s,
          "HTTP/1.1 200 OK\r\nA: b\r\r\n\r\n"s,
          "HTTP/1.1 200 OK\nA: b\n\n"s,
          "HTTP/1.1 200 OK\r\nA: b\n\r\n"s,
          "HTTP/1.1 200 OK\r\nA: b\r\n\n"s,
          "HTTP/1.1 200 OK\r\nA\xC3\xA9: b\r\n\r\n"s,
          "HTTP/1.1 200 OK\r\nA(: b\r\n\r\n"s,
          "HTTP/1.1 200\tOK\r\n\r\n"s,
          "HTTP/1.1  200 OK\r\n\r\n"s,
          "HTTP/1.1 200OK\r\n\r\n"s,
          "HTTP/1.1 20 OK\r\n\r\n"s,
          "HTTP/1.1 2000 OK\r\n\r\n"s,
          "HTTP/1.1 000 OK\r\n\r\n"s,
          "HTTP/1.1 099 OK\r\n\r\n"s,
          "HTTP/1.1 600 OK\r\n\r\n"s,
          "HTTP/1.1 999 OK\r\n\r\n"s,
          "HTTP/1.1 -20 OK\r\n\r\n"s,
          "HTTP/1.1 2x0 OK\r\n\r\n"s,
          "HTTP/1.1\r\n\r\n"s,
          "HTTP/1.1 \r\n\r\n"s,
          "HTTP/1.2 200 OK\r\n\r\n"s,
          "HTTP/1.10 200 OK\r\n\r\n"s,
          "HTTP/2 200\r\n\r\n"s,
          "HTTP/2.0 200 OK\r\n\r\n"s,
          "HTTP/0.9 200 OK\r\n\r\n"s,
          "http/1.1 200 OK\r\n\r\n"s,
          "HTTP/1. 200 OK\r\n\r\n"s,
          "ICY 200 OK\r\n\r\n"s,
          "<html>"s,
          "\r\nHTTP/1.1 200 OK\r\n\r\n"s,
          "\0\0\x12\x04\0\0\0\0\0"s,
          "SSH-2.0-x"s,
          "H\n"s})
        check_protocol(text);
}

TEST_CASE("H9: what is not HTTP is known from its first byte")
{
    for (char const* text : {"<", "S", "\r", "HTTP/2", "h"})
    {
        head_parser p;
        CHECK_MESSAGE(p.feed(text) == state::failed, text);
    }
}

TEST_CASE("a status line may lack its reason")
{
    CHECK(parse("HTTP/1.1 200\r\n\r\n").status == 200);
    CHECK(parse("HTTP/1.1 599 \r\n\r\n").status == 599);
    CHECK(parse("HTTP/1.1 404 Caf\xC3\xA9 not found\r\n\r\n").status == 404);
}

TEST_CASE("H11: interim answers are skipped, but not for ever")
{
    std::string const final = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
    std::string const interim =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\nContent-Length: 9\r\n\r\n";
    outcome const o = parse(interim + final + "ok");
    CHECK(o.status == 200);
    CHECK(o.headers == "Content-Length=2;");
    CHECK(o.framing.length == 2);
    CHECK(o.consumed == interim.size() + final.size());

    std::string eight;
    for (int i = 0; i < 8; ++i)
        eight += "HTTP/1.1 100 Continue\r\n\r\n";
    CHECK(parse(eight + final).status == 200);
    check_protocol(eight + "HTTP/1.1 100 Continue\r\n\r\n" + final);
    check_protocol("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
}

TEST_CASE("a proxy's answer to CONNECT has no body when it opens the tunnel")
{
    auto const answer = [](std::string_view text)
    { return parse_in({text}, head_parser{head_parser::answer_to::connect}); };
    outcome const opened = answer("HTTP/1.1 200 Connection established\r\nContent-Length: 5\r\n\r\n");
    CHECK(opened.end == state::done);
    CHECK(opened.framing.what == kind::none);
    CHECK(answer("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").end == state::done);
    CHECK(answer("HTTP/1.1 407 x\r\nContent-Length: 5\r\n\r\n").framing.length == 5);
}

TEST_CASE("an end before a head's end is told from an end before any answer")
{
    head_parser p;
    CHECK_FALSE(p.got_some());
    CHECK(p.failure_at_eof().code() == errc::connection);
    CHECK(p.feed("HTTP/1.1 200 OK\r\n") == state::need_more);
    CHECK(p.got_some());
    CHECK(p.failure_at_eof().code() == errc::protocol);
}
