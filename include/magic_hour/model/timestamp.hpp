#pragma once

#include <magic_hour/detail/config.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace magic_hour
{

/// A moment as the API writes it: "2026-10-01T00:00:00.000Z", with or without a fraction of a second, in UTC
/// or with an offset. Nothing when `text` is anything else or no moment of the calendar.
[[nodiscard]] MAGIC_HOUR_DECL std::optional<std::chrono::sys_time<std::chrono::milliseconds>>
parse_timestamp(std::string_view text) noexcept;

} // namespace magic_hour

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/model/impl/timestamp.ipp>
#endif
