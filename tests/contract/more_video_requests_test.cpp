#include "expect.hpp"

#include <magic_hour/v1/character_replace.hpp>
#include <magic_hour/v1/face_swap.hpp>
#include <magic_hour/v1/image_to_video.hpp>
#include <magic_hour/v1/lip_sync.hpp>
#include <magic_hour/v1/text_to_video.hpp>
#include <magic_hour/v1/video_to_video.hpp>

namespace mh = magic_hour;
using contract::expect_all_sent;
using contract::expect_sent;

TEST_CASE("character_replace is sent as the contract says")
{
    using tool = mh::character_replace;
    tool::request request{
        .assets = {.video_file_path = "api-assets/v.mp4", .image_file_path = "api-assets/c.png"},
        .end_seconds = 8};
    expect_sent(
        request,
        R"({"assets":{"video_file_path":"api-assets/v.mp4","image_file_path":"api-assets/c.png"},
            "end_seconds":8})");

    request.start_seconds = 3;
    request.model = tool::model::wan_animate;
    request.style = {
        .mode = tool::mode::animate,
        .selection_mode = tool::selection_mode::point,
        .points = {{.position_x = 100, .position_y = 0, .time_seconds = 3.5}}};
    request.resolution = tool::resolution::p480;
    request.name = "Robot";
    expect_all_sent(
        request,
        R"({"assets":{"video_file_path":"api-assets/v.mp4","image_file_path":"api-assets/c.png"},
            "end_seconds":8,"start_seconds":3,"model":"wan-animate","style":{"mode":"animate",
            "selection_mode":"point","points":[{"position_x":100,"position_y":0,"time_seconds":3.5}]},
            "resolution":"480p","name":"Robot"})");
}

TEST_CASE("face_swap is sent as the contract says")
{
    using tool = mh::face_swap;
    tool::request request{
        .assets =
            {.video_source = tool::video_source::file,
             .video_file_path = "api-assets/v.gif",
             .image_file_path = "api-assets/me.png"},
        .end_seconds = 7};
    expect_sent(
        request,
        R"({"assets":{"video_source":"file","video_file_path":"api-assets/v.gif",
            "image_file_path":"api-assets/me.png"},"start_seconds":0,"end_seconds":7})");

    request.assets.youtube_url = "https://youtu.example/2";
    request.assets.face_swap_mode = tool::face_swap_mode::individual_faces;
    request.assets.face_mappings = {{.original_face = "api-assets/1-0.png", .new_face = "api-assets/n.png"}};
    request.style.version = tool::version::v2;
    request.name = "Swap";
    request.height = 960;
    request.width = 512;
    expect_all_sent(
        request,
        R"({"assets":{"video_source":"file","video_file_path":"api-assets/v.gif",
            "youtube_url":"https://youtu.example/2","image_file_path":"api-assets/me.png",
            "face_swap_mode":"individual-faces",
            "face_mappings":[{"original_face":"api-assets/1-0.png","new_face":"api-assets/n.png"}]},
            "start_seconds":0,"end_seconds":7,"style":{"version":"v2"},"name":"Swap","height":960,
            "width":512})");
}

TEST_CASE("image_to_video is sent as the contract says")
{
    using tool = mh::image_to_video;
    tool::request request{.assets = {.image_file_path = "api-assets/i.png"}, .end_seconds = 5};
    expect_sent(request, R"({"assets":{"image_file_path":"api-assets/i.png"},"end_seconds":5})");

    request.assets.end_image_file_path = "api-assets/e.png";
    request.style = {.prompt = "it runs", .quality_mode = tool::quality_mode::studio, .high_quality = false};
    request.model = tool::model::veo3_1_lite;
    request.end_seconds = 8;
    request.resolution = tool::resolution::p1080;
    request.audio = true;
    request.name = "Run";
    request.height = 1;
    request.width = 2;
    expect_all_sent(
        request,
        R"({"assets":{"image_file_path":"api-assets/i.png","end_image_file_path":"api-assets/e.png"},
            "style":{"prompt":"it runs","quality_mode":"studio","high_quality":false},"end_seconds":8,
            "model":"veo3.1-lite","resolution":"1080p","audio":true,"name":"Run","height":1,"width":2})");
}

TEST_CASE("lip_sync is sent as the contract says")
{
    using tool = mh::lip_sync;
    tool::request request{
        .assets =
            {.audio_file_path = "api-assets/a.mp3",
             .video_source = tool::video_source::youtube,
             .youtube_url = "https://youtu.example/3"},
        .end_seconds = 11};
    expect_sent(
        request,
        R"({"assets":{"audio_file_path":"api-assets/a.mp3","video_source":"youtube",
            "youtube_url":"https://youtu.example/3"},"start_seconds":0,"end_seconds":11})");

    request.assets.video_file_path = "api-assets/v.mp4";
    request.style.generation_mode = tool::generation_mode::standard;
    request.max_fps_limit = 24;
    request.name = "Song";
    request.height = 3;
    request.width = 4;
    expect_all_sent(
        request,
        R"({"assets":{"audio_file_path":"api-assets/a.mp3","video_source":"youtube",
            "youtube_url":"https://youtu.example/3","video_file_path":"api-assets/v.mp4"},"start_seconds":0,
            "end_seconds":11,"style":{"generation_mode":"standard"},"max_fps_limit":24,"name":"Song",
            "height":3,"width":4})");
}

TEST_CASE("text_to_video is sent as the contract says")
{
    using tool = mh::text_to_video;
    tool::request request{.style = {.prompt = "a fox"}, .end_seconds = 6};
    expect_sent(request, R"({"style":{"prompt":"a fox"},"end_seconds":6})");

    request.style = {.prompt = "@fox runs", .quality_mode = tool::quality_mode::quick};
    request.model = tool::model::seedance_2_5;
    request.aspect_ratio = tool::aspect_ratio::portrait_9_16;
    request.resolution = tool::resolution::p720;
    request.audio = false;
    request.references = {{.name = "fox", .file_path = "api-assets/fox.png"}};
    request.name = "Fox";
    request.orientation = tool::orientation::portrait;
    expect_all_sent(
        request,
        R"({"style":{"prompt":"@fox runs","quality_mode":"quick"},"end_seconds":6,"model":"seedance-2.5",
            "aspect_ratio":"9:16","resolution":"720p","audio":false,
            "references":[{"name":"fox","file_path":"api-assets/fox.png"}],"name":"Fox",
            "orientation":"portrait"})");
}

TEST_CASE("video_to_video is sent as the contract says")
{
    using tool = mh::video_to_video;
    tool::request request{
        .assets = {.video_source = tool::video_source::file, .video_file_path = "api-assets/v.mp4"},
        .style = {.art_style = tool::art_style::assassins_creed},
        .end_seconds = 3};
    expect_sent(
        request,
        R"({"assets":{"video_source":"file","video_file_path":"api-assets/v.mp4"},
            "style":{"art_style":"Assassin's Creed"},"start_seconds":0,"end_seconds":3})");

    request.assets.youtube_url = "https://youtu.example/4";
    request.style.prompt_type = tool::prompt_type::append_default;
    request.style.prompt = "at night";
    request.style.version = tool::version::v1;
    request.style.model = tool::model::flat_2d_anime;
    request.fps_resolution = tool::fps_resolution::full;
    request.name = "Roofs";
    request.height = 5;
    request.width = 6;
    expect_all_sent(
        request,
        R"({"assets":{"video_source":"file","video_file_path":"api-assets/v.mp4",
            "youtube_url":"https://youtu.example/4"},"style":{"art_style":"Assassin's Creed",
            "prompt_type":"append_default","prompt":"at night","version":"v1","model":"Flat 2D Anime"},
            "start_seconds":0,"end_seconds":3,"fps_resolution":"FULL","name":"Roofs","height":5,"width":6})");
}
