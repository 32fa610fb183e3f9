#include "expect.hpp"

#include <magic_hour/v1/all.hpp>

namespace mh = magic_hour;
namespace json = magic_hour::json;
using contract::expect_refused;

namespace
{

/// Calls `change` with a copy of a valid request and tells what is refused then.
template <class Request, class Change>
void refuse(Request request, Change change, std::string_view path, std::string_view rule)
{
    REQUIRE_FALSE(json::validate(request).has_value());
    change(request);
    expect_refused(request, path, rule);
}

mh::animation::request animated()
{
    using tool = mh::animation;
    return {
        .assets = {.audio_source = tool::audio_source::none},
        .style =
            {.art_style = tool::art_style::cosmic,
             .camera_effect = tool::camera_effect::jump,
             .prompt_type = tool::prompt_type::custom,
             .transition_speed = 1,
             .prompt = "stars"},
        .fps = 12,
        .end_seconds = 1,
        .width = 64,
        .height = 64};
}

mh::face_swap::request swapped()
{
    return {
        .assets =
            {.video_source = mh::face_swap::video_source::file,
             .video_file_path = "api-assets/v.mp4",
             .image_file_path = "api-assets/i.png"},
        .end_seconds = 1};
}

mh::character_replace::request replaced()
{
    return {
        .assets = {.video_file_path = "api-assets/v.mp4", .image_file_path = "api-assets/c.png"},
        .end_seconds = 5};
}

mh::video_to_video::request redrawn()
{
    return {
        .assets =
            {.video_source = mh::video_to_video::video_source::file, .video_file_path = "api-assets/v.mp4"},
        .style = {.art_style = mh::video_to_video::art_style::clay},
        .end_seconds = 1};
}

mh::lip_sync::request synced()
{
    return {
        .assets =
            {.audio_file_path = "api-assets/a.mp3",
             .video_source = mh::lip_sync::video_source::file,
             .video_file_path = "api-assets/v.mp4"},
        .end_seconds = 1};
}

mh::text_to_video::request filmed()
{
    return {.style = {.prompt = "a fox"}, .end_seconds = 5};
}

mh::ai_talking_photo::request talking()
{
    return {
        .assets = {.image_file_path = "api-assets/i.png", .audio_file_path = "api-assets/a.mp3"},
        .end_seconds = 1};
}

} // namespace

TEST_CASE("a missing required member is refused by its path")
{
    expect_refused(mh::ai_image_generator::request{}, "style.prompt", "required");
    expect_refused(mh::head_swap::request{}, "assets.body_file_path", "required");
    expect_refused(mh::ai_qr_code_generator::request{.content = "x"}, "style.art_style", "required");
    refuse(
        swapped(), [](auto& r) { r.assets.video_source = {}; }, "assets.video_source", "required");
    expect_refused(mh::files::upload_urls::request{}, "items", "required");
    expect_refused(
        mh::files::upload_urls::request{.items = {{.type = "image", .extension = "png"}, {}}},
        "items[1].type", "required");
}

TEST_CASE("bounds are inclusive and refused beyond")
{
    refuse(
        filmed(), [](auto& r) { r.style.prompt = std::string(20001, 'x'); }, "style.prompt",
        "at most 20000 characters");
    refuse(
        filmed(), [](auto& r) { r.end_seconds = 60.5; }, "end_seconds", "at most 60");
    refuse(
        filmed(), [](auto& r) { r.end_seconds = 0.5; }, "end_seconds", "at least 1");
    refuse(
        animated(), [](auto& r) { r.width = 63; }, "width", "at least 64");
    refuse(
        animated(), [](auto& r) { r.style.transition_speed = 11; }, "style.transition_speed", "at most 10");
    refuse(
        talking(), [](auto& r) { r.start_seconds = -0.1; }, "start_seconds", "at least 0");

    auto edge = filmed();
    edge.style.prompt = std::string(20000, 'x');
    edge.end_seconds = 60;
    CHECK_FALSE(json::validate(edge).has_value());
}

TEST_CASE("steps of numbers are checked without being fooled by binary fractions")
{
    mh::face_detection::request search{.assets = {.target_file_path = "api-assets/i.png"}};
    for (int i = 0; i <= 20; ++i)
    {
        search.confidence_score = 0.05 * i;
        CHECK_FALSE(json::validate(search).has_value());
    }
    refuse(
        search, [](auto& r) { r.confidence_score = 0.52; }, "confidence_score", "a multiple of 0.05");
    refuse(
        talking(), [](auto& r) { r.style.intensity = 1.005; }, "style.intensity", "a multiple of 0.01");

    mh::ai_face_editor::request face{.assets = {.image_file_path = "api-assets/i.png"}};
    refuse(
        face, [](auto& r) { r.style.head_yaw = 7; }, "style.head_yaw", "a multiple of 5");
}

TEST_CASE("an image editor gets one to ten pictures")
{
    mh::ai_image_editor::request edit{
        .assets = {.image_file_paths = {"api-assets/a.png"}}, .style = {.prompt = "hat"}};
    refuse(
        edit, [](auto& r) { r.assets.image_file_paths.clear(); }, "assets.image_file_paths",
        "at least 1 entry");
    refuse(
        edit, [](auto& r) { r.assets.image_file_paths.resize(11, "api-assets/a.png"); },
        "assets.image_file_paths", "at most 10 entries");
    refuse(
        edit, [](auto& r) { r.assets.image_file_paths.emplace_back(); }, "assets.image_file_paths[1]",
        "required");
    refuse(
        edit, [](auto& r) { r.image_count = 2; }, "image_count", "one of 1, 4, 9, 16");

    edit.assets.image_file_paths.clear();
    edit.assets.image_file_path = "api-assets/a.png";
    CHECK_FALSE(json::validate(edit).has_value());
}

TEST_CASE("an upscaler knows two factors")
{
    mh::ai_image_upscaler::request enlarge{
        .assets = {.image_file_path = "api-assets/a.png"}, .scale_factor = 4};
    for (double const factor : {0.0, 1.0, 3.0, 2.5, 8.0})
        refuse(
            enlarge, [&](auto& r) { r.scale_factor = factor; }, "scale_factor", "2 or 4");
}

TEST_CASE("an upload's extension has no dot and no capitals")
{
    using tool = mh::files::upload_urls;
    tool::request const one{.items = {{.type = tool::type::image, .extension = "jp2"}}};
    for (auto const* const odd : {".png", "PNG", "tar.gz", "p ng"})
        refuse(
            one, [&](auto& r) { r.items[0].extension = odd; }, "items[0].extension",
            "lower case letters and digits");
}

TEST_CASE("every clip ends after it starts")
{
    constexpr std::string_view rule = "greater than start_seconds";
    auto const backwards = [](auto& r)
    {
        r.start_seconds = 2;
        r.end_seconds = 2;
    };
    refuse(talking(), backwards, "end_seconds", rule);
    refuse(swapped(), backwards, "end_seconds", rule);
    refuse(synced(), backwards, "end_seconds", rule);
    refuse(redrawn(), backwards, "end_seconds", rule);
    refuse(replaced(), backwards, "end_seconds", rule);
    refuse(
        mh::ai_video_editor::request{
            .assets = {.video_file_path = "api-assets/v.mp4"}, .style = {.prompt = "x"}, .end_seconds = 1},
        backwards, "end_seconds", rule);
    refuse(
        mh::ai_video_translator::request{
            .assets = {.video_file_path = "api-assets/v.mp4"}, .target_language = "Welsh", .end_seconds = 1},
        backwards, "end_seconds", rule);
    refuse(
        mh::audio_to_video::request{.assets = {.audio_file_path = "api-assets/a.mp3"}, .end_seconds = 1},
        backwards, "end_seconds", rule);
    refuse(
        mh::auto_subtitle_generator::request{
            .assets = {.video_file_path = "api-assets/v.mp4"},
            .style = {.template_ = "karaoke"},
            .end_seconds = 1},
        backwards, "end_seconds", rule);
}

TEST_CASE("a translation takes 1 to 30 seconds")
{
    mh::ai_video_translator::request translate{
        .assets = {.video_file_path = "api-assets/v.mp4"}, .target_language = "Welsh", .end_seconds = 35};
    translate.start_seconds = 5;
    constexpr std::string_view rule = "1 to 30 seconds after start_seconds for a translation";
    refuse(
        translate, [](auto& r) { r.end_seconds = 35.5; }, "end_seconds", rule);
    refuse(
        translate, [](auto& r) { r.end_seconds = 5.9; }, "end_seconds", rule);
}

TEST_CASE("a talking photo is shorter when it is prompted")
{
    auto talk = talking();
    talk.end_seconds = 300;
    refuse(
        talk, [](auto& r) { r.end_seconds = 301; }, "end_seconds",
        "at most 300 seconds after start_seconds for realistic");
    talk.style.generation_mode = mh::ai_talking_photo::generation_mode::expressive;
    talk.end_seconds = 45;
    refuse(
        talk, [](auto& r) { r.end_seconds = 46; }, "end_seconds",
        "at most 45 seconds after start_seconds for prompted");
    talk.style.generation_mode = "a mode of next year";
    talk.end_seconds = 3000;
    CHECK_FALSE(json::validate(talk).has_value());
}

TEST_CASE("a source needs what it names")
{
    refuse(
        swapped(), [](auto& r) { r.assets.video_file_path.reset(); }, "assets.video_file_path",
        "required when video_source is file");
    refuse(
        synced(), [](auto& r) { r.assets.video_source = "youtube"; }, "assets.youtube_url",
        "required when video_source is youtube");
    refuse(
        redrawn(), [](auto& r) { r.assets.video_file_path.reset(); }, "assets.video_file_path",
        "required when video_source is file");
    refuse(
        animated(), [](auto& r) { r.assets.audio_source = "file"; }, "assets.audio_file_path",
        "required when audio_source is file");
    refuse(
        animated(), [](auto& r) { r.assets.audio_source = "youtube"; }, "assets.youtube_url",
        "required when audio_source is youtube");
}

TEST_CASE("a swap of all faces needs a face, one of chosen faces needs pairs")
{
    refuse(
        swapped(), [](auto& r) { r.assets.image_file_path.reset(); }, "assets.image_file_path",
        "required when face_swap_mode is all-faces");
    refuse(
        swapped(), [](auto& r) { r.assets.face_swap_mode = "individual-faces"; }, "assets.face_mappings",
        "required when face_swap_mode is individual-faces");

    mh::face_swap_photo::request photo{
        .assets = {.target_file_path = "api-assets/t.png", .source_file_path = "api-assets/s.png"}};
    refuse(
        photo, [](auto& r) { r.assets.source_file_path.reset(); }, "assets.source_file_path",
        "required when face_swap_mode is all-faces");
    refuse(
        photo, [](auto& r) { r.assets.face_swap_mode = "individual-faces"; }, "assets.face_mappings",
        "required when face_swap_mode is individual-faces");
    photo.assets.face_mappings.resize(
        5, {.original_face = "api-assets/0-0.png", .new_face = "api-assets/n.png"});
    refuse(
        photo, [](auto& r) { r.assets.face_mappings.push_back(r.assets.face_mappings[0]); },
        "assets.face_mappings", "at most 5 entries");
    refuse(
        photo, [](auto& r) { r.assets.face_mappings[2].original_face.clear(); },
        "assets.face_mappings[2].original_face", "required");
}

TEST_CASE("an animation needs what its style and its prompt type name")
{
    refuse(
        animated(), [](auto& r) { r.style.art_style = "Custom"; }, "style.art_style_custom",
        "required when art_style is Custom");
    refuse(
        animated(), [](auto& r) { r.style.prompt.reset(); }, "style.prompt",
        "required when prompt_type is custom");
    for (auto const* const type : {"use_lyrics", "ai_choose"})
        refuse(
            animated(), [&](auto& r) { r.style.prompt_type = type; }, "assets.audio_source",
            "file or youtube when prompt_type is " + std::string{type});
}

TEST_CASE("subtitles need a template or complete settings")
{
    mh::auto_subtitle_generator::request subtitles{
        .assets = {.video_file_path = "api-assets/v.mp4"}, .end_seconds = 1};
    subtitles.style.custom_config = {
        .font = "Roboto", .text_color = "#FFFFFF", .vertical_position = "top", .horizontal_position = "left"};
    constexpr std::string_view rule = "required without style.template";
    refuse(
        subtitles, [](auto& r) { r.style = {}; }, "style.custom_config.font", rule);
    refuse(
        subtitles, [](auto& r) { r.style.custom_config.text_color.reset(); },
        "style.custom_config.text_color", rule);
    refuse(
        subtitles, [](auto& r) { r.style.custom_config.vertical_position = ""; },
        "style.custom_config.vertical_position", rule);
    refuse(
        subtitles, [](auto& r) { r.style.custom_config.horizontal_position.reset(); },
        "style.custom_config.horizontal_position", rule);

    subtitles.style = {.template_ = "cinematic"};
    subtitles.style.custom_config.font_size = 20;
    CHECK_FALSE(json::validate(subtitles).has_value());
}

TEST_CASE("points belong to one way of finding the person and to one model")
{
    refuse(
        replaced(), [](auto& r) { r.style.selection_mode = "point"; }, "style.points",
        "required when selection_mode is point");
    refuse(
        replaced(),
        [](auto& r)
        {
            r.model = "kling-3.0";
            r.style.points.push_back({.position_x = 1});
        },
        "style.points", "not taken by kling-3.0");
    refuse(
        replaced(), [](auto& r) { r.style.points.push_back({.position_y = -1}); },
        "style.points[0].position_y", "at least 0");
}

TEST_CASE("a redrawn video needs the prompt that its prompt type names")
{
    for (auto const* const type : {"custom", "append_default"})
        refuse(
            redrawn(), [&](auto& r) { r.style.prompt_type = type; }, "style.prompt",
            "required when prompt_type is " + std::string{type});
    auto plain = redrawn();
    plain.style.prompt_type = mh::video_to_video::prompt_type::default_;
    CHECK_FALSE(json::validate(plain).has_value());
}

TEST_CASE("speech has at most 1000 characters, however many bytes they take")
{
    std::string umlauts;
    for (int i = 0; i < 1000; ++i)
        umlauts += "\xC3\xBC";
    mh::ai_voice_generator::request speak{.style = {.prompt = umlauts, .voice_name = "Prince"}};
    refuse(
        speak, [](auto& r) { r.style.prompt += "x"; }, "style.prompt", "at most 1000 characters");

    mh::ai_voice_cloner::request clone{
        .assets = {.audio_file_path = "api-assets/a.mp3"}, .style = {.prompt = umlauts}};
    refuse(
        clone, [](auto& r) { r.style.prompt += "x"; }, "style.prompt", "at most 1000 characters");
}

TEST_CASE("references are named so that a prompt can cite them")
{
    auto film = filmed();
    film.references = {{.name = "Fox-1_b", .file_path = "api-assets/f.png"}};
    for (auto const* const odd :
         {"1fox", "@fox", "my fox",
          "f\xC3\xBC"
          "chs",
          "-"})
        refuse(
            film, [&](auto& r) { r.references[0].name = odd; }, "references[0].name",
            "a letter, then letters, digits, _ and -");
    refuse(
        film, [](auto& r) { r.references.resize(11, r.references[0]); }, "references", "at most 10 entries");
}

TEST_CASE("values that nobody knows yet are the server's business")
{
    auto film = filmed();
    film.model = "kling-9.0";
    film.resolution = "16k";
    film.aspect_ratio = "21:9";
    film.end_seconds = 59.5;
    film.audio = true;
    CHECK_FALSE(json::validate(film).has_value());
}
