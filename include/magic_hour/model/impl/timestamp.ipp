#pragma once

#include <magic_hour/model/timestamp.hpp>

#include <cstddef>

namespace magic_hour
{
namespace detail
{

/// Reads a text from left to right; once something does not fit, `good` stays false.
struct timestamp_reader
{
    std::string_view rest;
    bool good = true;

    int digits(std::size_t count) noexcept
    {
        int value = 0;
        for (std::size_t i = 0; i < count; ++i)
        {
            if (i >= rest.size() || rest[i] < '0' || rest[i] > '9')
            {
                good = false;
                return 0;
            }
            value = value * 10 + (rest[i] - '0');
        }
        rest.remove_prefix(count);
        return value;
    }

    bool skip(char wanted) noexcept
    {
        if (rest.empty() || rest.front() != wanted)
            return false;
        rest.remove_prefix(1);
        return true;
    }

    void expect(char wanted) noexcept { good = skip(wanted) && good; }

    std::chrono::milliseconds fraction() noexcept
    {
        int value = 0;
        int scale = 100;
        auto const before = rest.size();
        while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9')
        {
            value += (rest.front() - '0') * scale;
            scale /= 10;
            rest.remove_prefix(1);
        }
        good = good && rest.size() != before;
        return std::chrono::milliseconds{value};
    }

    std::chrono::minutes offset() noexcept
    {
        if (skip('Z'))
            return std::chrono::minutes{0};
        int const sign = skip('-') ? -1 : 1;
        if (sign > 0)
            expect('+');
        int const hours = digits(2);
        skip(':');
        int const minutes = digits(2);
        good = good && hours <= 23 && minutes <= 59;
        return std::chrono::minutes{sign * (hours * 60 + minutes)};
    }
};

} // namespace detail

MAGIC_HOUR_DECL std::optional<std::chrono::sys_time<std::chrono::milliseconds>>
parse_timestamp(std::string_view text) noexcept
{
    detail::timestamp_reader in{text};
    auto const year = in.digits(4);
    in.expect('-');
    auto const month = in.digits(2);
    in.expect('-');
    auto const day = in.digits(2);
    in.expect('T');
    auto const hours = in.digits(2);
    in.expect(':');
    auto const minutes = in.digits(2);
    in.expect(':');
    auto const seconds = in.digits(2);
    auto const fraction = in.skip('.') ? in.fraction() : std::chrono::milliseconds{0};
    auto const offset = in.offset();

    std::chrono::year_month_day const date{
        std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
        std::chrono::day{static_cast<unsigned>(day)}};
    bool const in_range = hours <= 23 && minutes <= 59 && seconds <= 60;
    if (!in.good || !in.rest.empty() || !date.ok() || !in_range)
        return std::nullopt;
    return std::chrono::sys_days{date} + std::chrono::hours{hours} + std::chrono::minutes{minutes} +
           std::chrono::seconds{seconds} + fraction - offset;
}

} // namespace magic_hour
