#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/model/media.hpp>

#include <span>
#include <string>
#include <string_view>

namespace magic_hour::jobs
{

/// The extension of a path's or URL's last segment, in lower case and without dot; a URL's query and fragment
/// do not count. Empty when there is none.
[[nodiscard]] MAGIC_HOUR_DECL std::string extension_of(std::string_view path_or_url);

/// Whether any kind of media has this extension (lower case, without dot).
[[nodiscard]] MAGIC_HOUR_DECL bool is_known_extension(std::string_view extension) noexcept;

/// The kind under which a field that accepts `accepted` takes a file of this extension. The first kind that
/// fits wins, so webm is audio for an audio field and video for a video field. Fails with
/// `errc::validation`, whose rule lists what fits.
[[nodiscard]] MAGIC_HOUR_DECL result<media>
kind_for_field(std::string_view extension, std::span<media const> accepted);

/// The extension (without dot) that fits a Content-Type, or empty.
[[nodiscard]] MAGIC_HOUR_DECL std::string_view extension_for_content_type(std::string_view content_type);

} // namespace magic_hour::jobs

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/jobs/impl/media_types.ipp>
#endif
