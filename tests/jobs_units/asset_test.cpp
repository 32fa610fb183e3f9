#include <magic_hour/asset.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using magic_hour::asset;
using form = asset::form;

TEST_CASE("a string means what a user expects")
{
    CHECK(asset{"https://example.com/a.png?sig=1"}.what() == form::url);
    CHECK(asset{"HTTP://example.com/a.png"}.what() == form::url);
    CHECK(asset{"https://magichour.ai/my-library?imageId=abc"}.what() == form::url);
    CHECK(asset{"photo.png"}.what() == form::local);
    CHECK(asset{"./image/photo.png"}.what() == form::local);
    CHECK(asset{"/image/photo.png"}.what() == form::local);
    CHECK(asset{""}.empty());
}

TEST_CASE("W11: every storage prefix of the API passes through untouched")
{
    for (std::string const path :
         {"api-assets/id/1.png", "saved-items/x", "image/id/1.png", "video/id/1234.mp4", "audio/id/1.mp3"})
    {
        asset const stored{path};
        CHECK(stored.what() == form::stored);
        CHECK(stored.text() == path);
        CHECK_FALSE(stored.needs_upload());
    }
}

TEST_CASE("W13: a local file whose name begins with http is a local file")
{
    CHECK(asset{"http_face.png"}.what() == form::local);
    CHECK(asset{"https.png"}.what() == form::local);
}

TEST_CASE("a path is always a local file, and its extension is known in lower case")
{
    asset const given{std::filesystem::path{"api-assets/Photo.PNG"}};
    CHECK(given.what() == form::local);
    CHECK(given.needs_upload());
    CHECK(given.extension() == "png");
    CHECK(asset{std::filesystem::path{}}.empty());
}

TEST_CASE("factories say it without guessing")
{
    CHECK(asset::local("https.png").what() == form::local);
    CHECK(asset::stored("anything").what() == form::stored);
    CHECK(asset::url("ftp://x").what() == form::url);
    auto const memory = asset::bytes("abc", ".PNG");
    CHECK(memory.what() == form::bytes);
    CHECK(memory.size() == 3);
    CHECK(memory.extension() == "png");
}

TEST_CASE("assets are equal when one upload serves both")
{
    CHECK(asset{"a.png"} == asset::local("a.png"));
    CHECK_FALSE(asset{"a.png"} == asset{"b.png"});
    CHECK_FALSE(asset::local("a.png") == asset::stored("a.png"));
    CHECK(asset::bytes("abc", "png") == asset::bytes("abc", "png"));
    CHECK_FALSE(asset::bytes("abc", "png") == asset::bytes("abd", "png"));
    CHECK_FALSE(asset::bytes("abc", "png") == asset::bytes("abc", "jpg"));
    auto const nothing = [] { return std::shared_ptr<magic_hour::http::body_source>{}; };
    auto const stream = asset::stream(nothing, 5, "mp4");
    auto const copy = stream;
    CHECK(stream == copy);
    CHECK_FALSE(stream == asset::stream(nothing, 5, "mp4"));
}

TEST_CASE("lists of assets are written as lists of strings")
{
    std::vector<asset> const list = {"a.png", "https://example.com/b.png"};
    REQUIRE(list.size() == 2);
    CHECK(list[0].what() == form::local);
    CHECK(list[1].what() == form::url);
}
