#include "expect.hpp"

#include <magic_hour/v1/ai_talking_photo.hpp>
#include <magic_hour/v1/ai_video_editor.hpp>
#include <magic_hour/v1/ai_video_translator.hpp>
#include <magic_hour/v1/animation.hpp>
#include <magic_hour/v1/audio_to_video.hpp>
#include <magic_hour/v1/auto_subtitle_generator.hpp>

namespace mh = magic_hour;
using contract::expect_all_sent;
using contract::expect_sent;

TEST_CASE("ai_talking_photo is sent as the contract says")
{
    using tool = mh::ai_talking_photo;
    tool::request request{
        .assets = {.image_file_path = "api-assets/i.png", .audio_file_path = "api-assets/a.mp3"},
        .end_seconds = 12.5};
    expect_sent(
        request,
        R"({"assets":{"image_file_path":"api-assets/i.png","audio_file_path":"api-assets/a.mp3"},
            "start_seconds":0,"end_seconds":12.5})");

    request.start_seconds = 2.5;
    request.style = {
        .generation_mode = tool::generation_mode::prompted, .prompt = "at sea", .intensity = 1.51};
    request.max_resolution = 720;
    request.name = "Captain";
    expect_all_sent(
        request,
        R"({"assets":{"image_file_path":"api-assets/i.png","audio_file_path":"api-assets/a.mp3"},
            "start_seconds":2.5,"end_seconds":12.5,"style":{"generation_mode":"prompted","prompt":"at sea",
            "intensity":1.51},"max_resolution":720,"name":"Captain"})");
}

TEST_CASE("ai_video_editor is sent as the contract says")
{
    using tool = mh::ai_video_editor;
    tool::request request{
        .assets = {.video_file_path = "api-assets/v.mp4"}, .style = {.prompt = "snow"}, .end_seconds = 6};
    expect_sent(
        request,
        R"({"assets":{"video_file_path":"api-assets/v.mp4"},"style":{"prompt":"snow"},"end_seconds":6})");

    request.start_seconds = 1;
    request.model = tool::model::ltx_2_5;
    request.resolution = tool::resolution::p480;
    request.name = "Snow";
    expect_all_sent(
        request,
        R"({"assets":{"video_file_path":"api-assets/v.mp4"},"style":{"prompt":"snow"},"end_seconds":6,
            "start_seconds":1,"model":"ltx-2.5","resolution":"480p","name":"Snow"})");
}

TEST_CASE("ai_video_translator is sent as the contract says")
{
    using tool = mh::ai_video_translator;
    tool::request request{
        .assets = {.video_file_path = "api-assets/v.mp4"},
        .target_language = tool::target_language::chinese_traditional,
        .end_seconds = 30};
    expect_sent(
        request,
        R"json({"assets":{"video_file_path":"api-assets/v.mp4"},"target_language":"Chinese (Traditional)",
            "end_seconds":30
})json");

    request.start_seconds = 29;
    request.resolution = tool::resolution::p1080;
    request.name = "Welcome";
    expect_all_sent(
        request,
        R"json({"assets":{"video_file_path":"api-assets/v.mp4"},"target_language":"Chinese (Traditional)",
            "end_seconds":30,"start_seconds":29,"resolution":"1080p","name":"Welcome"
    })json");
}

TEST_CASE("animation is sent as the contract says")
{
    using tool = mh::animation;
    tool::request request{
        .assets = {.audio_source = tool::audio_source::none},
        .style =
            {.art_style = tool::art_style::streets_90s,
             .camera_effect = tool::camera_effect::vertigo_audio_sync,
             .prompt_type = tool::prompt_type::custom,
             .transition_speed = 10,
             .prompt = "rain"},
        .fps = 23.976,
        .end_seconds = 9,
        .width = 640,
        .height = 360};
    expect_sent(
        request,
        R"({"assets":{"audio_source":"none"},"style":{"art_style":"90s Streets",
            "camera_effect":"Vertigo - Audio Sync","prompt_type":"custom","transition_speed":10,
            "prompt":"rain"},"fps":23.976,"end_seconds":9,"width":640,"height":360})");

    request.assets = {
        .audio_source = tool::audio_source::file,
        .audio_file_path = "api-assets/a.mp3",
        .youtube_url = "https://youtu.example/1",
        .image_file_path = "api-assets/i.png"};
    request.style.art_style = tool::art_style::custom;
    request.style.art_style_custom = "stained glass";
    request.style.prompt_type = tool::prompt_type::use_lyrics;
    request.name = "Rain";
    expect_all_sent(
        request,
        R"({"assets":{"audio_source":"file","audio_file_path":"api-assets/a.mp3",
            "youtube_url":"https://youtu.example/1","image_file_path":"api-assets/i.png"},
            "style":{"art_style":"Custom","art_style_custom":"stained glass",
            "camera_effect":"Vertigo - Audio Sync","prompt_type":"use_lyrics","transition_speed":10,
            "prompt":"rain"},"fps":23.976,"end_seconds":9,"width":640,"height":360,"name":"Rain"})");
}

TEST_CASE("audio_to_video is sent as the contract says")
{
    using tool = mh::audio_to_video;
    tool::request request{.assets = {.audio_file_path = "api-assets/a.mp3"}, .end_seconds = 4};
    expect_sent(request, R"({"assets":{"audio_file_path":"api-assets/a.mp3"},"end_seconds":4})");

    request.assets.image_file_path = "api-assets/i.png";
    request.start_seconds = 0.5;
    request.style.prompt = "waves";
    request.resolution = tool::resolution::p720;
    request.name = "Waves";
    expect_all_sent(
        request,
        R"({"assets":{"audio_file_path":"api-assets/a.mp3","image_file_path":"api-assets/i.png"},
            "end_seconds":4,"start_seconds":0.5,"style":{"prompt":"waves"},"resolution":"720p",
            "name":"Waves"})");
}

TEST_CASE("auto_subtitle_generator is sent as the contract says")
{
    using tool = mh::auto_subtitle_generator;
    tool::request request{
        .assets = {.video_file_path = "api-assets/v.mp4"},
        .style = {.template_ = tool::template_::minimalist},
        .end_seconds = 20};
    expect_sent(
        request,
        R"({"assets":{"video_file_path":"api-assets/v.mp4"},"style":{"template":"minimalist"},
            "start_seconds":0,"end_seconds":20})");

    request.start_seconds = 5;
    request.style.custom_config = {
        .font = "Roboto",
        .font_size = 31.5,
        .font_style = "bold",
        .text_color = "#00FF00",
        .highlighted_text_color = "#FF0000",
        .stroke_color = "#0000FF",
        .stroke_width = 2,
        .vertical_position = "top",
        .horizontal_position = "right"};
    request.name = "Talk";
    expect_all_sent(
        request,
        R"({"assets":{"video_file_path":"api-assets/v.mp4"},"style":{"template":"minimalist",
            "custom_config":{"font":"Roboto","font_size":31.5,"font_style":"bold","text_color":"#00FF00",
            "highlighted_text_color":"#FF0000","stroke_color":"#0000FF","stroke_width":2,
            "vertical_position":"top","horizontal_position":"right"}},"start_seconds":5,"end_seconds":20,
            "name":"Talk"})");
}
