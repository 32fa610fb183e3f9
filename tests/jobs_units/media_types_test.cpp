#include <magic_hour/jobs/media_types.hpp>

#include <doctest/doctest.h>

#include <array>

using namespace magic_hour;
using namespace magic_hour::jobs;

namespace
{
constexpr std::array image{media::image};
constexpr std::array video{media::video};
constexpr std::array audio{media::audio};
constexpr std::array video_or_gif{media::video, media::gif};
constexpr std::array anything{media::image, media::video, media::audio};
} // namespace

TEST_CASE("W10: every extension that the API takes is taken, and only those")
{
    for (auto const* extension : {"m4a", "ogg", "opus", "oga", "weba", "amr", "aiff", "flac"})
        CHECK(*kind_for_field(extension, audio) == media::audio);
    for (auto const* extension : {"heic", "heif", "jfif", "tif", "jp2", "avif", "bmp"})
        CHECK(*kind_for_field(extension, image) == media::image);
    for (auto const* extension : {"mp4", "m4v", "mov", "webm"})
        CHECK(*kind_for_field(extension, video) == media::video);
    for (auto const* extension : {"mpeg", "txt", "", "PNG", "png "})
    {
        CHECK_FALSE(kind_for_field(extension, image).has_value());
        CHECK_FALSE(kind_for_field(extension, video).has_value());
    }
}

TEST_CASE("W12: webm is what its field is")
{
    CHECK(*kind_for_field("webm", audio) == media::audio);
    CHECK(*kind_for_field("webm", video) == media::video);
    CHECK(*kind_for_field("webm", anything) == media::video);
    CHECK_FALSE(kind_for_field("webm", image).has_value());
}

TEST_CASE("an animated picture goes to a video field as a video")
{
    auto const kind = kind_for_field("gif", video_or_gif);
    REQUIRE(kind.has_value());
    CHECK(upload_type(*kind) == media::video);
    CHECK(upload_type(*kind_for_field("webp", video_or_gif)) == media::video);
    CHECK(upload_type(*kind_for_field("webp", image)) == media::image);
    CHECK_FALSE(kind_for_field("gif", video).has_value());
    CHECK_FALSE(kind_for_field("gif", image).has_value());
}

TEST_CASE("a refusal says what would fit")
{
    auto const refused = kind_for_field("txt", video);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error() == errc::validation);
    CHECK(refused.error()->rule == "a file of kind video (mp4, m4v, mov, webm)");
    CHECK(refused.error()->message.find("'txt'") != std::string::npos);
}

TEST_CASE("extensions are found in paths and URLs")
{
    CHECK(extension_of("a/b/photo.JPG") == "jpg");
    CHECK(extension_of("https://x.ai/a/output.mp4?sig=a.png#f.gif") == "mp4");
    CHECK(extension_of("https://x.ai/a.b/output?x=.png") == "");
    CHECK(extension_of("archive.tar.gz") == "gz");
    CHECK(extension_of(".bashrc") == "");
    CHECK(extension_of("name.") == "");
    CHECK(extension_of("what?.png") == "png");
}

TEST_CASE("a Content-Type gives an extension")
{
    CHECK(extension_for_content_type("image/jpeg") == "jpg");
    CHECK(extension_for_content_type("VIDEO/MP4; codecs=x") == "mp4");
    CHECK(extension_for_content_type("audio/mpeg ; q=1") == "mp3");
    CHECK(extension_for_content_type("application/octet-stream") == "");
}
