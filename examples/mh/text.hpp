#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli
{

/// "ai_image_editor" as people type it: "ai-image-editor".
[[nodiscard]] std::string to_kebab(std::string_view name);
/// "ai-image-editor" as it is declared: "ai_image_editor".
[[nodiscard]] std::string to_snake(std::string_view name);

/// A whole decimal number and nothing else.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text) noexcept;
/// A finite decimal number and nothing else.
[[nodiscard]] std::optional<double> parse_number(std::string_view text) noexcept;

/// How many letters must be inserted, deleted, replaced or swapped to get from `a` to `b`.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidates that `typed` is most likely meant to be, best first, at most `limit`; none when nothing is
/// near.
[[nodiscard]] std::vector<std::string>
nearest(std::string_view typed, std::vector<std::string> const& candidates, std::size_t limit = 3);

/// " (did you mean a or b?)", or without anything near " (known: a, b, c)"; empty without candidates.
[[nodiscard]] std::string suggestion(std::string_view typed, std::vector<std::string> const& candidates);

[[nodiscard]] std::string
join(std::vector<std::string> const& parts, std::string_view separator, std::string_view last_separator);
[[nodiscard]] inline std::string join(std::vector<std::string> const& parts, std::string_view separator)
{
    return join(parts, separator, separator);
}

/// `text` broken into lines of at most `width` bytes at blanks, each line after the first indented.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t indent, std::size_t width = 100);

/// "1.4 MB"; decimal units as network people use them.
[[nodiscard]] std::string human_bytes(std::uint64_t bytes);
/// "0.4 s", "12 s", "3 min 05 s".
[[nodiscard]] std::string human_seconds(double seconds);

} // namespace cli
