#pragma once

#include <magic_hour/detail/config.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace magic_hour::http::detail
{

/// What a Content-Range header says. `first` and `last` are absent in the form of a 416 answer
/// ("bytes */total"), `total` when the server does not know it ("bytes 0-9/*").
struct content_range
{
    std::optional<std::uint64_t> first{};
    std::optional<std::uint64_t> last{};
    std::optional<std::uint64_t> total{};

    friend bool operator==(content_range const&, content_range const&) = default;
};

/// Nothing for another unit, a range that ends before it begins or beyond the total, numbers that do not fit,
/// and anything else that is not exactly one byte range.
[[nodiscard]] MAGIC_HOUR_DECL std::optional<content_range>
parse_content_range(std::string_view value) noexcept;

/// Whether `value` is one strong entity tag: quoted, without "W/". Only such a tag proves that two ranges
/// are of the same bytes.
[[nodiscard]] MAGIC_HOUR_DECL bool is_strong_etag(std::string_view value) noexcept;

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/content_range.ipp>
#endif
