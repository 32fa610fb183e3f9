#pragma once

#include <magic_hour/error.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace magic_hour
{

namespace http
{
class body_source;
}

/// What an asset field of a request holds: something the API can fetch, or something to upload first.
///
/// A plain string means: an http(s) URL; a stored path when it begins with one of the API's storage prefixes
/// ("api-assets/", "saved-items/", "image/", "video/", "audio/"); else a local file. The file system is not
/// asked: write "./image/a.png" for a local file in a folder of such a name. A `std::filesystem::path` is
/// always a local file. The factories say it without guessing.
class asset
{
public:
    enum class form
    {
        none,   ///< nothing yet
        local,  ///< a file to upload
        url,    ///< fetched by the API
        stored, ///< already in the API's storage
        bytes,  ///< memory to upload
        stream  ///< a source to upload
    };

    /// Makes a fresh source for each attempt, so that a broken upload can start again.
    using source_factory = std::function<std::shared_ptr<http::body_source>()>;

    asset() = default;
    asset(char const* text) : asset(std::string_view{text}) {}
    asset(std::string const& text) : asset(std::string_view{text}) {}
    MAGIC_HOUR_DECL asset(std::string_view text);
    MAGIC_HOUR_DECL asset(std::filesystem::path path);

    [[nodiscard]] MAGIC_HOUR_DECL static asset local(std::filesystem::path path);
    [[nodiscard]] MAGIC_HOUR_DECL static asset url(std::string url);
    [[nodiscard]] MAGIC_HOUR_DECL static asset stored(std::string path);
    /// Memory to upload. `extension` says what it is: "png".
    [[nodiscard]] MAGIC_HOUR_DECL static asset bytes(std::string content, std::string extension);
    /// A source of exactly `size` bytes to upload; `make` is called once an attempt.
    [[nodiscard]] MAGIC_HOUR_DECL static asset
    stream(source_factory make, std::uint64_t size, std::string extension);

    [[nodiscard]] form what() const noexcept { return form_; }
    [[nodiscard]] bool empty() const noexcept { return form_ == form::none; }
    /// Whether it must be uploaded before the API can use it.
    [[nodiscard]] bool needs_upload() const noexcept
    {
        return form_ == form::local || form_ == form::bytes || form_ == form::stream;
    }

    /// The URL, the stored path or the local path as UTF-8; empty for bytes and streams.
    [[nodiscard]] std::string const& text() const noexcept { return text_; }
    [[nodiscard]] std::filesystem::path path() const { return text_; }
    /// In lower case and without dot, of what must be uploaded; empty for anything else.
    [[nodiscard]] std::string const& extension() const noexcept { return extension_; }
    [[nodiscard]] std::shared_ptr<std::string const> const& content() const noexcept { return content_; }
    [[nodiscard]] source_factory const& source() const noexcept { return source_; }
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    /// Two assets are equal when uploading one serves both.
    MAGIC_HOUR_DECL friend bool operator==(asset const& a, asset const& b) noexcept;

private:
    form form_ = form::none;
    std::string text_{};
    std::string extension_{};
    std::shared_ptr<std::string const> content_{};
    source_factory source_{};
    std::uint64_t size_ = 0;
};

} // namespace magic_hour

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/impl/asset.ipp>
#endif
