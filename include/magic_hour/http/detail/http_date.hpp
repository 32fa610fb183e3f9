#pragma once

#include <magic_hour/detail/config.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace magic_hour::http::detail
{

/// An HTTP date in any of its three forms (IMF-fixdate, RFC 850, asctime). `now` tells the century of a
/// two-digit year. Independent of locale and time zone; nothing for anything that is not a real date.
[[nodiscard]] MAGIC_HOUR_DECL std::optional<std::chrono::sys_seconds>
parse_http_date(std::string_view text, std::chrono::system_clock::time_point now) noexcept;

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/http_date.ipp>
#endif
