// Answers that are cut or hostile, and texts and numbers that must arrive as they are, through the public
// client.

#include "bench.hpp"

#include <magic_hour/v1/image_to_video.hpp>

#include <boost/json/parse.hpp>

#include <cmath>
#include <limits>

using namespace faults;
using namespace std::chrono_literals;

TEST_CASE("H1: an answer that ends before its length is repeated for a GET, and leaves a create unknown")
{
    for (auto const& end : {steps::close(), steps::fin(), steps::rst()})
    {
        std::string const cut = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + std::string(60, ' ');
        bench f;
        f.server.next({steps::expect_request(), steps::send(cut), end});
        f.server.otherwise(always(json_answer(200, project)));
        CHECK(ok(f.get()));
        CHECK(f.server.request_count() == 2);

        bench g;
        g.server.otherwise({steps::expect_request(), steps::send(cut), end});
        auto const outcome = g.create();
        CHECK(g.code_of(outcome) == mh::errc::outcome_unknown);
        CHECK(outcome.error()->job_may_exist);
        CHECK(g.server.request_count() == 1);
    }
}

TEST_CASE("H14: a create whose answer is cut after any byte is unknown, and sent once")
{
    std::string const whole = json_answer(200, created);
    for (std::size_t cut = 0; cut <= whole.size();
         cut += cut + 4 > whole.size() && cut < whole.size() ? whole.size() - cut : 4)
    {
        CAPTURE(cut);
        bench f;
        f.server.otherwise({steps::expect_request(), steps::send(whole.substr(0, cut)), steps::fin()});
        auto const outcome = f.create();
        CHECK(f.server.request_count() == 1);
        if (cut == whole.size())
        {
            CHECK(ok(outcome));
            continue;
        }
        CHECK(f.code_of(outcome) == mh::errc::outcome_unknown);
        CHECK(outcome.error()->job_may_exist);
    }
}

TEST_CASE("J2: an answer that is nested too deeply is a decode error, and a create stays unknown")
{
    for (std::string const& body :
         {R"({"id":"job-1","x":)" + std::string(33, '[') + std::string(33, ']') + "}",
          R"({"id":"job-1","x":)" + std::string(1'000'000, '[')})
    {
        bench f;
        f.server.otherwise(always(json_answer(200, body)));
        auto const outcome = f.create();
        CHECK(f.code_of(outcome) == mh::errc::outcome_unknown);
        CHECK(outcome.error()->cause == mh::errc::decode);
        CHECK(f.code_of(f.get()) == mh::errc::decode);
    }
}

TEST_CASE("J8: of members that are there twice the last one counts")
{
    bench f;
    f.server.otherwise(always(json_answer(
        200, R"({"id":"job-1","status":"queued","downloads":[],"status":"complete","downloads":[]})")));
    auto const got = f.get();
    REQUIRE(ok(got));
    CHECK(got->status == mh::project_status::complete);
}

TEST_CASE("I3: any text arrives as it was written, and what is no UTF-8 is refused before anything is sent")
{
    std::string const texts[] = {
        "\"quoted\\ \xE2\x80\xA8 \xE2\x80\xA9 \x01\x1F\x7F", std::string{"a\0b", 3},
        "\xF0\x9F\x8C\x99 \xED\x9F\xBF", std::string(18'000, 'x')};
    for (std::string const& text : texts)
    {
        bench f;
        f.options.validate = false; // the length of a prompt is not what matters here
        f.server.otherwise(always(json_answer(200, created)));
        mh::ai_image_generator::request request = fixture::picture();
        request.style.prompt = text;
        CHECK(ok(f.run(mh::resource<mh::ai_image_generator>{f.session()}.create(request, mh::as_result))));
        REQUIRE(f.server.request_count() == 1);
        auto const sent = boost::json::parse(f.server.requests()[0].body);
        CHECK(sent.at("style").at("prompt").as_string() == text);
    }
    for (std::string const text : {"\xFF", "a\xC0\x80", "\xED\xA0\x80", "cut \xE2\x80"})
    {
        bench f;
        f.options.validate = false;
        mh::ai_image_generator::request request = fixture::picture();
        request.style.prompt = text;
        auto const refused =
            f.run(mh::resource<mh::ai_image_generator>{f.session()}.create(request, mh::as_result));
        REQUIRE(refused.has_error());
        CHECK_FALSE(refused.error()->job_may_exist);
        CHECK(f.server.connection_count() == 0);
    }
}

TEST_CASE("I4: numbers arrive as they are, and what JSON cannot express is refused before anything is sent")
{
    auto const video = [](double seconds)
    {
        return mh::image_to_video::request{
            .assets = {.image_file_path = "https://example.com/a.png"}, .end_seconds = seconds};
    };
    for (double const seconds : {-0.0, 1e-320, 9007199254740992.0, 0.1, 29.97})
    {
        bench f;
        f.options.validate = false;
        f.server.otherwise(always(json_answer(200, created)));
        auto const request = video(seconds);
        CHECK(ok(f.run(mh::resource<mh::image_to_video>{f.session()}.create(request, mh::as_result))));
        REQUIRE(f.server.request_count() == 1);
        auto const sent =
            boost::json::parse(f.server.requests()[0].body).at("end_seconds").to_number<double>();
        CHECK(sent == seconds);
    }
    for (double const seconds :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
          -std::numeric_limits<double>::infinity()})
    {
        bench f;
        f.options.validate = false;
        auto const request = video(seconds);
        CHECK(
            f.run(mh::resource<mh::image_to_video>{f.session()}.create(request, mh::as_result)).has_error());
        CHECK(f.server.connection_count() == 0);
    }
}
