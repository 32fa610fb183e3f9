#include "sample.hpp"
#include "support/manual_clock.hpp"

#include <magic_hour/webhook/receiver.hpp>
#include <magic_hour/webhook/sign.hpp>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>

namespace http = boost::beast::http;
namespace webhook = magic_hour::webhook;
using magic_hour::errc;
using std::chrono::seconds;
using webhook::verify_error;

namespace
{

using request = http::request<http::string_body>;

constexpr std::string_view event_body =
    R"({"type":"video.completed","payload":{"id":"v","status":"complete"}})";

struct bench
{
    bench()
    {
        options.secrets.push_back(sample::secret());
        options.clock = clock;
    }

    [[nodiscard]] std::chrono::sys_seconds now() const
    {
        return std::chrono::floor<seconds>(clock->wall_clock());
    }

    [[nodiscard]] request delivery(std::string body = std::string{event_body}) const
    {
        request r{http::verb::post, "/hook", 11};
        auto signed_body = webhook::make_delivery(std::move(body), now(), sample::secret());
        for (auto const& h : signed_body.headers)
            r.insert(h.name, h.value);
        r.body() = std::move(signed_body.body);
        r.prepare_payload();
        return r;
    }

    std::shared_ptr<support::manual_clock> clock = std::make_shared<support::manual_clock>();
    webhook::receiver_options options{};
};

} // namespace

TEST_CASE("a signed request becomes an event and is answered with 200")
{
    bench b;
    auto const got = receive(b.delivery(), b.options);
    REQUIRE(got);
    CHECK(got.answer.status == 200);
    CHECK(got.event->key() == "v:video.completed");
    CHECK(got.verified->body() == event_body);
    CHECK(got.verified->timestamp() == b.now());
    CHECK_FALSE(got.refused.has_value());
    CHECK_FALSE(got.body_error.has_value());
}

TEST_CASE("only POST is received")
{
    bench b;
    for (auto const method : {http::verb::get, http::verb::put, http::verb::head, http::verb::delete_})
    {
        auto r = b.delivery();
        r.method(method);
        auto const got = receive(r, b.options);
        CHECK_FALSE(got);
        CHECK(got.answer.status == 405);
        REQUIRE(got.answer.headers.size() == 2);
        CHECK(got.answer.headers[1].name == "Allow");
        CHECK(got.answer.headers[1].value == "POST");
    }
}

TEST_CASE("the content type must be application/json, with any parameters and in any case")
{
    bench b;
    for (auto const* const type :
         {"application/json", "Application/JSON; charset=utf-8", "application/json ;x=y"})
    {
        auto r = b.delivery();
        r.set(http::field::content_type, type);
        CHECK(receive(r, b.options).answer.status == 200);
    }
    for (auto const* const type :
         {"", "text/plain", "application/jsonp", "application/x-www-form-urlencoded"})
    {
        auto r = b.delivery();
        r.set(http::field::content_type, type);
        CHECK(receive(r, b.options).answer.status == 415);
    }
    auto r = b.delivery();
    r.erase(http::field::content_type);
    CHECK(receive(r, b.options).answer.status == 415);
}

TEST_CASE("W8: a body beyond the limit is refused before it is verified")
{
    bench b;
    b.options.body_limit = event_body.size();
    CHECK(receive(b.delivery(), b.options).answer.status == 200);
    b.options.body_limit = event_body.size() - 1;
    auto const got = receive(b.delivery(), b.options);
    CHECK(got.answer.status == 413);
    CHECK_FALSE(got.verified.has_value());
}

TEST_CASE("W2: a request with a wrong signature gets 401")
{
    bench b;
    auto r = b.delivery();
    r.body() += ' ';
    auto const got = receive(r, b.options);
    CHECK_FALSE(got);
    CHECK(got.answer.status == 401);
    CHECK(got.refused == verify_error::bad_signature);
    CHECK_FALSE(got.verified.has_value());
}

TEST_CASE("W4: a request that is too old gets 401, by the injected clock")
{
    bench b;
    auto const r = b.delivery();
    b.clock->shift_wall_clock(seconds{300});
    CHECK(receive(r, b.options).answer.status == 200);
    b.clock->shift_wall_clock(seconds{1});
    auto const got = receive(r, b.options);
    CHECK(got.answer.status == 401);
    CHECK(got.refused == verify_error::stale);
    b.options.tolerance = seconds{301};
    CHECK(receive(r, b.options).answer.status == 200);
}

TEST_CASE("W5: missing or doubled signature headers get 400")
{
    bench b;
    for (auto const* const name : {"magic-hour-event-signature", "magic-hour-event-timestamp"})
    {
        auto missing = b.delivery();
        missing.erase(name);
        CHECK(receive(missing, b.options).answer.status == 400);
        auto doubled = b.delivery();
        std::string const value{doubled[name]};
        doubled.insert(name, value);
        auto const got = receive(doubled, b.options);
        CHECK(got.answer.status == 400);
        CHECK(got.refused == verify_error::malformed);
    }
}

TEST_CASE("W8: a signed body that is no event gets 400 and is kept for the caller")
{
    bench b;
    auto const got = receive(b.delivery("not JSON"), b.options);
    CHECK_FALSE(got);
    CHECK(got.answer.status == 400);
    REQUIRE(got.verified.has_value());
    CHECK(got.verified->body() == "not JSON");
    REQUIRE(got.body_error.has_value());
    CHECK(*got.body_error == errc::decode);
    CHECK_FALSE(got.refused.has_value());
}

TEST_CASE("W8: an event of an unknown type is received")
{
    bench b;
    auto const got = receive(b.delivery(R"({"type":"x.y"})"), b.options);
    REQUIRE(got);
    CHECK(got.event->type() == "x.y");
}

TEST_CASE("a receiver without a secret refuses to work")
{
    bench b;
    auto const r = b.delivery();
    b.options.secrets.clear();
    CHECK_THROWS_AS(static_cast<void>(receive(r, b.options)), magic_hour::error);
}

TEST_CASE("other servers pass the parts of a request")
{
    bench b;
    auto const d = webhook::make_delivery(std::string{event_body}, b.now(), sample::secret());
    std::multimap<std::string, std::string> headers{{"content-type", "application/json"}};
    for (auto const& h : d.headers)
        if (h.name != "Content-Type")
            headers.emplace(h.name, h.value);
    CHECK(webhook::receive("POST", headers, d.body, b.options).answer.status == 200);
    CHECK(webhook::receive("POST", d.headers, d.body, b.options).answer.status == 200);
    CHECK(webhook::receive("GET", d.headers, d.body, b.options).answer.status == 405);
    CHECK(webhook::receive("POST", headers, d.body + "\n", b.options).answer.status == 401);
}

TEST_CASE("answers are JSON and tell nothing of the secret")
{
    bench b;
    auto r = b.delivery();
    r.body() += 'x';
    for (auto const& got : {receive(b.delivery(), b.options), receive(r, b.options)})
    {
        CHECK(got.answer.headers.at(0).value == "application/json");
        CHECK(got.answer.body.starts_with(R"({"message":")"));
        CHECK(got.answer.body.find(sample::key) == std::string::npos);
    }
}
