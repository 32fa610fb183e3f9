#pragma once

#include <magic_hour/http/detail/ascii.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace magic_hour::http::detail
{

/// A decimal number without sign, space or overflow; nothing for anything else.
[[nodiscard]] constexpr std::optional<std::uint64_t> parse_decimal(std::string_view digits) noexcept
{
    if (digits.empty())
        return std::nullopt;
    constexpr std::uint64_t max = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t value = 0;
    for (char c : digits)
    {
        if (!is_digit(c))
            return std::nullopt;
        auto const digit = static_cast<std::uint64_t>(c - '0');
        if (value > (max - digit) / 10)
            return std::nullopt;
        value = value * 10 + digit;
    }
    return value;
}

} // namespace magic_hour::http::detail
