#pragma once

#include <magic_hour/http/detail/ascii.hpp>
#include <magic_hour/http/detail/http_date.hpp>

#include <array>

namespace magic_hour::http::detail
{

/// Takes fixed pieces off the front of a date; one that does not fit makes all that follows fail.
class date_reader
{
public:
    explicit date_reader(std::string_view text) noexcept : rest_(text) {}

    void literal(std::string_view expected) noexcept
    {
        good_ = good_ && rest_.starts_with(expected);
        skip(expected.size());
    }

    /// `width` digits; `padded`: the first may be a space.
    [[nodiscard]] int number(std::size_t width, bool padded = false) noexcept
    {
        int value = 0;
        good_ = good_ && rest_.size() >= width;
        for (std::size_t i = 0; good_ && i < width; ++i)
        {
            char const c = rest_[i];
            bool const is_padding = padded && i == 0 && c == ' ';
            good_ = is_digit(c) || is_padding;
            value = value * 10 + (is_padding ? 0 : c - '0');
        }
        skip(width);
        return value;
    }

    /// The index of the one of `names` that comes next.
    template <std::size_t N>
    [[nodiscard]] unsigned name(std::array<std::string_view, N> const& names) noexcept
    {
        for (unsigned i = 0; good_ && i < N; ++i)
            if (rest_.starts_with(names[i]))
            {
                skip(names[i].size());
                return i;
            }
        good_ = false;
        return 0;
    }

    [[nodiscard]] bool next_is(std::string_view what) const noexcept { return rest_.starts_with(what); }
    [[nodiscard]] bool finished() const noexcept { return good_ && rest_.empty(); }

private:
    void skip(std::size_t n) noexcept { rest_.remove_prefix(n < rest_.size() ? n : rest_.size()); }

    std::string_view rest_;
    bool good_ = true;
};

inline constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
// The long names come first: the short ones are their beginnings.
inline constexpr std::array<std::string_view, 14> day_names{
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    "Mon",    "Tue",     "Wed",       "Thu",      "Fri",    "Sat",      "Sun"};

struct date_fields
{
    int year = 0;
    unsigned month = 0; ///< from 0
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
};

inline void read_time(date_reader& in, date_fields& out) noexcept
{
    out.hour = in.number(2);
    in.literal(":");
    out.minute = in.number(2);
    in.literal(":");
    out.second = in.number(2);
}

MAGIC_HOUR_DECL std::optional<std::chrono::sys_seconds> to_time(date_fields const& f) noexcept
{
    using namespace std::chrono;
    year_month_day const date{
        year{f.year}, month{f.month + 1}, std::chrono::day{static_cast<unsigned>(f.day)}};
    bool const leap_second = f.second == 60;
    if (!date.ok() || f.hour > 23 || f.minute > 59 || f.second > 60)
        return std::nullopt;
    return sys_days{date} + hours{f.hour} + minutes{f.minute} + seconds{leap_second ? 59 : f.second};
}

/// RFC 9110 5.6.7: a two-digit year that seems more than 50 years ahead is in the past.
MAGIC_HOUR_DECL int full_year(int two_digits, std::chrono::system_clock::time_point now) noexcept
{
    using namespace std::chrono;
    int const this_year = static_cast<int>(year_month_day{floor<days>(now)}.year());
    int const candidate = this_year - this_year % 100 + two_digits;
    return candidate > this_year + 50 ? candidate - 100 : candidate;
}

MAGIC_HOUR_DECL std::optional<std::chrono::sys_seconds>
parse_http_date(std::string_view text, std::chrono::system_clock::time_point now) noexcept
{
    date_reader in{text};
    date_fields out;
    unsigned const day_name = in.name(day_names);
    if (in.next_is(","))
    {
        bool const rfc850 = day_name < 7;
        std::string_view const dash = rfc850 ? "-" : " ";
        in.literal(", ");
        out.day = in.number(2);
        in.literal(dash);
        out.month = in.name(month_names);
        in.literal(dash);
        out.year = rfc850 ? full_year(in.number(2), now) : in.number(4);
        in.literal(" ");
        read_time(in, out);
        in.literal(" GMT");
    }
    else
    {
        in.literal(" ");
        out.month = in.name(month_names);
        in.literal(" ");
        out.day = in.number(2, true);
        in.literal(" ");
        read_time(in, out);
        in.literal(" ");
        out.year = in.number(4);
    }
    if (!in.finished())
        return std::nullopt;
    return to_time(out);
}

} // namespace magic_hour::http::detail
