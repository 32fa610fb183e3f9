#include "fixture.hpp"

using namespace client_test;

namespace
{

struct refusal
{
    int status;
    mh::errc code;
};

refusal const documented[] = {{400, mh::errc::invalid_request},  {401, mh::errc::authentication},
                              {402, mh::errc::payment_required}, {403, mh::errc::permission_denied},
                              {404, mh::errc::not_found},        {422, mh::errc::invalid_request}};

} // namespace

TEST_CASE("S1: a documented refusal of a create is definite, classed and asked for once")
{
    for (refusal const& expected : documented)
    {
        CAPTURE(expected.status);
        fixture f;
        f.server.otherwise(
            always(json_answer(expected.status, R"({"code":"some_code","message":"no\r\n\u001b[2Jway"})")));
        auto const outcome = f.create();
        REQUIRE_FALSE(outcome.has_value());
        CHECK(outcome.error().code() == expected.code);
        CHECK(outcome.error()->http_status == expected.status);
        CHECK(outcome.error()->api_code == "some_code");
        CHECK(outcome.error()->api_message == "no   [2Jway");
        CHECK_FALSE(outcome.error()->job_may_exist);
        CHECK(f.server.request_count() == 1);
    }
}

TEST_CASE("S2: a refusal without the API's JSON keeps its class and a short excerpt")
{
    std::string const bodies[] = {
        "", "<html><body>denied</body></html>", std::string(5 << 20, 'x'), R"({"message":{"odd":1}})",
        "null"};
    for (std::string const& body : bodies)
    {
        CAPTURE(body.size());
        fixture f;
        f.server.otherwise(always(answer(403, body)));
        auto const outcome = f.create();
        REQUIRE_FALSE(outcome.has_value());
        CHECK(outcome.error().code() == mh::errc::permission_denied);
        CHECK(outcome.error()->body_excerpt.size() <= 4096);
        CHECK(f.server.request_count() == 1);
    }
}

TEST_CASE("S3: an undocumented status leaves the fate of a create unknown, and it is never repeated")
{
    for (int status : {300, 304, 408, 409, 425, 499, 500, 502, 503, 504, 520})
    {
        CAPTURE(status);
        fixture f;
        f.options.name_jobs = true;
        f.server.otherwise(always(answer(status, "")));
        auto const outcome = f.create();
        REQUIRE_FALSE(outcome.has_value());
        CHECK(outcome.error().code() == mh::errc::outcome_unknown);
        CHECK(outcome.error()->http_status == status);
        CHECK(outcome.error()->job_may_exist);
        CHECK(outcome.error()->correlation_name.starts_with("mh-ai-image-generator-"));
        REQUIRE(f.server.request_count() == 1);
        CHECK(f.server.requests()[0].body.find(outcome.error()->correlation_name) != std::string::npos);
    }
}

TEST_CASE("S3: a GET is repeated after a passing fault of the server")
{
    for (int status : {408, 425, 429, 500, 502, 503, 504, 520})
    {
        CAPTURE(status);
        fixture f;
        f.server.next(once(answer(status, "")))
            .next(once(answer(status, "")))
            .next(once(json_answer(200, project)));
        auto const outcome = f.get();
        REQUIRE(ok(outcome));
        CHECK(outcome->id == "job-1");
        CHECK(f.server.request_count() == 3);
    }
}

TEST_CASE("S3: a GET gives up after three attempts with the last answer")
{
    fixture f;
    f.server.otherwise(always(json_answer(503, R"({"message":"overloaded"})")));
    auto const outcome = f.get();
    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().code() == mh::errc::server);
    CHECK(outcome.error()->attempts == 3);
    CHECK(outcome.error()->api_message == "overloaded");
    CHECK(f.server.request_count() == 3);
}

TEST_CASE("S4: a create is sent again after a 502 only when the call says so")
{
    fixture f;
    f.server.next(once(answer(502, "bad gateway"))).next(once(json_answer(200, created)));
    mh::call_options how;
    how.resend_after_502 = true;
    auto const outcome = f.create(how);
    REQUIRE(ok(outcome));
    CHECK(outcome->id == "job-1");
    CHECK(f.server.request_count() == 2);
}

TEST_CASE("S5: a create is sent again on 429, after what Retry-After says")
{
    fixture f;
    f.server.next(once(answer(429, "", "Retry-After: 2\r\n"))).next(once(json_answer(200, created)));
    auto const begin = f.clock->now();
    auto const outcome = f.create();
    REQUIRE(ok(outcome));
    CHECK(f.clock->now() - begin >= std::chrono::seconds{2});
    CHECK(f.clock->now() - begin <= std::chrono::milliseconds{2600});
    CHECK(f.server.request_count() == 2);
}

TEST_CASE("S7: 429 for ever ends after three attempts and drains the budget of a client")
{
    fixture f;
    f.options.retry.budget_capacity = 50;
    f.server.otherwise(always(answer(429, "")));
    mh::session const shared = f.session();
    int const operations = 50;
    for (int i = 0; i < operations; ++i)
    {
        mh::ai_image_generator::request const request = fixture::picture();
        auto const outcome =
            f.run(mh::resource<mh::ai_image_generator>{shared}.create(request, mh::as_result));
        REQUIRE_FALSE(outcome.has_value());
        CHECK(outcome.error().code() == mh::errc::rate_limited);
        CHECK(outcome.error()->attempts <= 3);
        CHECK_FALSE(outcome.error()->job_may_exist);
    }
    CHECK(f.server.request_count() <= static_cast<std::size_t>(operations * 12 / 10));
}

TEST_CASE("S7: a Retry-After beyond the limit ends the operation at once and is in the error")
{
    fixture f;
    f.server.otherwise(always(answer(429, "", "Retry-After: 3600\r\n")));
    auto const outcome = f.get();
    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().code() == mh::errc::rate_limited);
    CHECK(outcome.error()->retry_after == std::chrono::hours{1});
    CHECK(f.server.request_count() == 1);
}

TEST_CASE("S9: any 2xx with an id is an accepted job")
{
    for (int status : {200, 201, 202})
    {
        fixture f;
        f.server.otherwise(always(json_answer(status, created)));
        auto const outcome = f.create();
        REQUIRE(ok(outcome));
        CHECK(outcome->id == "job-1");
        CHECK(f.server.request_count() == 1);
    }
}

TEST_CASE("S10, J1, J4: a 2xx without a usable id leaves the fate of a create unknown")
{
    std::string const bodies[] = {
        "<html>signed in</html>",
        "{}",
        "null",
        "",
        R"({"id":123})",
        R"({"id":null})",
        R"({"id":""})",
        R"({"id":")" + std::string(10240, 'a') + R"("})",
        R"({"id":"../x?y#z"})",
        R"({"id":"a\u0000b"})",
        R"({"id":"job-1")",
        "\xEF\xBB\xBF" + created,
        "{'id':'job-1'}"};
    for (std::string const& body : bodies)
    {
        CAPTURE(body.substr(0, 40));
        fixture f;
        f.server.otherwise(always(json_answer(200, body)));
        auto const outcome = f.create();
        REQUIRE_FALSE(outcome.has_value());
        CHECK(outcome.error().code() == mh::errc::outcome_unknown);
        CHECK(outcome.error()->cause == mh::errc::decode);
        CHECK(outcome.error()->job_may_exist);
        CHECK(outcome.error()->body_excerpt.size() <= 4096);
        CHECK(f.server.request_count() == 1);
    }
    fixture f;
    f.server.otherwise(always("HTTP/1.1 204 No Content\r\n\r\n"));
    CHECK(f.create().error().code() == mh::errc::outcome_unknown);
}

TEST_CASE("J9: whatever a server's message holds, an error says it in one short printable line")
{
    std::string const messages[] = {
        R"(a\r\nSet-Cookie: x\u001b[2J\u0000\u202e\u0085)", std::string(1 << 18, 'm'),
        "\xff\xfe\xc0\x80 broken", R"(\ud800 alone)"};
    for (std::string const& message : messages)
    {
        for (int const status : {400, 500})
        {
            fixture f;
            f.server.otherwise(always(json_answer(
                status,
                R"({"code":"a","error":{"message":")" + message + R"("},"message":")" + message + R"("})")));
            auto const outcome = f.create();
            REQUIRE(outcome.has_error());
            std::string_view const line = outcome.error().what();
            CHECK(line.size() <= 1024);
            CHECK(std::ranges::all_of(line, [](unsigned char c) { return c >= 0x20 && c != 0x7F; }));
            CHECK(line.find("\xE2\x80\xAE") == std::string_view::npos);
            CHECK(line.find("\xC2\x85") == std::string_view::npos);
            CHECK(line.find('\xFF') == std::string_view::npos);
        }
    }
}

TEST_CASE("S11: a DELETE whose answer was lost and whose repeat finds nothing is done")
{
    fixture f;
    f.server.next({steps::expect_request(), steps::fin()}).next(once(answer(404, "")));
    CHECK(ok(f.remove()));
    CHECK(f.server.request_count() == 2);
}

TEST_CASE("S11: a DELETE that finds nothing at its first try says so")
{
    fixture f;
    f.server.otherwise(always(json_answer(404, R"({"code":"not_found","message":"Not Found"})")));
    auto const outcome = f.remove();
    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().code() == mh::errc::not_found);
    CHECK(outcome.error()->project_id == "job-1");
    CHECK(f.server.request_count() == 1);
}

TEST_CASE("R1, R2: the API's redirects are never followed")
{
    for (int status : {301, 302, 303, 307, 308})
    {
        CAPTURE(status);
        support::script_server elsewhere;
        fixture f;
        f.server.otherwise(
            always(answer(status, "", "Location: " + elsewhere.base_url() + "/v1/account\r\n")));
        auto const got = f.get();
        REQUIRE_FALSE(got.has_value());
        CHECK(got.error().code() == mh::errc::unexpected_status);
        CHECK(f.create().error().code() == mh::errc::outcome_unknown);
        CHECK(elsewhere.connection_count() == 0);
        CHECK(f.server.request_count() == 2);
    }
}

TEST_CASE("R5: cookies are neither kept nor sent")
{
    fixture f;
    f.server.otherwise(always(json_answer(200, project, "Set-Cookie: session=1; Path=/\r\n")));
    mh::resource<mh::image_projects> const projects{f.session()};
    for (int i = 0; i < 2; ++i)
        CHECK(ok(f.run(projects.get("job-1", mh::as_result))));
    for (auto const& request : f.server.requests())
        CHECK(request.head_text.find("ookie") == std::string::npos);
}

TEST_CASE("S4: resending after a 502 pauses, and stays within the attempts")
{
    fixture f;
    f.server.otherwise(always(answer(502, "bad gateway")));
    mh::call_options how;
    how.resend_after_502 = true;
    auto const begin = f.clock->now();
    auto const outcome = f.create(how);
    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().code() == mh::errc::outcome_unknown);
    CHECK(f.server.request_count() == 3);
    CHECK(f.clock->now() - begin >= std::chrono::seconds{2});
}

TEST_CASE("a log hook that throws cannot take away the id of a paid job")
{
    struct throwing : mh::http::observer
    {
        void on_response(mh::http::attempt_event const&) override { throw std::runtime_error{"log full"}; }
    };
    fixture f;
    f.options.observer = std::make_shared<throwing>();
    f.server.otherwise(always(json_answer(200, created)));
    auto const outcome = f.create();
    REQUIRE(ok(outcome));
    CHECK(outcome->id == "job-1");
}
