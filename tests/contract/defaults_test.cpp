#include <magic_hour/v1/schema.hpp>

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cmath>
#include <functional>
#include <map>
#include <string>

namespace mh = magic_hour;
namespace json = boost::json;

namespace
{

using member_visitor = std::function<void(std::string const& path, json::object const& member)>;

void visit_members(json::object const& schema, std::string const& path, member_visitor const& visit)
{
    if (auto const* items = schema.if_contains("items"))
        visit_members(items->as_object(), path + "[]", visit);
    auto const* properties = schema.if_contains("properties");
    if (!properties)
        return;
    for (auto const& [name, member] : properties->as_object())
    {
        auto const at = path + '.' + std::string{name};
        visit(at, member.as_object());
        visit_members(member.as_object(), at, visit);
    }
}

/// Every member of every request and query, as "ai_image_editor.create.style.prompt".
void visit_everything_sent(member_visitor const& visit)
{
    auto const api = mh::describe_api();
    for (auto const& entry : api.at("operations").as_array())
        for (auto const* const part : {"request", "query"})
            if (auto const* schema = entry.as_object().if_contains(part))
                visit_members(schema->as_object(), std::string{entry.at("resource").as_string()}, visit);
}

std::map<std::string, std::string> declared_defaults()
{
    std::map<std::string, std::string> out;
    visit_everything_sent(
        [&](std::string const& path, json::object const& member)
        {
            if (auto const* value = member.if_contains("default"))
                out[path] = json::serialize(*value);
        });
    return out;
}

bool has_type(json::value const& value, json::string const& type)
{
    return (type == "string" && value.is_string()) || (type == "boolean" && value.is_bool()) ||
           (type == "integer" && value.is_int64()) || (type == "number" && value.is_number()) ||
           (type == "object" && value.is_object());
}

bool is_listed(json::object const& member, json::value const& value)
{
    auto const* known = member.if_contains("enum");
    if (!known)
        return true;
    for (auto const& candidate : known->as_array())
        if (candidate == value)
            return true;
    return false;
}

double number(json::object const& member, char const* rule, double otherwise)
{
    auto const* value = member.if_contains(rule);
    return value ? value->to_number<double>() : otherwise;
}

bool is_within_bounds(json::object const& member, double value)
{
    auto const step = number(member, "multipleOf", 0);
    bool const on_step = step <= 0 || std::abs(std::remainder(value, step)) < 1e-9;
    return value >= number(member, "minimum", value) && value <= number(member, "maximum", value) && on_step;
}

std::map<std::string, std::string> expected_defaults()
{
    std::map<std::string, std::string> out{
        {"ai_face_editor.create.style.enhance_face", "false"},
        {"ai_gif_generator.create.output_format", R"("gif")"},
        {"ai_image_editor.create.image_count", "1"},
        {"ai_image_generator.create.resolution", R"("auto")"},
        {"ai_image_generator.create.style.tool", R"("general")"},
        {"ai_image_upscaler.create.style", "{}"},
        {"ai_meme_generator.create.style.searchWeb", "false"},
        {"ai_photo_editor.create.style.upscale_factor", "2"},
        {"ai_photo_editor.create.style.upscale_fidelity", "5E-1"},
        {"ai_talking_photo.create.style.generation_mode", R"("realistic")"},
        {"ai_talking_photo.create.style.intensity", "1.5E0"},
        {"ai_video_editor.create.start_seconds", "0"},
        {"ai_video_translator.create.start_seconds", "0"},
        {"audio_to_video.create.start_seconds", "0"},
        {"character_replace.create.model", R"("wan-animate")"},
        {"character_replace.create.start_seconds", "0"},
        {"face_detection.create.confidence_score", "5E-1"},
        {"face_swap.create.assets.face_swap_mode", R"("all-faces")"},
        {"face_swap_photo.create.assets.face_swap_mode", R"("all-faces")"},
        {"image_to_video.create.model", R"("default")"},
        {"lip_sync.create.style.generation_mode", R"("lite")"},
        {"saved_items.list.limit", "20"},
        {"text_to_video.create.model", R"("default")"},
        {"video_to_video.create.fps_resolution", R"("HALF")"},
        {"video_to_video.create.style.model", R"("default")"},
        {"video_to_video.create.style.prompt_type", R"("default")"},
        {"video_to_video.create.style.version", R"("default")"},
    };
    for (auto const* const slider :
         {"eyebrow_direction", "eye_gaze_horizontal", "eye_gaze_vertical", "eye_open_ratio", "lip_open_ratio",
          "head_roll", "mouth_grim", "mouth_pout", "mouth_purse", "mouth_smile", "mouth_position_horizontal",
          "mouth_position_vertical", "head_pitch", "head_yaw"})
        out[std::string{"ai_face_editor.create.style."} + slider] = "0";
    return out;
}

} // namespace

TEST_CASE("the schema tells what the API takes for members that are left out")
{
    auto const declared = declared_defaults();
    auto const expected = expected_defaults();
    for (auto const& [path, value] : expected)
    {
        CAPTURE(path);
        REQUIRE(declared.contains(path));
        CHECK(declared.at(path) == value);
    }
    for (auto const& [path, value] : declared)
        CHECK_MESSAGE(expected.contains(path), path);
}

TEST_CASE("every declared default is a value that its member takes")
{
    std::size_t checked = 0;
    visit_everything_sent(
        [&](std::string const& path, json::object const& member)
        {
            CAPTURE(path);
            auto const* value = member.if_contains("default");
            if (!value)
                return;
            ++checked;
            CHECK(has_type(*value, member.at("type").as_string()));
            CHECK(is_listed(member, *value));
            if (value->is_number())
                CHECK(is_within_bounds(member, value->to_number<double>()));
        });
    CHECK(checked == expected_defaults().size());
}
