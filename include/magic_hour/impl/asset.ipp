#pragma once

#include <magic_hour/asset.hpp>
#include <magic_hour/http/detail/ascii.hpp>

#include <array>

namespace magic_hour
{
namespace detail
{

[[nodiscard]] MAGIC_HOUR_DECL std::string normal_extension(std::string_view extension)
{
    if (extension.starts_with('.'))
        extension.remove_prefix(1);
    return http::detail::lower(extension);
}

[[nodiscard]] MAGIC_HOUR_DECL bool names_a_url(std::string_view text)
{
    auto const start = http::detail::lower(text.substr(0, 8));
    return start.starts_with("https://") || start.starts_with("http://");
}

[[nodiscard]] MAGIC_HOUR_DECL bool names_a_stored_path(std::string_view text) noexcept
{
    constexpr std::array<std::string_view, 5> prefixes{
        "api-assets/", "saved-items/", "image/", "video/", "audio/"};
    for (auto const prefix : prefixes)
        if (text.starts_with(prefix) && text.size() > prefix.size())
            return true;
    return false;
}

} // namespace detail

MAGIC_HOUR_DECL asset::asset(std::string_view text)
{
    if (text.empty())
        return;
    if (detail::names_a_url(text))
        *this = url(std::string{text});
    else if (detail::names_a_stored_path(text))
        *this = stored(std::string{text});
    else
        *this = local(std::filesystem::path{text});
}

MAGIC_HOUR_DECL asset::asset(std::filesystem::path path) : asset(local(std::move(path))) {}

MAGIC_HOUR_DECL asset asset::local(std::filesystem::path path)
{
    asset made;
    if (path.empty())
        return made;
    made.form_ = form::local;
    made.extension_ = detail::normal_extension(path.extension().string());
    made.text_ = path.string();
    return made;
}

MAGIC_HOUR_DECL asset asset::url(std::string url)
{
    asset made;
    made.form_ = form::url;
    made.text_ = std::move(url);
    return made;
}

MAGIC_HOUR_DECL asset asset::stored(std::string path)
{
    asset made;
    made.form_ = form::stored;
    made.text_ = std::move(path);
    return made;
}

MAGIC_HOUR_DECL asset asset::bytes(std::string content, std::string extension)
{
    asset made;
    made.form_ = form::bytes;
    made.extension_ = detail::normal_extension(extension);
    made.size_ = content.size();
    made.content_ = std::make_shared<std::string const>(std::move(content));
    return made;
}

MAGIC_HOUR_DECL asset asset::stream(source_factory make, std::uint64_t size, std::string extension)
{
    asset made;
    made.form_ = form::stream;
    made.extension_ = detail::normal_extension(extension);
    made.size_ = size;
    made.source_ = std::move(make);
    made.content_ = std::make_shared<std::string const>(); // only its address counts: copies are one stream
    return made;
}

MAGIC_HOUR_DECL bool operator==(asset const& a, asset const& b) noexcept
{
    if (a.form_ != b.form_ || a.text_ != b.text_ || a.extension_ != b.extension_ || a.size_ != b.size_)
        return false;
    if (a.content_ == b.content_)
        return true;
    return a.form_ == asset::form::bytes && *a.content_ == *b.content_;
}

} // namespace magic_hour
