#include "text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

namespace cli
{

namespace
{

std::string replaced(std::string_view text, char from, char to)
{
    std::string out{text};
    std::replace(out.begin(), out.end(), from, to);
    return out;
}

std::string lower(std::string_view text)
{
    std::string out{text};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return out;
}

template <class Number, class... Format>
std::optional<Number> parse_whole(std::string_view text, Format... format) noexcept
{
    Number value{};
    auto const end = text.data() + text.size();
    auto const [stopped, problem] = std::from_chars(text.data(), end, value, format...);
    if (problem != std::errc{} || stopped != end || text.empty())
        return std::nullopt;
    return value;
}

bool is_abbreviation(std::string_view typed, std::string_view candidate)
{
    return typed.size() >= 3 && candidate.find(typed) != std::string_view::npos;
}

} // namespace

std::string to_kebab(std::string_view name)
{
    return replaced(name, '_', '-');
}
std::string to_snake(std::string_view name)
{
    return replaced(name, '-', '_');
}

std::optional<std::int64_t> parse_integer(std::string_view text) noexcept
{
    return parse_whole<std::int64_t>(text);
}

std::optional<double> parse_number(std::string_view text) noexcept
{
    auto const value = parse_whole<double>(text, std::chars_format::general);
    if (value && !std::isfinite(*value))
        return std::nullopt;
    return value;
}

std::size_t edit_distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), current(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i)
    {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j)
        {
            auto const replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            current[j] = std::min({last[j] + 1, current[j - 1] + 1, replace});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                current[j] = std::min(current[j], before_last[j - 2] + 1);
        }
        before_last.swap(last);
        last.swap(current);
    }
    return last[b.size()];
}

std::vector<std::string>
nearest(std::string_view typed, std::vector<std::string> const& candidates, std::size_t limit)
{
    auto const wanted = lower(typed);
    std::vector<std::pair<std::size_t, std::string>> ranked;
    for (auto const& candidate : candidates)
    {
        auto const known = lower(candidate);
        auto const tolerated = std::max<std::size_t>(2, std::max(wanted.size(), known.size()) / 3);
        auto const distance = edit_distance(wanted, known);
        if (distance <= tolerated && distance < std::max(wanted.size(), known.size()))
            ranked.emplace_back(distance, candidate);
        else if (is_abbreviation(wanted, known))
            ranked.emplace_back(tolerated + 1, candidate);
    }
    std::stable_sort(
        ranked.begin(), ranked.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
    std::vector<std::string> best;
    for (auto& [distance, candidate] : ranked)
        if (best.size() < limit)
            best.push_back(std::move(candidate));
    return best;
}

std::string suggestion(std::string_view typed, std::vector<std::string> const& candidates)
{
    if (candidates.empty())
        return {};
    auto const near = nearest(typed, candidates);
    if (!near.empty())
        return " (did you mean " + join(near, ", ", " or ") + "?)";
    constexpr std::size_t most = 40;
    if (candidates.size() <= most)
        return " (known: " + join(candidates, ", ") + ")";
    return {};
}

std::string
join(std::vector<std::string> const& parts, std::string_view separator, std::string_view last_separator)
{
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i)
    {
        if (i != 0)
            out += i + 1 == parts.size() ? last_separator : separator;
        out += parts[i];
    }
    return out;
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width)
{
    std::string out;
    std::size_t column = indent;
    while (!text.empty())
    {
        auto const end = std::min(text.find(' '), text.size());
        auto const word = text.substr(0, end);
        if (column > indent && column + 1 + word.size() > width)
        {
            out += '\n';
            out.append(indent, ' ');
            column = indent;
        }
        else if (column > indent)
        {
            out += ' ';
            ++column;
        }
        out += word;
        column += word.size();
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string human_bytes(std::uint64_t bytes)
{
    constexpr std::uint64_t thousand = 1000;
    if (bytes < thousand)
        return std::to_string(bytes) + " B";
    char const* const units[] = {"kB", "MB", "GB", "TB"};
    auto value = static_cast<double>(bytes) / 1000.0;
    std::size_t unit = 0;
    while (value >= 999.95 && unit + 1 < std::size(units))
    {
        value /= 1000.0;
        ++unit;
    }
    char out[32];
    std::snprintf(out, sizeof out, "%.1f %s", value, units[unit]);
    return out;
}

std::string human_seconds(double seconds)
{
    char out[48];
    auto const whole = static_cast<long long>(seconds + 0.5);
    if (seconds < 9.95)
        std::snprintf(out, sizeof out, "%.1f s", seconds);
    else if (whole < 120)
        std::snprintf(out, sizeof out, "%lld s", whole);
    else
        std::snprintf(out, sizeof out, "%lld min %02lld s", whole / 60, whole % 60);
    return out;
}

} // namespace cli
