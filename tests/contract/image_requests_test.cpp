#include "expect.hpp"

#include <magic_hour/v1/image.hpp>

namespace mh = magic_hour;
using contract::expect_all_sent;
using contract::expect_sent;

TEST_CASE("ai_clothes_changer is sent as the contract says")
{
    using tool = mh::ai_clothes_changer;
    expect_sent(
        tool::request{
            .assets =
                {.person_file_path = "https://a.example/p.png", .garment_file_path = "api-assets/g.png"}},
        R"({"assets":{"person_file_path":"https://a.example/p.png","garment_file_path":"api-assets/g.png"}})");
    expect_all_sent(
        tool::request{
            .assets =
                {.person_file_path = "api-assets/p.png",
                 .garment_file_path = "api-assets/g.png",
                 .garment_type = tool::garment_type::lower_body},
            .name = "Jeans"},
        R"({"assets":{"person_file_path":"api-assets/p.png","garment_file_path":"api-assets/g.png",
            "garment_type":"lower_body"},"name":"Jeans"})");
}

TEST_CASE("ai_face_editor is sent as the contract says")
{
    using tool = mh::ai_face_editor;
    expect_sent(
        tool::request{.assets = {.image_file_path = "api-assets/f.png"}},
        R"({"assets":{"image_file_path":"api-assets/f.png"},"style":{}})");

    tool::request full{.assets = {.image_file_path = "api-assets/f.png"}, .name = "Grin"};
    full.style = {
        .enhance_face = true,
        .eyebrow_direction = 5,
        .eye_gaze_horizontal = -5,
        .eye_gaze_vertical = 10,
        .eye_open_ratio = -10,
        .lip_open_ratio = 15,
        .head_roll = -15,
        .mouth_grim = 20,
        .mouth_pout = -20,
        .mouth_purse = 25,
        .mouth_smile = 100,
        .mouth_position_horizontal = -100,
        .mouth_position_vertical = 30,
        .head_pitch = -30,
        .head_yaw = 35};
    expect_all_sent(
        full,
        R"({"assets":{"image_file_path":"api-assets/f.png"},"name":"Grin","style":{"enhance_face":true,
            "eyebrow_direction":5,"eye_gaze_horizontal":-5,"eye_gaze_vertical":10,"eye_open_ratio":-10,
            "lip_open_ratio":15,"head_roll":-15,"mouth_grim":20,"mouth_pout":-20,"mouth_purse":25,
            "mouth_smile":100,"mouth_position_horizontal":-100,"mouth_position_vertical":30,"head_pitch":-30,
            "head_yaw":35}})");
}

TEST_CASE("ai_gif_generator is sent as the contract says")
{
    using tool = mh::ai_gif_generator;
    expect_sent(tool::request{.style = {.prompt = "A frog"}}, R"({"style":{"prompt":"A frog"}})");
    expect_all_sent(
        tool::request{
            .style = {.prompt = "A frog"}, .output_format = tool::output_format::webm, .name = "Frog"},
        R"({"style":{"prompt":"A frog"},"output_format":"webm","name":"Frog"})");
}

TEST_CASE("ai_headshot_generator is sent as the contract says")
{
    using tool = mh::ai_headshot_generator;
    expect_sent(
        tool::request{.assets = {.image_file_path = "api-assets/me.png"}},
        R"({"assets":{"image_file_path":"api-assets/me.png"}})");
    expect_all_sent(
        tool::request{
            .assets = {.image_file_path = "api-assets/me.png"}, .style = {.prompt = "suit"}, .name = "Me"},
        R"({"assets":{"image_file_path":"api-assets/me.png"},"style":{"prompt":"suit"},"name":"Me"})");
}

TEST_CASE("ai_image_editor is sent as the contract says")
{
    using tool = mh::ai_image_editor;
    expect_sent(
        tool::request{.assets = {.image_file_paths = {"api-assets/a.png"}}, .style = {.prompt = "Add a hat"}},
        R"({"assets":{"image_file_paths":["api-assets/a.png"]},"style":{"prompt":"Add a hat"}})");
    expect_all_sent(
        tool::request{
            .assets =
                {.image_file_paths = {"api-assets/a.png", "https://a.example/b.png"},
                 .image_file_path = "saved-items/c.png"},
            .style = {.prompt = "Add a hat", .model = tool::former_model::nano_banana},
            .model = tool::model::nano_banana_2_1,
            .image_count = 4,
            .aspect_ratio = tool::aspect_ratio::portrait_4_5,
            .resolution = tool::resolution::px640,
            .name = "Hat"},
        R"({"assets":{"image_file_paths":["api-assets/a.png","https://a.example/b.png"],
            "image_file_path":"saved-items/c.png"},"style":{"prompt":"Add a hat","model":"Nano Banana"},
            "model":"nano-banana-2.1","image_count":4,"aspect_ratio":"4:5","resolution":"640px","name":"Hat"})");
}

TEST_CASE("ai_image_generator is sent as the contract says")
{
    using tool = mh::ai_image_generator;
    expect_sent(
        tool::request{.style = {.prompt = "A ship"}}, R"({"style":{"prompt":"A ship"},"image_count":1})");
    expect_all_sent(
        tool::request{
            .style =
                {.prompt = "A ship",
                 .tool = tool::tool::ai_anime_generator,
                 .quality_mode = tool::quality_mode::pro},
            .image_count = 9,
            .model = tool::model::nano_banana_pro,
            .aspect_ratio = tool::aspect_ratio::landscape_16_9,
            .resolution = tool::resolution::k4,
            .name = "Ship",
            .orientation = tool::orientation::landscape},
        R"({"style":{"prompt":"A ship","tool":"ai-anime-generator","quality_mode":"pro"},"image_count":9,
            "model":"nano-banana-pro","aspect_ratio":"16:9","resolution":"4k","name":"Ship",
            "orientation":"landscape"})");
}

TEST_CASE("ai_image_upscaler is sent as the contract says")
{
    using tool = mh::ai_image_upscaler;
    expect_sent(
        tool::request{.assets = {.image_file_path = "api-assets/s.png"}, .scale_factor = 2},
        R"({"assets":{"image_file_path":"api-assets/s.png"},"scale_factor":2})");
    expect_all_sent(
        tool::request{
            .assets = {.image_file_path = "api-assets/s.png"},
            .scale_factor = 4,
            .style =
                {.mode = tool::mode::creative,
                 .prompt = "more leaves",
                 .enhancement = tool::enhancement::resemblance},
            .name = "Tree"},
        R"({"assets":{"image_file_path":"api-assets/s.png"},"scale_factor":4,"style":{"mode":"creative",
            "prompt":"more leaves","enhancement":"Resemblance"},"name":"Tree"})");
}

TEST_CASE("ai_meme_generator is sent as the contract says, with its one camel case name")
{
    using tool = mh::ai_meme_generator;
    expect_sent(
        tool::request{.style = {.topic = "Mondays", .template_ = "Random"}},
        R"({"style":{"topic":"Mondays","template":"Random"}})");
    expect_all_sent(
        tool::request{
            .style = {.topic = "Mondays", .template_ = "Gru's Plan", .search_web = true}, .name = "Monday"},
        R"({"style":{"topic":"Mondays","template":"Gru's Plan","searchWeb":true},"name":"Monday"})");
}

TEST_CASE("ai_photo_editor is sent as the contract says")
{
    using tool = mh::ai_photo_editor;
    tool::request request{
        .assets = {.image_file_path = "api-assets/p.png"},
        .style =
            {.prompt = "a man with a hat",
             .image_description = "a man",
             .likeness_strength = 5.5,
             .prompt_strength = 3.75},
        .resolution = 512};
    expect_sent(
        request,
        R"({"assets":{"image_file_path":"api-assets/p.png"},"style":{"prompt":"a man with a hat",
            "image_description":"a man","likeness_strength":5.5,"prompt_strength":3.75},"resolution":512})");

    request.style.negative_prompt = "cartoon";
    request.style.steps = 6;
    request.style.upscale_factor = 4;
    request.style.upscale_fidelity = 0.25;
    request.name = "Hat";
    request.steps = 3;
    expect_all_sent(
        request,
        R"({"assets":{"image_file_path":"api-assets/p.png"},"style":{"prompt":"a man with a hat",
            "image_description":"a man","likeness_strength":5.5,"prompt_strength":3.75,
            "negative_prompt":"cartoon","steps":6,"upscale_factor":4,"upscale_fidelity":0.25},
            "resolution":512,"name":"Hat","steps":3})");
    CHECK(tool::create.deprecated);
}

TEST_CASE("ai_qr_code_generator is sent as the contract says")
{
    using tool = mh::ai_qr_code_generator;
    expect_sent(
        tool::request{.style = {.art_style = "Mech"}, .content = "https://m.example"},
        R"({"style":{"art_style":"Mech"},"content":"https://m.example"})");
    expect_all_sent(
        tool::request{.style = {.art_style = "moss"}, .content = "hello", .name = "Code"},
        R"({"style":{"art_style":"moss"},"content":"hello","name":"Code"})");
}

TEST_CASE("body_swap is sent as the contract says")
{
    using tool = mh::body_swap;
    mh::body_swap::request request{
        .assets = {.person_file_path = "api-assets/p.png", .scene_file_path = "api-assets/s.png"},
        .resolution = tool::resolution::k2};
    expect_sent(
        request,
        R"({"assets":{"person_file_path":"api-assets/p.png","scene_file_path":"api-assets/s.png"},
            "resolution":"2k"})");
    request.name = "Beach";
    expect_all_sent(
        request,
        R"({"assets":{"person_file_path":"api-assets/p.png","scene_file_path":"api-assets/s.png"},
            "resolution":"2k","name":"Beach"})");
}

TEST_CASE("face_swap_photo is sent as the contract says")
{
    using tool = mh::face_swap_photo;
    expect_sent(
        tool::request{
            .assets = {.target_file_path = "api-assets/t.png", .source_file_path = "api-assets/s.png"}},
        R"({"assets":{"target_file_path":"api-assets/t.png","source_file_path":"api-assets/s.png"}})");
    expect_all_sent(
        tool::request{
            .assets =
                {.target_file_path = "api-assets/t.png",
                 .source_file_path = "api-assets/s.png",
                 .face_swap_mode = tool::face_swap_mode::individual_faces,
                 .face_mappings =
                     {{.original_face = "api-assets/0-0.png", .new_face = "api-assets/n.png"},
                      {.original_face = "api-assets/0-1.png", .new_face = "https://a.example/n.png"}}},
            .name = "Party"},
        R"({"assets":{"target_file_path":"api-assets/t.png","source_file_path":"api-assets/s.png",
            "face_swap_mode":"individual-faces","face_mappings":[
            {"original_face":"api-assets/0-0.png","new_face":"api-assets/n.png"},
            {"original_face":"api-assets/0-1.png","new_face":"https://a.example/n.png"}]},"name":"Party"})");
}

TEST_CASE("head_swap is sent as the contract says")
{
    mh::head_swap::request request{
        .assets = {.body_file_path = "api-assets/b.png", .head_file_path = "api-assets/h.png"}};
    expect_sent(
        request, R"({"assets":{"body_file_path":"api-assets/b.png","head_file_path":"api-assets/h.png"}})");
    request.max_resolution = 1536;
    request.name = "Moon";
    expect_all_sent(
        request,
        R"({"assets":{"body_file_path":"api-assets/b.png","head_file_path":"api-assets/h.png"},
            "max_resolution":1536,"name":"Moon"})");
}

TEST_CASE("image_background_remover is sent as the contract says")
{
    mh::image_background_remover::request request{.assets = {.image_file_path = "api-assets/i.png"}};
    expect_sent(request, R"({"assets":{"image_file_path":"api-assets/i.png"}})");
    request.assets.background_image_file_path = "https://a.example/sky.png";
    request.name = "Sky";
    expect_all_sent(
        request,
        R"({"assets":{"image_file_path":"api-assets/i.png",
            "background_image_file_path":"https://a.example/sky.png"},"name":"Sky"})");
}

TEST_CASE("photo_colorizer is sent as the contract says")
{
    mh::photo_colorizer::request request{.assets = {.image_file_path = "api-assets/old.png"}};
    expect_sent(request, R"({"assets":{"image_file_path":"api-assets/old.png"}})");
    request.name = "1928";
    expect_all_sent(request, R"({"assets":{"image_file_path":"api-assets/old.png"},"name":"1928"})");
}
