#include "sample.hpp"

#include <magic_hour/json/json.hpp>
#include <magic_hour/json/schema.hpp>
#include <magic_hour/model/asset_walk.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace json = magic_hour::json;
using magic_hour::asset;
using magic_hour::media;

namespace
{

struct mapping
{
    std::string original_face{};
    asset new_face{};
    BOOST_DESCRIBE_CLASS(mapping, (), (original_face, new_face), (), ())

    friend constexpr auto rules(json::of<mapping>)
    {
        return json::rules(json::on(&mapping::new_face, json::accepts{media::image}));
    }
};

struct inputs
{
    std::vector<asset> image_file_paths{};
    std::optional<asset> video_file_path{};
    asset stored_only{};
    std::vector<mapping> face_mappings{};
    std::optional<int> height{};
    BOOST_DESCRIBE_CLASS(
        inputs, (), (image_file_paths, video_file_path, stored_only, face_mappings, height), (), ())

    friend constexpr auto rules(json::of<inputs>)
    {
        return json::rules(
            json::on(&inputs::image_file_paths, json::count{0, 10}, json::accepts{media::image}),
            json::on(&inputs::video_file_path, json::accepts{media::video, media::gif}),
            json::on(&inputs::height, json::deprecated{"ignored"}, json::minimum{64}));
    }
};

struct request
{
    inputs assets{};
    std::vector<int> numbers{};
    BOOST_DESCRIBE_CLASS(request, (), (assets, numbers), (), ())
};

std::string shown(boost::json::object const& schema, boost::json::string_view pointer)
{
    boost::json::value const all = schema;
    return boost::json::serialize(all.at_pointer(pointer));
}

} // namespace

TEST_CASE("a schema tells types, names, required members and bounds")
{
    auto const s = json::schema<sample::editor::request>();
    CHECK(shown(s, "/type") == R"("object")");
    CHECK(shown(s, "/required") == R"(["style","end_seconds"])");
    CHECK(shown(s, "/properties/style/required") == R"(["prompt"])");
    CHECK(
        shown(s, "/properties/style/properties/prompt") ==
        R"({"type":"string","minLength":1,"maxLength":20})");
    CHECK(
        shown(s, "/properties/style/properties/model") ==
        R"({"type":"string","enum":["default","z-image-turbo","16:9"],"x-deprecated-values":["z-image-turbo"],)"
        R"("nullable":true,"deprecated":true,"x-deprecated":"use request.model","default":"16:9"})");
    CHECK(
        shown(s, "/properties/style/properties/searchWeb") ==
        R"({"type":"boolean","nullable":true,"default":false})");
    CHECK(
        shown(s, "/properties/style/properties/points") ==
        R"({"type":"array","minItems":2,"maxItems":3,"items":{"type":"object","properties":{"x":{"type":)"
        R"("integer","minimum":-100,"maximum":100,"multipleOf":5},"confidence":{"type":"number","minimum":0,)"
        R"("maximum":1,"multipleOf":5E-2,"nullable":true}},"required":["x"]}})");
    CHECK(
        shown(s, "/properties/end_seconds") ==
        R"({"type":"number","minimum":1E-1,"maximum":60,"nullable":true})");
    CHECK(
        shown(s, "/properties/extension") ==
        R"({"type":"string","nullable":true,"x-rule":"lower case letters and digits"})");
    CHECK(
        shown(s, "/properties/image_count") ==
        R"({"type":"integer","enum":[1,4,9,16],"nullable":true,"default":4})");
    CHECK(shown(s, "/properties/default") == R"({"type":"string","nullable":true})");
    CHECK(
        shown(s, "/properties/words") ==
        R"({"type":"array","minItems":1,"maxItems":2,"items":{"type":"string","minLength":1,"maxLength":3},)"
        R"("nullable":true})");
}

TEST_CASE("a schema includes the members of the base, with the base's rules")
{
    auto const s = json::schema<sample::video_project>();
    CHECK(shown(s, "/required") == R"(["id"])");
    CHECK(s.at("properties").as_object().size() == 10);
    CHECK(shown(s, "/properties/status/enum") == R"(["queued","rendering","complete","error"])");
    CHECK(shown(s, "/properties/error/nullable") == "true");
    CHECK(shown(s, "/properties/enabled") == R"({"type":"boolean"})");
}

TEST_CASE("a schema tells which files a text member takes, a GIF as the video it is uploaded as")
{
    auto const s = json::schema<inputs>();
    CHECK(
        shown(s, "/properties/image_file_paths") ==
        R"({"type":"array","maxItems":10,"items":{"type":"string","minLength":1,"x-asset":["image"]}})");
    CHECK(
        shown(s, "/properties/video_file_path") ==
        R"({"type":"string","minLength":1,"x-asset":["video"],"nullable":true})");
    CHECK(shown(s, "/properties/stored_only") == R"({"type":"string","minLength":1})");
    CHECK(
        shown(s, "/properties/height") ==
        R"({"type":"integer","minimum":64,"nullable":true,"deprecated":true,"x-deprecated":"ignored"})");
}

TEST_CASE("every asset of a request is visited with its path and what it accepts")
{
    request r{};
    r.assets.image_file_paths = {asset::url("https://a/1"), asset::local("b.png")};
    r.assets.video_file_path = asset::local("c.gif");
    r.assets.face_mappings = {{"api-assets/face", asset::stored("api-assets/d")}};

    std::vector<std::string> seen;
    magic_hour::for_each_asset(
        std::as_const(r),
        [&](asset const& a, std::string const& path, magic_hour::accepted_media kinds, bool upload)
        {
            auto line = path + '=' + a.text() + (upload ? " up" : "");
            for (auto const kind : kinds)
                line += ' ' + std::string{to_string(kind)};
            seen.push_back(line);
        });
    CHECK(
        seen == std::vector<std::string>{
                    "assets.image_file_paths[0]=https://a/1 up image",
                    "assets.image_file_paths[1]=b.png up image", "assets.video_file_path=c.gif up video gif",
                    "assets.stored_only=", "assets.face_mappings[0].new_face=api-assets/d up image"});
}

TEST_CASE("a visited asset can be replaced")
{
    request r{};
    r.assets.video_file_path = asset::local("c.mp4");
    magic_hour::for_each_asset(
        r,
        [](asset& a, std::string const&, auto kinds, bool upload)
        {
            if (upload && kinds.contains(media::video))
                a = asset::stored("api-assets/new");
        });
    CHECK(r.assets.video_file_path->text() == "api-assets/new");
}

TEST_CASE("an asset is its URL or stored path on the wire")
{
    request r{};
    r.assets.image_file_paths = {asset::url("https://a/1?x=\""), asset::stored("api-assets/2")};
    r.assets.video_file_path = asset::local("/home/me/secret name.mp4");
    CHECK(
        json::encode(r) ==
        R"({"assets":{"image_file_paths":["https://a/1?x=\"","api-assets/2"],"video_file_path":""}})");

    auto const back = json::decode<inputs>(
        R"({"image_file_paths":["https://a/1","x.png"],"video_file_path":null,"stored_only":""})");
    REQUIRE(back.has_value());
    CHECK(back->image_file_paths.at(0).what() == asset::form::url);
    CHECK(back->image_file_paths.at(1).what() == asset::form::stored);
    CHECK_FALSE(back->video_file_path);
    CHECK(back->stored_only.empty());
}

TEST_CASE("an asset in use must say something, in UTF-8")
{
    request r{};
    CHECK_FALSE(json::validate(r));
    r.assets.image_file_paths = {asset::stored("api-assets/1"), asset{}};
    CHECK(json::validate(r) == json::violation{"assets.image_file_paths[1]", "required"});
    r.assets.image_file_paths = {asset::stored("api-assets/\xFF")};
    CHECK(json::validate(r) == json::violation{"assets.image_file_paths[0]", "must be valid UTF-8"});
    r.assets.image_file_paths.assign(11, asset::stored("api-assets/1"));
    CHECK(json::validate(r) == json::violation{"assets.image_file_paths", "at most 10 entries"});
}
