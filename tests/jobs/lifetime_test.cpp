#include "sweep_bench.hpp"

#include <magic_hour/client.hpp>
#include <magic_hour/jobs/pipeline.hpp>
#include <magic_hour/sync_wait.hpp>

#include <set>

using namespace jobs_test;

TEST_CASE("X4: an io_context may go in any phase of a generate")
{
    fixture f;
    f.dir.write("in.png", pattern(300'000));
    for (int handlers = 0; handlers < 120; handlers += 7)
    {
        auto const id = std::make_shared<std::string>();
        {
            asio::io_context io{1};
            auto const state = support::start(io, generate_once(f.options(), f.dir.path(), id));
            for (int i = 0; i < handlers && !state->done; ++i)
            {
                if (io.run_one_for(std::chrono::milliseconds{3}) == 0)
                    if (auto const next = f.clock->next_pause())
                        f.clock->advance_to(*next);
            }
        }
        CHECK_FALSE(has_leftovers(f.dir / "out"));
    }
}

TEST_CASE("X5: handles may go while their operations run")
{
    fixture f;
    auto const request = f.picture();
    auto session = std::make_unique<mh::session>(f.session());
    auto editor = std::make_unique<mh::resource<mh::ai_image_generator>>(*session);
    auto work = editor->generate(request, mh::as_result, f.dir / "out");
    editor.reset();
    session.reset();
    CHECK(ok(f.run(std::move(work))));
}

TEST_CASE("X8: what a callback throws ends the operation, and the job is known")
{
    fixture f;
    auto const request = f.picture();
    std::string id;
    mh::generate_options options;
    options.on_created(
        [&](mh::job_status const& job)
        {
            id = job.id;
            throw std::runtime_error{"the caller's own"};
        });
    CHECK_THROWS_WITH_AS(
        f.run(f.resource<mh::ai_image_generator>().generate(request, options)), "the caller's own",
        std::runtime_error);
    CHECK(f.fake.job(id).has_value());
    CHECK(ok(f.run(f.resource<mh::image_projects>().attach(id, mh::as_result, f.dir / "out"))));
    CHECK(f.fake.ledger().billable_creates() == 1);
}

TEST_CASE("promise 4: the id is known before anything else can happen to the job")
{
    fixture f;
    auto const request = f.picture();
    f.fake.on("GET /v1/image-projects/*").answer(401);
    std::string id;
    std::size_t asked = 1;
    mh::generate_options options;
    options.on_created(
        [&](mh::job_status const& job)
        {
            id = job.id;
            asked = f.polls();
        });
    auto const made = f.run(f.resource<mh::ai_image_generator>().generate(request, mh::as_result, options));
    CHECK(asked == 0);
    REQUIRE(made.has_error());
    CHECK(made.error() == mh::errc::authentication);
    CHECK(made.error()->project_id == id);
    CHECK(made.error()->project_kind == "image");
}

TEST_CASE("W28: a failed job is an error, or a value for those who ask for it")
{
    fixture f;
    f.fake.plan_all(job_plan::failing("content_policy_violation", "Not this one"));
    auto const request = f.picture();
    auto const made =
        f.run(f.resource<mh::ai_image_generator>().generate(request, mh::as_result, f.dir / "out"));
    REQUIRE(made.has_error());
    CHECK(made.error() == mh::errc::job_failed);
    CHECK(made.error()->job_error_code == "content_policy_violation");
    CHECK(made.error()->api_message == "Not this one");
    CHECK(made.error()->credits_charged.has_value());
    mh::generate_options options{f.dir / "out"};
    auto const value =
        f.run(f.resource<mh::ai_image_generator>().generate(request, mh::as_result, options.allow_failure()));
    REQUIRE(ok(value));
    CHECK(value->status == mh::project_status::error);
    CHECK(value->files.empty());
}

TEST_CASE("without waiting only the id is known, and attach does the rest")
{
    fixture f;
    auto const request = f.picture();
    auto const made =
        f.run(f.resource<mh::ai_image_generator>().generate(request, mh::generate_options().wait(false)));
    CHECK(f.polls() == 0);
    auto const finished = f.run(f.resource<mh::ai_image_generator>().attach(made.id, f.dir / "out"));
    CHECK(finished.id == made.id);
    CHECK(finished.files.size() == 1);
}

TEST_CASE("a deadline on everything ends the wait with the job's id")
{
    fixture f;
    f.fake.plan_all(job_plan::through({"queued"}));
    auto const request = f.picture();
    auto const made = f.run(f.resource<mh::ai_image_generator>().generate(
        request, mh::as_result, mh::generate_options().deadline(20s)));
    REQUIRE(made.has_error());
    CHECK(made.error() == mh::errc::gave_up);
    CHECK_FALSE(made.error()->project_id.empty());
}

TEST_CASE("many jobs run so many at a time, and each result knows its request")
{
    fixture f;
    std::vector<mh::ai_image_generator::request> requests(7, f.picture());
    requests[3].style.prompt.clear();
    auto jobs = mh::generate_all(f.resource<mh::ai_image_generator>(), requests, f.dir / "out", 3);
    std::vector<std::size_t> good;
    std::vector<std::size_t> bad;
    while (auto const done = f.run(jobs.next()))
        (done->job ? good : bad).push_back(done->index);
    std::sort(good.begin(), good.end());
    CHECK(good == std::vector<std::size_t>{0, 1, 2, 4, 5, 6});
    CHECK(bad == std::vector<std::size_t>{3});
    CHECK(f.fake.ledger().billable_creates() == 6);
}

TEST_CASE("canceling a batch stops the rest")
{
    fixture f;
    f.fake.plan_all(job_plan::through({"queued"}));
    std::vector<mh::ai_image_generator::request> const requests(9, f.picture());
    auto jobs = mh::generate_all(f.resource<mh::ai_image_generator>(), requests, mh::generate_options(), 2);
    auto const first = support::start(f.io, jobs.next());
    f.io.restart();
    f.io.run_for(300ms);
    jobs.cancel();
    std::size_t ended = 0;
    f.io.restart();
    f.io.run_for(200ms);
    REQUIRE(first->done);
    auto done = first->get();
    while (done)
    {
        ++ended;
        REQUIRE(done->job.has_error());
        CHECK(done->job.error() == mh::errc::canceled);
        CHECK_FALSE(done->job.error()->project_id.empty());
        done = f.run(jobs.next());
    }
    CHECK(ended == 2);
    CHECK(f.fake.ledger().billable_creates() == 2);
}

TEST_CASE("an output of one job is an asset of the next without touching the disk")
{
    fixture f;
    auto const request = f.picture();
    auto const first = f.run(f.resource<mh::ai_image_generator>().generate(request));
    auto const edit = f.edit({mh::output_as_asset(first)});
    auto const second = f.run(f.resource<mh::ai_image_editor>().generate(edit));
    CHECK(f.fake.job(second.id)->request_json.find(first.downloads[0].url) != std::string::npos);
    CHECK(f.count("PUT", "*") == 0);
    CHECK(f.count("GET", "*.png") == 0);
    CHECK_THROWS_AS((void)mh::output_as_asset(first, 7), mh::error);
}

TEST_CASE("sync_wait runs the asynchronous path for programs that block")
{
    mh::testing::fake_server fake;
    mh::client_options options;
    options.api_key = fake.api_key();
    options.base_url = fake.base_url();
    options.tls.ca_pem = fake.ca_pem();
    asio::io_context io;
    mh::client const client{io, options};
    auto const request = fixture::picture();
    mh::poll_options fast;
    fast.interval = 100ms;
    auto const made =
        mh::sync_wait(io, client.v1.ai_image_generator.generate(request, mh::generate_options().poll(fast)));
    CHECK(made.status == mh::project_status::complete);
    CHECK_THROWS_AS(mh::sync_wait(io, client.v1.image_projects.get("nobody")), mh::error);
}
