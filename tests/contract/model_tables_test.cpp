#include "expect.hpp"

#include <magic_hour/v1/ai_image_editor.hpp>
#include <magic_hour/v1/ai_image_generator.hpp>
#include <magic_hour/v1/ai_video_editor.hpp>
#include <magic_hour/v1/character_replace.hpp>
#include <magic_hour/v1/image_to_video.hpp>
#include <magic_hour/v1/meme_templates.hpp>
#include <magic_hour/v1/models.hpp>
#include <magic_hour/v1/text_to_video.hpp>
#include <magic_hour/v1/voices.hpp>

#include <set>

namespace mh = magic_hour;
namespace json = magic_hour::json;
using contract::expect_refused;

namespace
{

mh::text_to_video::request film(std::string_view model, double seconds)
{
    mh::text_to_video::request request{.style = {.prompt = "a fox"}, .end_seconds = seconds};
    request.model = model;
    return request;
}

mh::image_to_video::request move(std::string_view model, double seconds)
{
    mh::image_to_video::request request{
        .assets = {.image_file_path = "api-assets/i.png"}, .end_seconds = seconds};
    request.model = model;
    return request;
}

template <class Request>
bool passes(Request const& request)
{
    return !json::validate(request).has_value();
}

} // namespace

TEST_CASE("every model of a table is a model that its endpoint names")
{
    using json::open_enum;
    for (auto const& model : mh::video_models)
    {
        CHECK_MESSAGE(open_enum<mh::text_to_video::model>{model.name}.known().has_value(), model.name);
        CHECK_MESSAGE(open_enum<mh::image_to_video::model>{model.name}.known().has_value(), model.name);
    }
    for (auto const& model : mh::image_models)
    {
        bool const draws = open_enum<mh::ai_image_generator::model>{model.name}.known().has_value();
        bool const edits = open_enum<mh::ai_image_editor::model>{model.name}.known().has_value();
        CHECK_MESSAGE(draws == !model.image_counts.empty(), model.name);
        CHECK_MESSAGE(edits == (model.more_images >= 0), model.name);
    }
}

TEST_CASE("lengths that a video model cannot make are refused")
{
    CHECK(passes(film("kling-2.6", 5)));
    CHECK(passes(film("kling-2.6", 10)));
    expect_refused(film("kling-2.6", 7), "end_seconds", "5, 10 seconds for kling-2.6");
    CHECK(passes(film("wan-2.2", 10)));
    CHECK(passes(film("wan-2.2", 15)));
    expect_refused(film("wan-2.2", 11), "end_seconds", "3-10, 15 seconds for wan-2.2");
    expect_refused(film("kling-3.0", 3.5), "end_seconds", "3-15 seconds for kling-3.0");
    expect_refused(move("gemini-omni-1.1", 2), "end_seconds", "3-10 seconds for gemini-omni-1.1");
    CHECK(passes(move("ltx-2.5", 60)));
    CHECK(passes(film("veo3.1", 56)));
    expect_refused(film("veo3.1", 57), "end_seconds", "4, 6, 8, 16, 24, 32, 40, 48, 56 seconds for veo3.1");
}

TEST_CASE("resolutions, shapes and sound that a video model cannot make are refused")
{
    auto request = film("seedance-2.0-mini", 5);
    request.resolution = mh::text_to_video::resolution::p1080;
    expect_refused(request, "resolution", "480p, 720p for seedance-2.0-mini");

    request = film("veo3.1", 8);
    request.aspect_ratio = mh::text_to_video::aspect_ratio::square_1_1;
    expect_refused(request, "aspect_ratio", "16:9, 9:16 for veo3.1");

    request = film("wan-2.2", 5);
    request.audio = true;
    expect_refused(request, "audio", "not made by wan-2.2");
    request.audio = false;
    CHECK(passes(request));
}

TEST_CASE("end frames that a video model does not take are refused")
{
    constexpr std::string_view path = "assets.end_image_file_path";
    auto request = move("minimax-h3", 5);
    request.assets.end_image_file_path = "api-assets/e.png";
    expect_refused(request, path, "not taken by minimax-h3");

    request.model = "kling-2.6";
    CHECK(passes(request));
    request.resolution = mh::image_to_video::resolution::p720;
    expect_refused(request, path, "only at 1080p for kling-2.6");

    request.model = "veo3.1-lite";
    request.end_seconds = 8;
    CHECK(passes(request));
    request.end_seconds = 16;
    expect_refused(request, path, "only up to 8 seconds for veo3.1-lite");
}

TEST_CASE("references that a video model does not take are refused")
{
    auto request = film("ltx-2.5", 5);
    request.references = {{.name = "song", .file_path = "https://a.example/song.MP3?key=1.png"}};
    expect_refused(request, "references", "not taken by ltx-2.5");
    request.model = "kling-3.0";
    expect_refused(request, "references[0].file_path", "image, video for kling-3.0");
    request.model = "wan-3.0";
    CHECK(passes(request));

    request.model = "kling-3.0";
    for (auto const* const fine : {"a.png", "clip.webm", "api-assets/noextension", "odd.xyz"})
    {
        request.references[0].file_path = fine;
        CHECK_MESSAGE(passes(request), fine);
    }
    request.references[0].file_path = mh::asset::bytes("RIFF", "wav");
    expect_refused(request, "references[0].file_path", "image, video for kling-3.0");
}

TEST_CASE("what an image model cannot draw is refused")
{
    mh::ai_image_generator::request draw{.style = {.prompt = "a ship"}, .image_count = 4};
    draw.model = mh::ai_image_generator::model::nano_banana_2;
    CHECK(passes(draw));
    draw.image_count = 2;
    expect_refused(draw, "image_count", "1, 4, 9, 16 for nano-banana-2");
    draw.model = mh::ai_image_generator::model::krea_2;
    expect_refused(draw, "image_count", "1 for krea-2");
    draw.image_count = 1;
    draw.resolution = mh::ai_image_generator::resolution::k2;
    expect_refused(draw, "resolution", "640px, 1k for krea-2");
    draw.resolution = mh::ai_image_generator::resolution::auto_;
    CHECK(passes(draw));
    draw.model = "qwen-edit";
    expect_refused(draw, "model", "qwen-edit only edits");
}

TEST_CASE("what an image model cannot edit is refused")
{
    mh::ai_image_editor::request edit{
        .assets = {.image_file_paths = {"api-assets/a.png", "api-assets/b.png"}}, .style = {.prompt = "hat"}};
    edit.model = mh::ai_image_editor::model::krea_2;
    CHECK(passes(edit));
    edit.assets.image_file_paths.emplace_back("api-assets/c.png");
    expect_refused(edit, "assets.image_file_paths", "at most 2 entries for krea-2");
    edit.model = mh::ai_image_editor::model::nano_banana_pro;
    edit.resolution = mh::ai_image_editor::resolution::px640;
    expect_refused(edit, "resolution", "1k, 2k, 4k for nano-banana-pro");
    edit.resolution.reset();
    edit.model = "z-image-turbo";
    expect_refused(edit, "model", "z-image-turbo does not edit");
    edit.model = "next-year";
    CHECK(passes(edit));
}

TEST_CASE("clips that a model cannot work on are refused")
{
    mh::ai_video_editor::request edit{
        .assets = {.video_file_path = "api-assets/v.mp4"}, .style = {.prompt = "snow"}, .end_seconds = 2};
    edit.model = "gemini-omni-1.1";
    expect_refused(edit, "end_seconds", "3 to 10 seconds after start_seconds for gemini-omni-1.1");
    edit.model = "ltx-2.5";
    edit.start_seconds = 1.7;
    edit.end_seconds = 2.2;
    CHECK(passes(edit));
    edit.end_seconds = 2.1;
    expect_refused(edit, "end_seconds", "0.5 to 20 seconds after start_seconds for ltx-2.5");

    mh::character_replace::request replace{
        .assets = {.video_file_path = "api-assets/v.mp4", .image_file_path = "api-assets/c.png"},
        .end_seconds = 20};
    replace.model = mh::character_replace::model::kling_3_0;
    expect_refused(replace, "end_seconds", "3 to 10 seconds after start_seconds for kling-3.0");
    replace.style.mode = mh::character_replace::mode::animate;
    CHECK(passes(replace));
    replace.resolution = mh::character_replace::resolution::p480;
    expect_refused(replace, "resolution", "720p, 1080p for kling-3.0");
    replace.model = mh::character_replace::model::wan_animate;
    CHECK(passes(replace));
    replace.resolution = mh::character_replace::resolution::p1080;
    expect_refused(replace, "resolution", "480p, 720p for wan-animate");
}

TEST_CASE("voices and templates are found whatever the case")
{
    CHECK(mh::voices::all.size() == 1266);
    CHECK(mh::voices::find("morgan FREEMAN") == "Morgan Freeman");
    CHECK_FALSE(mh::voices::find("Nobody At All").has_value());
    auto const found = mh::voices::search("freeman");
    REQUIRE(found.size() == 1);
    CHECK(found[0] == "Morgan Freeman");
    CHECK(mh::voices::search("").size() == mh::voices::all.size());

    CHECK(mh::meme_templates::all.size() == 101);
    CHECK(mh::meme_templates::find("gru's plan") == "Gru's Plan");
    CHECK(mh::meme_templates::search("spongebob").size() >= 3);
}

TEST_CASE("no name is listed twice")
{
    std::set<std::string_view> const voices(mh::voices::all.begin(), mh::voices::all.end());
    CHECK(voices.size() == mh::voices::all.size());
    std::set<std::string_view> const templates(
        mh::meme_templates::all.begin(), mh::meme_templates::all.end());
    CHECK(templates.size() == mh::meme_templates::all.size());
}

TEST_CASE("models are found by name")
{
    REQUIRE(mh::models::find_image("nano-banana-pro") != nullptr);
    CHECK(mh::models::find_image("nano-banana-pro")->credits == 150);
    CHECK(mh::models::find_image("kling-3.0") == nullptr);
    REQUIRE(mh::models::find_video("kling-3.0") != nullptr);
    CHECK(mh::models::find_video("kling-3.0")->audio == mh::sound::charged);
}
