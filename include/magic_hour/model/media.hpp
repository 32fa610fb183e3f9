#pragma once

#include <concepts>
#include <string_view>

namespace magic_hour
{

/// A kind of file that an asset field takes. `gif` is animated input that only some video fields take.
enum class media
{
    image,
    video,
    audio,
    gif
};

[[nodiscard]] constexpr std::string_view to_string(media m) noexcept
{
    switch (m)
    {
    case media::image:
        return "image";
    case media::video:
        return "video";
    case media::audio:
        return "audio";
    case media::gif:
        return "gif";
    }
    return "";
}

/// The kind under which the API stores a file: it has no word for animated pictures, they go as videos.
template <std::same_as<media> Media>
[[nodiscard]] constexpr media upload_type(Media m) noexcept
{
    return m == media::gif ? media::video : m;
}

/// The file name extensions of a kind, lower case, without dots, separated by single spaces.
[[nodiscard]] constexpr std::string_view extensions(media m) noexcept
{
    switch (m)
    {
    case media::image:
        return "png jpg jpeg jfif heic heif webp avif jp2 tiff tif bmp";
    case media::video:
        return "mp4 m4v mov webm";
    case media::audio:
        return "mp3 wav aac flac webm weba m4a opus ogg oga aiff amr";
    case media::gif:
        return "gif webp webm";
    }
    return "";
}

/// Whether `word` is one of the words of `list`, which are separated by single spaces.
[[nodiscard]] constexpr bool has_word(std::string_view list, std::string_view word) noexcept
{
    while (!list.empty())
    {
        auto const end = list.find(' ');
        if (list.substr(0, end) == word)
            return true;
        if (end == std::string_view::npos)
            return false;
        list.remove_prefix(end + 1);
    }
    return false;
}

/// Whether a file with this extension (lower case, without dot) can be of kind `m`. Some extensions are of
/// several kinds: a "webm" is a video or only its sound.
[[nodiscard]] constexpr bool can_be(media m, std::string_view extension) noexcept
{
    return has_word(extensions(m), extension);
}

/// The type under which a file of this kind is uploaded: the API takes an animated GIF as a video.
[[nodiscard]] constexpr media upload_type(media m) noexcept
{
    return m == media::gif ? media::video : m;
}

} // namespace magic_hour
