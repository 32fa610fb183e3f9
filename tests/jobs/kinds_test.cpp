#include "fixture.hpp"

#include <magic_hour/v1/ai_photo_editor.hpp>
#include <magic_hour/v1/ai_voice_cloner.hpp>
#include <magic_hour/v1/audio_projects.hpp>
#include <magic_hour/v1/image_to_video.hpp>
#include <magic_hour/v1/video_projects.hpp>

#include <magic_hour/webhook/hub.hpp>

#include <boost/asio/thread_pool.hpp>

#include <fstream>
#include <thread>

#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace jobs_test;

TEST_CASE("a video job goes all the way, with both of its pictures")
{
    fixture f;
    mh::image_to_video::request const request{
        .assets =
            {.image_file_path = mh::asset::bytes("start", "png"),
             .end_image_file_path = mh::asset::bytes("end", "jpg")},
        .end_seconds = 5};
    auto const made = f.run(f.resource<mh::image_to_video>().generate(request, f.dir / "out"));
    REQUIRE(made.files.size() == 1);
    CHECK(made.files[0].path == f.dir / "out" / (made.id + "-0.mp4"));
    CHECK(f.dir.read(made.files[0].path).substr(4, 4) == "ftyp");
    CHECK(f.count("GET", "/v1/video-projects/*") >= 1);
    CHECK(f.count("PUT", "*") == 2);
}

TEST_CASE("an audio job goes all the way")
{
    fixture f;
    mh::ai_voice_cloner::request const request{
        .assets = {.audio_file_path = mh::asset::bytes("voice", "webm")}, .style = {.prompt = "hello"}};
    auto const made = f.run(f.resource<mh::ai_voice_cloner>().generate(request, f.dir / "out"));
    REQUIRE(made.files.size() == 1);
    CHECK(f.dir.read(made.files[0].path).starts_with("RIFF"));
    CHECK(f.count("GET", "/v1/audio-projects/*") >= 1);
    CHECK(f.requests("POST", "/v1/files/upload-urls").at(0).body.find("audio") != std::string::npos);
}

TEST_CASE("a withdrawn endpoint still works like the others")
{
    fixture f;
    mh::ai_photo_editor::request const request{
        .assets = {.image_file_path = mh::asset::bytes("photo", "png")},
        .style =
            {.prompt = "an oil painting",
             .image_description = "a photo",
             .likeness_strength = 5.2,
             .prompt_strength = 3.75},
        .resolution = 768};
    auto const made =
        f.run(f.resource<mh::ai_photo_editor>().generate(request, mh::as_result, f.dir / "out"));
    CHECK(ok(made));
}

TEST_CASE("W9 and webhooks: an event ends the wait, and a job costs one question instead of thirty")
{
    fake_options timed;
    timed.step = 1ms;
    fixture f{timed};
    auto const hub = std::make_shared<mh::webhook::hub>();
    auto const request = f.picture();
    auto const begin = f.clock->elapsed();
    mh::generate_options options;
    options.hub(hub).on_created(
        [&](mh::job_status const& job)
        {
            while (f.fake.job(job.id)->status != "complete")
                std::this_thread::sleep_for(1ms);
            hub->wake(job.id);
        });
    auto const made = f.run(f.resource<mh::ai_image_generator>().generate(request, mh::as_result, options));
    REQUIRE(ok(made));
    CHECK(f.polls() == 1);
    CHECK(f.clock->elapsed() - begin < 1s);
}

TEST_CASE("with webhooks a slow poll stays as a net")
{
    /// A hub that never hears of anything.
    struct deaf_hub : mh::detail::wake_source
    {
        asio::awaitable<bool> wait(std::string, http::time_source& clock, http::time_point until) override
        {
            co_await http::sleep_until(clock, until);
            co_return false;
        }
        bool take(std::string_view) override { return false; }
    };
    fixture f;
    auto const request = f.picture();
    mh::generate_options options;
    options.hub(std::make_shared<deaf_hub>());
    auto const made = f.run(f.resource<mh::ai_image_generator>().generate(request, mh::as_result, options));
    REQUIRE(ok(made));
    CHECK(f.polls() == 3);
    CHECK(f.clock->elapsed() > 200s);
}

TEST_CASE("F1: a full disk fails with its reason and the job's id, and leaves nothing")
{
    fixture f;
    auto const small = f.dir / "small";
    std::filesystem::create_directory(small);
    if (::mount("tmpfs", small.c_str(), "tmpfs", 0, "size=256k") != 0)
    {
        MESSAGE("skipped: no file system may be mounted here");
        return;
    }
    mh::testing::output large;
    large.content = mh::testing::synthetic_content(2'000'000);
    large.extension = "png";
    large.content_type = "image/png";
    f.fake.plan_all(job_plan::making({large}));
    auto const request = f.picture();
    auto const made = f.run(f.resource<mh::ai_image_generator>().generate(request, mh::as_result, small));
    bool const empty = std::filesystem::is_empty(small);
    ::umount(small.c_str());
    REQUIRE(made.has_error());
    CHECK(made.error() == mh::errc::file);
    CHECK(made.error()->system == boost::system::errc::no_space_on_device);
    CHECK_FALSE(made.error()->project_id.empty());
    CHECK(made.error()->last_status == "complete");
    CHECK(empty);
}

TEST_CASE("F8: a slow disk does not hold up the loop that downloads")
{
    fixture f;
    mh::testing::output large;
    large.content = mh::testing::synthetic_content(3'000'000);
    large.extension = "mp4";
    large.content_type = "video/mp4";
    f.fake.plan_all(job_plan::making({large}));
    asio::thread_pool disk{1};
    auto options = f.options();
    options.file_executor = disk.get_executor();
    options.clock = nullptr;
    std::atomic<bool> stop{false};
    // Every file call queues up behind a pause of the disk.
    std::function<void()> busy = [&]
    {
        std::this_thread::sleep_for(60ms);
        if (!stop)
            asio::post(disk, busy);
    };
    asio::post(disk, busy);

    auto slip = 0ms;
    bool beating = true;
    auto const beat = [&]() -> asio::awaitable<void>
    {
        asio::steady_timer timer{f.io};
        while (beating)
        {
            auto const due = std::chrono::steady_clock::now() + 10ms;
            timer.expires_at(due);
            co_await timer.async_wait(asio::use_awaitable);
            auto const late = std::chrono::steady_clock::now() - due;
            slip = std::max(slip, std::chrono::duration_cast<std::chrono::milliseconds>(late));
        }
    };
    mh::session const session{f.io, options};
    auto const request = f.picture();
    mh::poll_options fast;
    fast.interval = 100ms;
    auto const heart = support::start(f.io, beat());
    mh::generate_options how{f.dir / "out"};
    auto const made = support::run(
        f.io, mh::resource<mh::ai_image_generator>{session}.generate(request, mh::as_result, how.poll(fast)));
    stop = true;
    beating = false;
    support::settle(f.io, 50ms);
    disk.join();
    CHECK(ok(made));
    MESSAGE("slip of the heartbeat: " << slip.count() << " ms");
    CHECK(slip < 500ms); // a loaded machine and sanitizers included; the disk alone would cost more
}

TEST_CASE("F7: a process that is killed while it downloads leaves the whole file or none")
{
    fixture f;
    auto const content = mh::testing::synthetic_content(3'000'000);
    mh::testing::output large;
    large.content = content;
    large.extension = "mp4";
    large.content_type = "video/mp4";
    f.fake.plan_all(job_plan::making({large}));
    auto const expected = mh::testing::sha256(*content);
    f.fake.on("GET *.mp4").drip(200'000, 2ms);
    for (int run = 0; run < 6; ++run)
    {
        auto const out = f.dir / ("out" + std::to_string(run));
        auto const child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0)
        {
            auto options = f.options();
            options.clock = nullptr;
            asio::io_context io{1};
            mh::session const session{io, options};
            auto const request = f.picture();
            mh::poll_options fast;
            fast.interval = 100ms;
            mh::generate_options how{out};
            auto work =
                mh::resource<mh::ai_image_generator>{session}.generate(request, how.poll(fast).sync(false));
            asio::co_spawn(io, std::move(work), [](auto&&...) {});
            io.run();
            ::_exit(0);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{300 + 37 * run});
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        if (!std::filesystem::exists(out))
            continue;
        for (auto const& entry : std::filesystem::directory_iterator{out})
        {
            bool const whole = mh::testing::sha256(f.dir.read(entry.path())) == expected;
            CHECK((whole || entry.path().extension() == ".part"));
        }
    }
}
