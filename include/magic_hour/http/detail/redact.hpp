#pragma once

#include <magic_hour/detail/config.hpp>

#include <span>
#include <string>
#include <string_view>

namespace magic_hour::http::detail
{

/// `text` that a server sent, without what may be secret: queries and userinfo of URLs, values of parameters
/// that are named like secrets, bearer and basic credentials, keys of known form, and long random tokens.
/// Redact before cutting to length.
[[nodiscard]] MAGIC_HOUR_DECL std::string redact(std::string_view text);

/// The same, after removing every 8-byte piece (whole, when shorter) of the given secrets, whatever its case.
[[nodiscard]] MAGIC_HOUR_DECL std::string
redact(std::string_view text, std::span<std::string_view const> secrets);

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/redact.ipp>
#endif
