#include "fixture.hpp"

#include <magic_hour/v1/ai_photo_editor.hpp>
#include <magic_hour/v1/ai_voice_cloner.hpp>
#include <magic_hour/v1/audio_projects.hpp>
#include <magic_hour/v1/image_to_video.hpp>
#include <magic_hour/v1/video_projects.hpp>

#include <magic_hour/webhook/hub.hpp>

#include <thread>

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
