#include "bench.hpp"

using namespace faults;

TEST_CASE("hooks: a request and its answer are told with attempt, status, request id, bytes and durations")
{
    bench f;
    f.options.clock = nullptr; // real time
    f.server.otherwise(
        {steps::expect_request(), steps::wait(std::chrono::milliseconds{30}),
         steps::send(json_answer(200, created, "X-Request-Id: req-4711\r\n")), steps::drain()});
    mh::ai_image_generator::request const request = fixture::picture();
    auto const outcome =
        support::run(f.io, mh::resource<mh::ai_image_generator>{f.session()}.create(request, mh::as_result));
    REQUIRE(ok(outcome));
    auto const events = f.log->all();
    REQUIRE(events.size() == 2);
    CHECK(events[0].hook == "request");
    CHECK(events[0].status == 0);
    CHECK_FALSE(events[0].has_stats);
    CHECK(events[1].hook == "response");
    for (auto const& event : events)
    {
        CHECK(event.method == "POST");
        CHECK(event.host == "localhost");
        CHECK(event.path == "/v1/ai-image-generator");
        CHECK(event.attempt == 1);
    }
    CHECK(events[1].status == 200);
    REQUIRE(events[1].has_stats);
    mh::http::exchange_stats const& s = events[1].stats;
    using std::chrono::milliseconds;
    CHECK(s.connect > mh::http::duration::zero());
    CHECK(s.tls > mh::http::duration::zero());
    CHECK(s.first_byte >= milliseconds{25});
    CHECK(s.total >= s.connect + s.tls + s.first_byte);
    CHECK(s.total < std::chrono::seconds{5});
    CHECK(s.bytes_sent > 200);
    CHECK(s.bytes_received > created.size());
    CHECK_FALSE(s.reused_connection);
    CHECK(f.log->text().find("req-4711") != std::string::npos);
}

TEST_CASE("hooks: a reused connection says so and took no time to make")
{
    bench f;
    f.server.otherwise(always(json_answer(200, project)));
    mh::resource<mh::image_projects> const projects{f.session()};
    for (int i = 0; i < 2; ++i)
        CHECK(ok(f.run(projects.get("job-1", mh::as_result))));
    auto const answers = f.log->of("response");
    REQUIRE(answers.size() == 2);
    CHECK_FALSE(answers[0].stats.reused_connection);
    CHECK(answers[1].stats.reused_connection);
    CHECK(answers[1].stats.connect == mh::http::duration::zero());
    CHECK(answers[1].stats.tls == mh::http::duration::zero());
}

TEST_CASE("hooks: failures and retries are told in order, with their pause")
{
    bench f;
    f.options.retry.max_attempts = 3;
    f.server.next({steps::expect_request(), steps::fin()}).next(once(answer(503, "")));
    f.server.otherwise(always(json_answer(200, project)));
    REQUIRE(ok(f.get()));
    std::string order;
    for (auto const& event : f.log->all())
        order += event.hook + ' ' + std::to_string(event.attempt) + ' ' + std::to_string(event.status) + '\n';
    CHECK(
        order ==
        "request 1 0\nfailure 1 0\nretry 1 0\nrequest 2 0\nresponse 2 503\nretry 2 503\nrequest 3 0\n"
        "response 3 200\n");
    auto const failures = f.log->of("failure");
    REQUIRE(failures.size() == 1);
    CHECK(failures[0].failure == mh::errc::connection);
    CHECK(failures[0].has_stats);
    for (auto const& retry : f.log->of("retry"))
        CHECK(retry.delay > mh::http::duration::zero());
}

TEST_CASE("redaction: what a server echoes of key and signed URLs shows up nowhere")
{
    std::string const echoes[] = {
        R"({"message":"invalid key )" + key + R"("})",
        R"({"code":")" + key + R"(","message":"Authorization: Bearer )" + key + R"("})",
        R"({"message":"cannot fetch )" + signed_url + R"("})",
        "<html><body>Authorization: Bearer " + key + " " + signed_url + "</body></html>",
        "Bearer " + key,
        R"({"error":{"url":")" + signed_url + R"(","headers":{"authorization":"Bearer )" + key + R"("}}})"};
    for (std::string const& body : echoes)
        for (int const status : {200, 400, 401, 500})
        {
            CAPTURE(status);
            CAPTURE(body);
            bench f;
            f.options.retry.max_attempts = 1;
            f.server.otherwise(always(json_answer(
                status, body,
                "X-Request-Id: req-1\r\nX-Echo: " + key + "\r\nLocation: " + signed_url + "\r\n")));
            CHECK(f.code_of(f.create()) != mh::errc{});
            CHECK(f.code_of(f.get()) != mh::errc{});
            CHECK(f.server.request_count() == 2);
        }
}

TEST_CASE("redaction: a key in the request id, the reason or a broken head shows up nowhere")
{
    std::string const wires[] = {
        answer(401, R"({"message":"no"})", "X-Request-Id: " + key + "\r\n"),
        "HTTP/1.1 403 " + key + "\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\n" + key + "\r\n\r\n",
        key + "\r\n\r\n", json_answer(200, R"({")" + key + R"(":1,"id":)" + "[\"" + key + "\"]}")};
    for (std::string const& wire : wires)
    {
        CAPTURE(wire);
        bench f;
        f.options.retry.max_attempts = 1;
        f.server.otherwise(once(wire));
        CHECK(f.code_of(f.create()) != mh::errc{});
    }
}

TEST_CASE("redaction: secrets in extra headers are nowhere in errors and hooks")
{
    bench f;
    std::string const secret = "tenant-secret-8Hq2";
    f.secrets.plant(secret);
    f.options.headers.push_back({"X-Tenant", secret});
    f.server.otherwise(once(answer(500, "")));
    CHECK(f.code_of(f.create()) == mh::errc::outcome_unknown);
    CHECK(f.server.requests().at(0).head.header("X-Tenant") == secret);
}

TEST_CASE("hooks: queries are not part of what hooks and errors see of a path")
{
    bench f;
    f.server.otherwise(always(answer(400, "")));
    (void)f.get();
    for (auto const& event : f.log->all())
        CHECK(event.path.find('?') == std::string::npos);
}
