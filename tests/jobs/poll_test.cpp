#include "fixture.hpp"

#include <magic_hour/v1/audio_projects.hpp>
#include <magic_hour/v1/face_detection.hpp>

#include <stdlib.h>

using namespace jobs_test;

namespace
{

struct poll_fixture : fixture
{
    using fixture::fixture;

    mh::poller<mh::image_project> poll(std::string const& id)
    {
        return resource<mh::image_projects>().poll(id);
    }
    mh::poller<mh::image_project> poll(std::string const& id, mh::poll_options options)
    {
        return resource<mh::image_projects>().poll(id, options);
    }
    mh::error failure(mh::poller<mh::image_project>& poller)
    {
        auto const end = run(poller.result(mh::as_result));
        REQUIRE(end.has_error());
        return end.error();
    }
};

struct environment
{
    explicit environment(char const* value) { ::setenv("MAGIC_HOUR_POLL_INTERVAL", value, 1); }
    ~environment() { ::unsetenv("MAGIC_HOUR_POLL_INTERVAL"); }
};

} // namespace

TEST_CASE("P1: updates come at the documented pauses, until the terminal one, and then nothing")
{
    poll_fixture f;
    f.fake.plan_all(job_plan::through({"queued", "queued", "queued", "rendering", "complete"}));
    auto const id = f.make_job();
    auto poller = f.poll(id);
    auto const begin = f.clock->elapsed();
    std::vector<std::string> statuses;
    std::vector<std::chrono::milliseconds> times;
    while (auto const update = f.run(poller.next()))
    {
        statuses.emplace_back(update->status.str());
        times.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(f.clock->elapsed() - begin));
    }
    CHECK(statuses.back() == "complete");
    REQUIRE(times.size() == f.polls());
    REQUIRE(times.size() >= 4);
    CHECK(times[0] == 0ms);
    CHECK(times[1] == 3000ms);
    CHECK(times[2] == 7500ms);
    CHECK(times[3] == 14250ms);
    CHECK(poller.project().downloads.size() == 1);
    auto const after = f.clock->elapsed();
    CHECK_FALSE(f.run(poller.next()).has_value());
    CHECK(f.clock->elapsed() == after);
    CHECK(f.polls() == times.size());
}

TEST_CASE("P2: passing failures of every kind are lived through")
{
    poll_fixture f;
    auto const id = f.make_job();
    using mh::testing::cut;
    f.fake.on("GET /v1/image-projects/*").answer(502).times(1);
    f.fake.on("GET /v1/image-projects/*").cut_at(0, cut::rst).times(1);
    f.fake.on("GET /v1/image-projects/*").answer(200, "<html>maintenance</html>").times(1);
    f.fake.on("GET /v1/image-projects/*").answer(429).header("Retry-After", "30").times(1);
    f.fake.on("GET /v1/image-projects/*").cut_body_at(10).times(1);
    f.fake.on("GET /v1/image-projects/*").answer(503).times(1);
    auto poller = f.poll(id);
    auto const begin = f.clock->elapsed();
    auto const project = f.run(poller.result());
    CHECK(project.status == mh::project_status::complete);
    CHECK(f.polls() >= 7);
    CHECK(f.clock->elapsed() - begin >= 30s);
}

TEST_CASE("L3: an outage does not multiply requests")
{
    poll_fixture f;
    auto const id = f.make_job();
    f.fake.on("GET /v1/image-projects/*").answer(503).times(5);
    auto poller = f.poll(id);
    f.run(poller.result());
    CHECK(f.polls() == 5 + 3);
}

TEST_CASE("P3: a revoked key ends the wait at once, and the error knows the job")
{
    poll_fixture f;
    auto const id = f.make_job();
    for (int const status : {401, 403})
    {
        f.fake.clear_faults();
        f.fake.ledger().clear();
        f.fake.on("GET /v1/image-projects/*").answer(status);
        auto poller = f.poll(id);
        auto const why = f.failure(poller);
        CHECK((why == mh::errc::authentication || why == mh::errc::permission_denied));
        CHECK(why->http_status == status);
        CHECK(why->project_id == id);
        CHECK(why->project_kind == "image");
        CHECK(f.polls() == 1);
    }
}

TEST_CASE("P4: at the deadline the wait is given up, the job is not touched, and another poller goes on")
{
    poll_fixture f;
    f.fake.plan_all(job_plan::through({"queued", "rendering"}));
    auto const id = f.make_job();
    mh::poll_options options;
    options.deadline = 60s;
    auto poller = f.poll(id, options);
    auto const begin = f.clock->elapsed();
    auto const why = f.failure(poller);
    CHECK(why == mh::errc::gave_up);
    CHECK(why->project_id == id);
    CHECK(why->project_kind == "image");
    CHECK(why->last_status == "rendering");
    CHECK(f.clock->elapsed() - begin >= 60s);
    CHECK(f.clock->elapsed() - begin < 61s);
    CHECK(f.count("DELETE", "*") == 0);
    f.fake.set_status(id, "complete");
    auto again = f.poll(id);
    CHECK(f.run(again.result()).status == mh::project_status::complete);
}

TEST_CASE("P8: a system clock that jumps by a day changes neither the pauses nor the deadline")
{
    for (auto const jump : {24h, -24h})
    {
        poll_fixture f;
        f.fake.plan_all(job_plan::through({"queued", "queued", "queued", "complete"}));
        auto poller = f.poll(f.make_job());
        auto const begin = f.clock->elapsed();
        std::vector<http::duration> times;
        while (auto const update = f.run(poller.next()))
        {
            times.push_back(f.clock->elapsed() - begin);
            f.clock->shift_wall_clock(jump);
        }
        CHECK((times == std::vector<http::duration>{0s, 3s, 7500ms, 14250ms}));

        f.fake.plan_all(job_plan::through({"queued"}));
        mh::poll_options options;
        options.deadline = 60s;
        auto patient = f.poll(f.make_job(), options);
        auto const start = f.clock->elapsed();
        REQUIRE(f.run(patient.next()).has_value());
        f.clock->shift_wall_clock(jump);
        CHECK(f.failure(patient) == mh::errc::gave_up);
        CHECK(f.clock->elapsed() - start >= 60s);
        CHECK(f.clock->elapsed() - start < 61s);
    }
}

TEST_CASE("P8: who sleeps through many pauses asks once, and pauses again")
{
    poll_fixture f;
    f.fake.plan_all(job_plan::through({"queued"}));
    auto poller = f.poll(f.make_job());
    REQUIRE(f.run(poller.next()).has_value());
    auto const late = support::start(f.io, poller.next());
    support::settle(f.io);
    REQUIRE(f.clock->armed_pauses() == 1);
    f.clock->advance(1h);
    while (!late->done)
        support::settle(f.io);
    support::settle(f.io, 50ms);
    CHECK(late->get().has_value());
    CHECK(f.polls() == 2);
    auto const begin = f.clock->elapsed();
    REQUIRE(f.run(poller.next()).has_value());
    CHECK(f.clock->elapsed() - begin >= 3s);
    CHECK(f.polls() == 3);
}

TEST_CASE("P6: how a job ends is how the wait ends")
{
    poll_fixture f;
    auto const end_of = [&](job_plan plan)
    {
        f.fake.plan_next(std::move(plan));
        auto const id = f.make_job();
        auto poller = f.poll(id);
        auto const why = f.failure(poller);
        CHECK(why->project_id == id);
        return why;
    };
    auto const failed = end_of(job_plan::failing("no_source_face", "No face\nfound\x1b[2J"));
    CHECK(failed == mh::errc::job_failed);
    CHECK(failed->job_error_code == "no_source_face");
    CHECK(failed->api_message.find('\n') == std::string::npos);
    CHECK(failed->last_status == "error");

    auto silent = job_plan::failing("", "");
    silent.error_is_null = true;
    CHECK(end_of(silent)->job_error_code == "unknown_error");

    CHECK(end_of(job_plan::through({"queued", "canceled"})) == mh::errc::job_canceled);

    auto deleted = job_plan::through({"queued", "complete"});
    deleted.deleted = true;
    CHECK(end_of(deleted) == mh::errc::job_deleted);

    auto other = job_plan::through({"complete"});
    other.shown_id = "another-job";
    CHECK(end_of(other) == mh::errc::decode);
}

TEST_CASE("P6, W3: drafts, unknown statuses and steps backwards keep us waiting")
{
    poll_fixture f;
    f.fake.plan_all(job_plan::through({"draft", "rendering", "queued", "paused", "complete"}));
    auto poller = f.poll(f.make_job());
    CHECK(f.run(poller.result()).status == mh::project_status::complete);
    CHECK(f.polls() == 5);
}

TEST_CASE("W28: a failed job is still an update for those who look themselves")
{
    poll_fixture f;
    f.fake.plan_all(job_plan::failing("invalid_voice", "no"));
    auto poller = f.poll(f.make_job());
    std::string last;
    while (auto const update = f.run(poller.next()))
        last = std::string{update->status.str()};
    CHECK(last == "error");
    CHECK(poller.project().error->code == "invalid_voice");
}

TEST_CASE("W4: a bad interval in the environment is found before anything is sent")
{
    poll_fixture f;
    auto const id = f.make_job();
    f.fake.ledger().clear();
    for (auto const* value : {"2s", "0", "-1", "nan", "abc"})
    {
        environment const set{value};
        auto poller = f.poll(id);
        CHECK(f.failure(poller) == mh::errc::invalid_argument);
        auto const request = f.picture();
        auto const made = f.run(f.resource<mh::ai_image_generator>().generate(request, mh::as_result));
        REQUIRE(made.has_error());
        CHECK(made.error() == mh::errc::invalid_argument);
    }
    CHECK(f.fake.ledger().requests().empty());
}

TEST_CASE("the interval of the environment is used, and options go before it")
{
    poll_fixture f;
    f.fake.plan_all(job_plan::through({"queued", "queued", "queued", "complete"}));
    environment const set{"0.5"};
    auto begin = f.clock->elapsed();
    auto poller = f.poll(f.make_job());
    f.run(poller.result());
    CHECK(f.clock->elapsed() - begin == 1500ms);
    mh::poll_options options;
    options.interval = 2s;
    begin = f.clock->elapsed();
    auto other = f.poll(f.make_job(), options);
    f.run(other.result());
    CHECK(f.clock->elapsed() - begin == 6s);
}

TEST_CASE("W26: an id that cannot be one is refused before anything is sent")
{
    poll_fixture f;
    for (auto const* id : {"", "../image-projects/x", "a?b", "a/b", "a\r\nb"})
    {
        auto poller = f.poll(id);
        CHECK(f.failure(poller) == mh::errc::invalid_argument);
    }
    CHECK(f.fake.ledger().requests().empty());
}

TEST_CASE("a job that is not there is an error at once, and not a wait")
{
    poll_fixture f;
    auto poller = f.poll("nobody");
    auto const why = f.failure(poller);
    CHECK(why == mh::errc::not_found);
    CHECK(why->project_id == "nobody");
    CHECK(f.polls() == 1);
}

TEST_CASE("right after a create a job may not be there yet")
{
    poll_fixture f;
    f.fake.on("GET /v1/image-projects/*").answer(404).times(2);
    auto const request = f.picture();
    auto const made = f.run(f.resource<mh::ai_image_generator>().generate(request, mh::as_result));
    CHECK(ok(made));
}

TEST_CASE("canceling a wait leaves the poller usable")
{
    poll_fixture f;
    auto const id = f.make_job();
    auto poller = f.poll(id);
    REQUIRE(f.run(poller.next()).has_value());
    asio::cancellation_signal signal;
    auto const state = support::start(f.io, poller.next(mh::as_result), signal.slot());
    f.io.restart();
    f.io.run_for(20ms);
    CHECK_FALSE(state->done);
    signal.emit(asio::cancellation_type::terminal);
    f.io.restart();
    f.io.run_for(50ms);
    REQUIRE(state->done);
    auto const canceled = state->get();
    REQUIRE(canceled.has_error());
    CHECK(canceled.error() == mh::errc::canceled);
    CHECK(canceled.error()->project_id == id);
    CHECK(f.run(poller.result()).status == mh::project_status::complete);
}

TEST_CASE("one poller waits for one caller at a time")
{
    poll_fixture f;
    auto poller = f.poll(f.make_job());
    f.run(poller.next());
    auto const first = support::start(f.io, poller.next(mh::as_result));
    f.io.restart();
    f.io.run_for(20ms);
    auto const second = f.run(poller.next(mh::as_result));
    REQUIRE(second.has_error());
    CHECK(second.error() == mh::errc::invalid_argument);
    f.clock->advance(1h);
    f.io.restart();
    f.io.run_for(200ms);
    CHECK(first->done);
}

TEST_CASE("face detection is waited for like anything else, and its faces come along")
{
    poll_fixture f;
    mh::face_detection::request const search{.assets = {.target_file_path = "https://example.com/party.jpg"}};
    auto const found = f.run(f.resource<mh::face_detection>().generate(search));
    CHECK(found.status == mh::project_status::complete);
    CHECK_FALSE(found.faces.empty());
}
