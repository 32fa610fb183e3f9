#pragma once

#include <magic_hour/error.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace magic_hour::jobs
{

/// What happens when a file of that name exists.
enum class on_collision
{
    fail,     ///< the download fails and the file stays as it is
    rename,   ///< another name is taken: "a.png" becomes "a_1.png"
    overwrite ///< the file is replaced in one step, and keeps its access mode
};

inline constexpr std::string_view default_name_template = "{id}-{n}{ext}";

/// What names of downloaded files are made of.
struct name_parts
{
    std::string_view id{};
    std::string_view kind{};
    std::size_t number = 0;       ///< position among the job's outputs
    std::string_view extension{}; ///< without dot; empty: none
};

/// Fails with `errc::invalid_argument` when a template has an unknown placeholder (known: {id}, {n}, {ext},
/// {kind}), an unclosed brace or a path separator.
[[nodiscard]] MAGIC_HOUR_DECL result<void> check_name_template(std::string_view name_template);

/// The file name for one output: always a single safe component (see `safe_file_name`). A template without
/// {n} gets it for every output but the first, so that outputs of one job never share a name.
[[nodiscard]] MAGIC_HOUR_DECL std::string
file_name_for(std::string_view name_template, name_parts const& parts);

/// `name` as one component that every file system takes: no separators, control characters, bidirectional
/// marks or broken UTF-8, no leading dot, no trailing dot or space, no reserved device name, never empty, and
/// short enough that a name of a temporary file beside it still fits in 255 bytes. The extension survives.
/// Idempotent.
[[nodiscard]] MAGIC_HOUR_DECL std::string safe_file_name(std::string_view name);

/// The same name with a number before its extension: "a.png", 2 -> "a_2.png".
[[nodiscard]] MAGIC_HOUR_DECL std::string numbered_file_name(std::string_view name, unsigned number);

/// The name under which `name` is written until it is complete; at most 255 bytes. `token` tells apart
/// transfers that go on at the same time.
[[nodiscard]] MAGIC_HOUR_DECL std::string temporary_file_name(std::string_view name, std::uint32_t token);

/// The extension (without dot) for an output: the URL's if it is one that we know, else what the
/// Content-Type says, else empty.
[[nodiscard]] MAGIC_HOUR_DECL std::string
extension_for_output(std::string_view url, std::string_view content_type);

} // namespace magic_hour::jobs

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/jobs/impl/file_names.ipp>
#endif
