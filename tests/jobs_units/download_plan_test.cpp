#include <magic_hour/jobs/download_plan.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace magic_hour;
using namespace magic_hour::jobs;
using namespace std::chrono_literals;
using step = download_plan::step;

namespace
{
constexpr std::string_view tag = "\"v1\"";

http::url here()
{
    return *http::parse_url("https://videos.example.com/o/out.mp4?sig=abc");
}

http::response_head
head(int status, std::vector<http::header> headers, std::optional<std::uint64_t> length = {})
{
    http::response_head made;
    made.status = status;
    made.headers = std::move(headers);
    made.content_length = length;
    return made;
}

http::response_head whole(std::uint64_t length, std::string_view etag = tag)
{
    return head(200, {{"ETag", std::string{etag}}, {"Content-Type", "video/mp4"}}, length);
}

http::response_head
part(std::string range, std::optional<std::uint64_t> length = {}, std::string_view etag = tag)
{
    return head(206, {{"Content-Range", std::move(range)}, {"ETag", std::string{etag}}}, length);
}

error broken(errc code = errc::connection)
{
    return error{code, "cut"};
}

/// A plan that has 600 of 1000 bytes and lost its connection.
download_plan cut_at_600(download_limits limits = {})
{
    download_plan plan{here(), limits};
    REQUIRE(plan.on_head(whole(1000)) == step::read_from_start);
    REQUIRE(plan.on_bytes(600, 1ms) == step::read_on);
    REQUIRE(plan.on_failure(broken()) == step::send_again);
    return plan;
}
} // namespace

TEST_CASE("a file that arrives whole is finished and verified")
{
    download_plan plan{here(), {}};
    CHECK(plan.headers().empty());
    CHECK(plan.on_head(whole(1000)) == step::read_from_start);
    CHECK(plan.on_bytes(1000, 1ms) == step::read_on);
    CHECK(plan.on_end(true) == step::finished);
    CHECK(plan.length_verified());
    CHECK(plan.received() == 1000);
}

TEST_CASE("G1: a cut transfer goes on under a strong tag with Range and If-Range")
{
    auto plan = cut_at_600();
    auto const headers = plan.headers();
    REQUIRE(headers.size() == 2);
    CHECK(headers[0].name == "Range");
    CHECK(headers[0].value == "bytes=600-");
    CHECK(headers[1].name == "If-Range");
    CHECK(headers[1].value == tag);
    CHECK(plan.pause(0.9) == duration::zero());
    CHECK(plan.on_head(part("bytes 600-999/1000", 400)) == step::read_on);
    CHECK(plan.on_bytes(400, 1ms) == step::read_on);
    CHECK(plan.on_end(true) == step::finished);
}

TEST_CASE("G1: without a strong tag a cut transfer starts again")
{
    for (std::string_view const etag : {"", "W/\"v1\"", "v1"})
    {
        download_plan plan{here(), {}};
        REQUIRE(plan.on_head(whole(1000, etag)) == step::read_from_start);
        REQUIRE(plan.on_bytes(600, 1ms) == step::read_on);
        CHECK(plan.on_failure(broken()) == step::send_again);
        CHECK(plan.headers().empty());
        CHECK(plan.on_head(whole(1000, etag)) == step::read_from_start);
        CHECK(plan.received() == 0);
    }
}

TEST_CASE("G2: an ignored Range starts the file again")
{
    auto plan = cut_at_600();
    CHECK(plan.on_head(whole(1200, "\"v2\"")) == step::read_from_start);
    CHECK(plan.received() == 0);
    CHECK(plan.total() == 1200U);
    REQUIRE(plan.on_bytes(600, 1ms) == step::read_on);
    REQUIRE(plan.on_failure(broken()) == step::send_again);
    CHECK(plan.headers()[1].value == "\"v2\"");
}

TEST_CASE("G3: a part that is not what was asked for is discarded once, then it is an integrity error")
{
    std::vector<http::response_head> const doubtful{
        part("bytes 500-999/1000"),
        part("bytes 600-1100/1101"),
        head(206, {}),
        part("bytes 0-0/1"),
        head(206, {{"Content-Type", "multipart/byteranges; boundary=x"}}),
        part("bytes 600-999/1000", 400, "\"v2\""),
        part("bytes 600-999/1000", 399),
    };
    for (auto const& bad : doubtful)
    {
        auto plan = cut_at_600();
        CHECK(plan.on_head(bad) == step::send_again);
        CHECK(plan.received() == 0);
        CHECK(plan.headers().empty());
        REQUIRE(plan.on_head(whole(1000)) == step::read_from_start);
        REQUIRE(plan.on_bytes(600, 1ms) == step::read_on);
        REQUIRE(plan.on_failure(broken()) == step::send_again);
        CHECK(plan.on_head(bad) == step::failed);
        CHECK(plan.failure() == errc::integrity);
    }
}

TEST_CASE("G3: a part that was not asked for is doubtful too")
{
    download_plan plan{here(), {}};
    CHECK(plan.on_head(part("bytes 0-999/1000")) == step::send_again);
    CHECK(plan.on_head(part("bytes 0-999/1000")) == step::failed);
    CHECK(plan.failure() == errc::integrity);
}

TEST_CASE("a server that answers with less than the rest is asked for the next part")
{
    auto plan = cut_at_600();
    CHECK(plan.on_head(part("bytes 600-799/1000", 200)) == step::read_on);
    CHECK(plan.on_bytes(200, 1ms) == step::read_on);
    CHECK(plan.on_end(true) == step::send_again);
    CHECK(plan.headers()[0].value == "bytes=800-");
}

TEST_CASE("G4: 416 means complete only when everything is here")
{
    auto plan = cut_at_600();
    CHECK(plan.on_head(head(416, {{"Content-Range", "bytes */600"}})) == step::send_again);
    CHECK(plan.received() == 0);

    download_plan complete{here(), {}};
    REQUIRE(complete.on_head(whole(1000)) == step::read_from_start);
    REQUIRE(complete.on_bytes(1000, 1ms) == step::read_on);
    REQUIRE(complete.on_failure(broken()) == step::send_again); // broke after the last byte
    CHECK(complete.on_head(head(416, {{"Content-Range", "bytes */1000"}})) == step::finished);
    CHECK(complete.length_verified());
}

TEST_CASE("G6: without a length the end must be marked, or the result says that it was not")
{
    download_plan chunked{here(), {}};
    CHECK(chunked.on_head(head(200, {{"Transfer-Encoding", "chunked"}})) == step::read_from_start);
    CHECK(chunked.on_bytes(10, 1ms) == step::read_on);
    CHECK(chunked.on_end(true) == step::finished);
    CHECK(chunked.length_verified());

    download_plan to_the_end{here(), {}};
    CHECK(to_the_end.on_head(head(200, {})) == step::read_from_start);
    CHECK(to_the_end.on_bytes(10, 1ms) == step::read_on);
    CHECK(to_the_end.on_end(false) == step::finished);
    CHECK_FALSE(to_the_end.length_verified());

    download_plan cut{here(), {}};
    CHECK(cut.on_head(head(200, {})) == step::read_from_start);
    CHECK(cut.on_bytes(10, 1ms) == step::read_on);
    CHECK(cut.on_failure(broken(errc::integrity)) == step::failed);
    CHECK(cut.failure() == errc::integrity);
}

TEST_CASE("G7: too large, empty or a web page: refused before anything is written")
{
    download_limits limits;
    limits.max_bytes = 999;
    download_plan declared{here(), limits};
    CHECK(declared.on_head(whole(1000)) == step::failed);
    CHECK(declared.failure() == errc::limit);

    download_plan undeclared{here(), limits};
    CHECK(undeclared.on_head(head(200, {{"Transfer-Encoding", "chunked"}})) == step::read_from_start);
    CHECK(undeclared.on_bytes(999, 1ms) == step::read_on);
    CHECK(undeclared.on_bytes(1, 1ms) == step::failed);
    CHECK(undeclared.failure() == errc::limit);

    download_plan empty{here(), {}};
    CHECK(empty.on_head(whole(0)) == step::failed);
    CHECK(empty.failure() == errc::integrity);

    download_plan nothing{here(), {}};
    CHECK(nothing.on_head(head(200, {{"Transfer-Encoding", "chunked"}})) == step::read_from_start);
    CHECK(nothing.on_end(true) == step::failed);
    CHECK(nothing.failure() == errc::integrity);

    download_plan page{here(), {}};
    CHECK(page.on_head(head(200, {{"content-type", "text/html; charset=utf-8"}}, 50)) == step::failed);
    CHECK(page.failure() == errc::integrity);

    download_plan packed{here(), {}};
    CHECK(packed.on_head(head(200, {{"Content-Encoding", "gzip"}}, 50)) == step::failed);
    CHECK(packed.failure() == errc::integrity);
}

TEST_CASE("a server that sends more than it announced is not believed")
{
    download_plan plan{here(), {}};
    REQUIRE(plan.on_head(whole(10)) == step::read_from_start);
    CHECK(plan.on_bytes(11, 1ms) == step::failed);
    CHECK(plan.failure() == errc::integrity);
}

TEST_CASE("G8: an expired URL is renewed at most twice, and the transfer goes on where it was")
{
    auto plan = cut_at_600();
    CHECK(plan.on_head(head(403, {}, 20)) == step::renew_url);
    CHECK(plan.on_renewed(*http::parse_url("https://video.example.org/new.mp4?sig=2")) == step::send_again);
    CHECK(plan.target().host == "video.example.org");
    CHECK(plan.headers()[0].value == "bytes=600-");
    CHECK(plan.on_head(head(410, {})) == step::renew_url);
    CHECK(plan.on_renewed(here()) == step::send_again);
    CHECK(plan.on_head(head(403, {})) == step::failed);
    CHECK(plan.failure() == errc::expired);
    CHECK(plan.failure()->http_status == 403);
    CHECK(plan.failure()->phase == phase::download);
}

TEST_CASE("G8: nobody to ask for a fresh URL means expired at once")
{
    download_limits limits;
    limits.can_renew = false;
    download_plan plan{here(), limits};
    CHECK(plan.on_head(head(403, {})) == step::failed);
    CHECK(plan.failure() == errc::expired);
}

TEST_CASE("G9: five resumes without progress, then the last failure is the result")
{
    auto plan = cut_at_600();
    for (int i = 0; i < 4; ++i)
    {
        CHECK(plan.on_head(part("bytes 600-999/1000", 400)) == step::read_on);
        CHECK(plan.on_failure(broken(errc::connection)) == step::send_again);
        CHECK(plan.pause(0.999) > duration::zero());
    }
    CHECK(plan.on_head(part("bytes 600-999/1000", 400)) == step::read_on);
    CHECK(plan.on_failure(broken(errc::timeout)) == step::failed);
    CHECK(plan.failure() == errc::timeout);
}

TEST_CASE("G9: receiving again what was there before is no progress")
{
    download_plan plan{here(), {}};
    auto last = step::send_again;
    int requests = 0;
    while (last == step::send_again)
    {
        ++requests;
        REQUIRE(plan.on_head(whole(1000, "")) == step::read_from_start);
        REQUIRE(plan.on_bytes(500, 1ms) == step::read_on);
        last = plan.on_failure(broken());
    }
    CHECK(last == step::failed);
    CHECK(requests == 6);
}

TEST_CASE("progress gives a transfer new patience")
{
    auto plan = cut_at_600();
    for (std::uint64_t at = 600; at < 700; ++at)
    {
        REQUIRE(plan.on_head(part("bytes " + std::to_string(at) + "-999/1000")) == step::read_on);
        REQUIRE(plan.on_bytes(1, 1ms) == step::read_on);
        REQUIRE(plan.on_failure(broken()) == step::send_again);
    }
}

TEST_CASE("G10: less than a byte a second for 20 s is a stall")
{
    download_plan plan{here(), {}};
    REQUIRE(plan.on_head(whole(1000)) == step::read_from_start);
    CHECK(plan.on_bytes(1, 10s) == step::read_on);
    CHECK(plan.on_bytes(1, 10s) == step::send_again);
    CHECK(plan.headers()[0].value == "bytes=2-");
    REQUIRE(plan.on_head(part("bytes 2-999/1000")) == step::read_on);
    CHECK(plan.on_bytes(30, 25s) == step::read_on);
}

TEST_CASE("G12: sizes beyond 32 bits are counted")
{
    constexpr std::uint64_t size = 5ULL << 30;
    download_plan plan{here(), {}};
    REQUIRE(plan.on_head(whole(size)) == step::read_from_start);
    REQUIRE(plan.on_bytes(size - 1, 1ms) == step::read_on);
    REQUIRE(plan.on_failure(broken()) == step::send_again);
    CHECK(plan.headers()[0].value == "bytes=5368709119-");
    REQUIRE(plan.on_head(part("bytes 5368709119-5368709119/5368709120", 1)) == step::read_on);
    REQUIRE(plan.on_bytes(1, 1ms) == step::read_on);
    CHECK(plan.on_end(true) == step::finished);
}

TEST_CASE("R3: five redirects are followed, the sixth is one too many")
{
    download_plan plan{here(), {}};
    for (int hop = 1; hop <= 5; ++hop)
    {
        auto const host = "h" + std::to_string(hop) + ".example.com";
        CHECK(plan.on_head(head(302, {{"Location", "https://" + host + "/x"}})) == step::send_again);
        CHECK(plan.target().host == host);
        CHECK(plan.pause(0.9) == duration::zero());
    }
    CHECK(plan.on_head(head(302, {{"Location", "https://h6.example.com/x"}})) == step::failed);
    CHECK(plan.failure() == errc::limit);
}

TEST_CASE("R3: redirects keep to https, may be relative, and a resume begins at the original URL")
{
    download_plan plan{here(), {}};
    CHECK(plan.on_head(head(307, {{"Location", "/other.mp4"}})) == step::send_again);
    CHECK(plan.target().host == "videos.example.com");
    CHECK(plan.target().target == "/other.mp4");
    REQUIRE(plan.on_head(whole(10)) == step::read_from_start);
    REQUIRE(plan.on_failure(broken()) == step::send_again);
    CHECK(plan.target() == here());

    CHECK(plan.on_head(head(302, {{"Location", "http://videos.example.com/x"}})) == step::failed);
    CHECK(plan.failure() == errc::policy);

    download_plan nowhere{here(), {}};
    CHECK(nowhere.on_head(head(302, {})) == step::failed);
}

TEST_CASE("a storage that is busy is asked again, as late as it wants")
{
    download_plan plan{here(), {}};
    CHECK(plan.on_head(head(503, {}), 7s) == step::send_again);
    CHECK(plan.pause(0.5) == 7s);
    CHECK(plan.on_head(head(429, {}), 61s) == step::failed);
    CHECK(plan.failure() == errc::rate_limited);
    download_plan gone{here(), {}};
    CHECK(gone.on_head(head(404, {})) == step::failed);
    CHECK(gone.failure() == errc::not_found);
}

TEST_CASE("failures that another attempt cannot mend end a transfer")
{
    for (auto const code : {errc::tls, errc::policy, errc::closed, errc::canceled, errc::limit, errc::file})
    {
        download_plan plan{here(), {}};
        CHECK(plan.on_failure(broken(code)) == step::failed);
        CHECK(plan.failure() == code);
    }
}

TEST_CASE("what was handed on already is received again only to be skipped, and only of the same version")
{
    download_limits limits;
    limits.can_restart = false;
    auto plan = cut_at_600(limits);
    CHECK(plan.on_head(whole(1000)) == step::read_on);
    CHECK(plan.to_skip() == 600);
    CHECK(plan.on_bytes(500, 1ms) == step::read_on);
    CHECK(plan.to_skip() == 100);
    CHECK(plan.on_bytes(500, 1ms) == step::read_on);
    CHECK(plan.received() == 1000);
    CHECK(plan.on_end(true) == step::finished);

    auto other = cut_at_600(limits);
    CHECK(other.on_head(whole(1000, "\"v2\"")) == step::failed);
    CHECK(other.failure() == errc::integrity);

    auto doubtful = cut_at_600(limits);
    CHECK(doubtful.on_head(part("bytes 0-999/1000")) == step::failed);

    download_plan untagged{here(), limits};
    REQUIRE(untagged.on_head(whole(1000, "")) == step::read_from_start);
    REQUIRE(untagged.on_bytes(1, 1ms) == step::read_on);
    CHECK(untagged.on_failure(broken()) == step::failed);
    CHECK(untagged.failure() == errc::connection);
}
