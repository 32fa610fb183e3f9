#include "bench.hpp"

using namespace faults;

namespace
{

struct bad_answer
{
    char const* what;
    std::string wire;
    mh::errc code = mh::errc::protocol;
};

std::string with_length(std::string const& value, std::string const& body = project)
{
    return "HTTP/1.1 200 OK\r\nContent-Length: " + value + "\r\n\r\n" + body;
}

std::string chunked(std::string const& chunks)
{
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;
}

/// Neither a GET nor a create takes this for an answer; the create is sent once.
void is_never_a_success(bad_answer const& bad)
{
    CAPTURE(bad.what);
    CAPTURE(bad.wire.substr(0, 200));
    {
        bench f;
        f.server.otherwise(once(bad.wire));
        f.must_stay_unknown(f.create(), bad.code);
    }
    bench f;
    f.server.otherwise(once(bad.wire));
    auto const got = f.get();
    CHECK(f.code_of(got) == bad.code);
    bool const may_differ_next_time = bad.code != mh::errc::limit && bad.code != mh::errc::decode;
    CHECK(f.server.request_count() == (may_differ_next_time ? 2 : 1));
}

} // namespace

TEST_CASE("H2: an answer longer than the limit is refused at its head")
{
    for (std::string const length : {"9223372036854775808", "18446744073709551615", "1073741824", "1048577"})
    {
        auto const before = support::resident_memory();
        is_never_a_success({"length", with_length(length), mh::errc::limit});
        CHECK(support::resident_memory() < before + (64 << 20));
    }
}

TEST_CASE("H2: chunks that add up to more than the limit are refused at the limit")
{
    std::string const chunk = "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
    std::string body;
    for (int i = 0; i < 17; ++i)
        body += chunk;
    is_never_a_success({"chunks", chunked(body + "0\r\n\r\n"), mh::errc::limit});
}

TEST_CASE("H3: a content length that is not one number is a protocol error")
{
    bad_answer const all[] = {
        {"negative", with_length("-5")},
        {"signed", with_length("+5")},
        {"hexadecimal", with_length("0x5")},
        {"empty", with_length("")},
        {"a list", with_length("5,6")},
        {"too large for any integer", with_length("18446744073709551616")},
        {"two that differ", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde"}};
    for (bad_answer const& each : all)
        is_never_a_success(each);
}

TEST_CASE("H4: a transfer encoding beside a content length, or an unknown one, is a protocol error")
{
    std::string const chunks = "a\r\n0123456789\r\n0\r\n\r\n";
    std::string const start = "HTTP/1.1 200 OK\r\n";
    bad_answer const all[] = {
        {"TE first", start + "Transfer-Encoding: chunked\r\nContent-Length: 20\r\n\r\n" + chunks},
        {"CL first", start + "Content-Length: 20\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks},
        {"identity", start + "Transfer-Encoding: identity\r\nContent-Length: 20\r\n\r\n" + chunks},
        {"gzip", start + "Transfer-Encoding: gzip\r\nContent-Length: 20\r\n\r\n" + chunks},
        {"gzip, chunked", start + "Transfer-Encoding: gzip, chunked\r\n\r\n" + chunks},
        {"chunked twice",
         start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks}};
    for (bad_answer const& each : all)
        is_never_a_success(each);
}

TEST_CASE("H6: an answer that came compressed though nobody asked for it is no JSON")
{
    std::string const gzip{"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\x56\x2a\x2d\x4e\x2d\x02\x00", 18};
    for (std::string const coding : {"gzip", "br", "deflate"})
        is_never_a_success(
            {"coding", json_answer(200, gzip, "Content-Encoding: " + coding + "\r\n"), mh::errc::decode});
    bench f;
    f.server.otherwise(always(json_answer(200, project)));
    CHECK(ok(f.get()));
    CHECK(f.server.requests().at(0).head.header("Accept-Encoding") == "identity");
}

TEST_CASE("H7: a malformed chunk is a protocol error")
{
    bad_answer const all[] = {
        {"a size of 68 bits", chunked("FFFFFFFFFFFFFFFFF\r\n" + project)},
        {"a negative size", chunked("-3\r\nabc\r\n0\r\n\r\n")},
        {"a prefixed size", chunked("0x3\r\nabc\r\n0\r\n\r\n")},
        {"no size", chunked("\r\nabc\r\n0\r\n\r\n")},
        {"no line end behind the data", chunked("3\r\nabc0\r\n\r\n")},
        {"line feeds only", chunked("3\nabc\n0\n\n")},
        {"a size of blanks", chunked("  \r\nabc\r\n0\r\n\r\n")}};
    for (bad_answer const& each : all)
        is_never_a_success(each);
    is_never_a_success({"no last chunk", chunked("3\r\nabc\r\n"), mh::errc::integrity});
    is_never_a_success({"a size the limit forbids", chunked("FFFFFFFFFFFFFFFF\r\nabc"), mh::errc::integrity});
}

TEST_CASE("H7: a chunked answer that is cut at any byte is never a success")
{
    std::string const whole = chunked(
        "5;ext=1\r\n" + created.substr(0, 5) + "\r\n" + "1d\r\n" + created.substr(5) +
        "\r\n0\r\nX-Trailer: t\r\n\r\n");
    REQUIRE(created.size() == 5 + 0x1d);
    bench f;
    f.options.retry.max_attempts = 1;
    for (std::size_t k = 0; k <= whole.size(); ++k)
        f.server.next(once(whole.substr(0, k)));
    mh::resource<mh::ai_image_generator> const images{f.session()};
    mh::ai_image_generator::request const request = fixture::picture();
    for (std::size_t k = 0; k <= whole.size(); ++k)
    {
        CAPTURE(k);
        auto const outcome = f.run(images.create(request, mh::as_result));
        CHECK(outcome.has_value() == (k == whole.size()));
        if (!outcome)
            CHECK(f.code_of(outcome) == mh::errc::outcome_unknown);
    }
    CHECK(f.server.request_count() == whole.size() + 1);
}

TEST_CASE("H8: a head beyond 64 KiB ends at the limit, whatever it is made of")
{
    std::string many = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 4000; ++i)
        many += "X-Header-" + std::to_string(i) + ": some value\r\n";
    bad_answer const all[] = {
        {"endless lines", many, mh::errc::limit},
        {"one long line", "HTTP/1.1 200 OK\r\nX-Long: " + std::string(65 << 10, 'a') + "\r\n",
         mh::errc::limit},
        {"a long chunk extension", chunked("5;" + std::string(1 << 20, 'e') + "\r\nabcde\r\n0\r\n\r\n"),
         mh::errc::limit},
        {"long trailers", chunked("2\r\n{}\r\n0\r\nX-Trailer: " + std::string(65 << 10, 't') + "\r\n\r\n"),
         mh::errc::limit}};
    for (bad_answer const& each : all)
        is_never_a_success(each);
}

TEST_CASE("H8: 20 KiB of header lines are accepted")
{
    std::string lines;
    for (int i = 0; i < 20; ++i)
        lines += "X-Header-" + std::to_string(i) + ": " + std::string(1000, 'v') + "\r\n";
    bench f;
    f.server.otherwise(always(json_answer(200, created, lines)));
    auto const outcome = f.create();
    REQUIRE(ok(outcome));
    CHECK(outcome->id == "job-1");
    CHECK(f.server.request_count() == 1);
}

TEST_CASE("H9: what is not an HTTP/1 answer is a protocol error")
{
    using namespace std::string_literals;
    std::string const rest = "\r\nContent-Length: 2\r\n\r\n{}";
    bad_answer const all[] = {
        {"a NUL in a value", "HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\n{}"s},
        {"a NUL in the reason", "HTTP/1.1 200 O\0K"s + rest},
        {"a bare CR", "HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 2\r\n\r\n{}"},
        {"a bare LF", "HTTP/1.1 200 OK\nContent-Length: 2\n\n{}"},
        {"no colon", "HTTP/1.1 200 OK\r\nNothing" + rest},
        {"a space before the colon", "HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n{}"},
        {"a folded line", "HTTP/1.1 200 OK\r\nX: a\r\n b" + rest},
        {"HTTP/2 settings", "\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64"s},
        {"ICY", "ICY 200 OK" + rest},
        {"a page", "<html><body>hello</body></html>"},
        {"HTTP/2 in text", "HTTP/2 200 OK" + rest},
        {"HTTP/0.9", "HTTP/0.9 200 OK" + rest},
        {"status 20", "HTTP/1.1 20 OK" + rest},
        {"status 2000", "HTTP/1.1 2000 OK" + rest},
        {"status 000", "HTTP/1.1 000 OK" + rest},
        {"status 999", "HTTP/1.1 999 OK" + rest},
        {"status 2x0", "HTTP/1.1 2x0 OK" + rest}};
    for (bad_answer const& each : all)
        is_never_a_success(each);
}
