#pragma once

#include <magic_hour/detail/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace magic_hour::json::detail
{

/// U+FFFD, what takes the place of text that is not Unicode.
inline constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// The length of the well-formed UTF-8 sequence at the start of `text`, 0 if there is none.
[[nodiscard]] MAGIC_HOUR_DECL std::size_t utf8_sequence(std::string_view text) noexcept;

/// Whether `text` is well-formed UTF-8: no overlong forms, surrogates or values above U+10FFFF.
[[nodiscard]] MAGIC_HOUR_DECL bool is_utf8(std::string_view text) noexcept;

/// The number of code points of well-formed UTF-8.
[[nodiscard]] MAGIC_HOUR_DECL std::size_t count_code_points(std::string_view text) noexcept;

/// Appends a code point; a surrogate becomes U+FFFD.
MAGIC_HOUR_DECL void append_utf8(std::string& out, char32_t code);

/// The length of the longest prefix of ASCII that JSON strings hold as it is: no quote, backslash or control.
[[nodiscard]] MAGIC_HOUR_DECL std::size_t plain_prefix(std::string_view text) noexcept;

} // namespace magic_hour::json::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/json/impl/utf8.ipp>
#endif
