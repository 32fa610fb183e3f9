#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/http/message.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace magic_hour::http::detail
{

/// Whether `name` is an HTTP token.
[[nodiscard]] MAGIC_HOUR_DECL bool is_valid_header_name(std::string_view name) noexcept;

/// Whether `value` stays on its line: no control character but tab.
[[nodiscard]] MAGIC_HOUR_DECL bool is_valid_header_value(std::string_view value) noexcept;

/// Whether `name` belongs to the engine, so that no caller may set it: framing, routing, connection.
[[nodiscard]] MAGIC_HOUR_DECL bool is_reserved_header(std::string_view name) noexcept;

/// `errc::invalid_argument` for the first header that is malformed or reserved; its value is not shown.
[[nodiscard]] MAGIC_HOUR_DECL std::optional<error> check_headers(std::vector<header> const& headers);

/// `check_headers`, and host and target as `parse_url` would have made them. To be asked before any I/O.
[[nodiscard]] MAGIC_HOUR_DECL std::optional<error> check_request(request const& what);

/// The fault of one header or trailer line of an answer (without its CRLF), or nothing: "no colon", "a space
/// before the colon" ...
[[nodiscard]] MAGIC_HOUR_DECL std::optional<std::string_view>
field_line_fault(std::string_view line) noexcept;

/// An answer whose Content-Encoding is anything but identity cannot be used, since none was asked for.
/// Names the encoding (printable); nothing when all is well. Callers make decode or integrity of it.
[[nodiscard]] MAGIC_HOUR_DECL std::optional<std::string>
unexpected_content_encoding(std::vector<header> const& headers);

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/header_rules.ipp>
#endif
