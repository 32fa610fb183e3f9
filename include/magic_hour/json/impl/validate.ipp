#pragma once

#include <magic_hour/json/utf8.hpp>
#include <magic_hour/json/validate.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace magic_hour::json::detail
{

MAGIC_HOUR_DECL std::string number_text(double value)
{
    std::array<char, 32> buffer;
    return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

MAGIC_HOUR_DECL std::string
amount(std::string_view limit, std::size_t n, std::string_view one, std::string_view many)
{
    return std::string{limit} + ' ' + std::to_string(n) + ' ' + std::string{n == 1 ? one : many};
}

MAGIC_HOUR_DECL bool check_utf8(report& out, std::string_view text)
{
    bool const valid = is_utf8(text);
    if (!valid)
        out.fail("must be valid UTF-8");
    return valid;
}

MAGIC_HOUR_DECL void check_text(report& out, member_rules const& rules, std::string_view text, checks what)
{
    if (!check_utf8(out, text) || what != checks::rules)
        return;
    auto const size = count_code_points(text);
    if (size < rules.min_length)
        out.fail(amount("at least", rules.min_length, "character", "characters"));
    else if (size > rules.max_length)
        out.fail(amount("at most", rules.max_length, "character", "characters"));
    else if (rules.matches != nullptr && !rules.matches(text))
        out.fail(rules.matches_text);
}

MAGIC_HOUR_DECL bool is_multiple(double value, double of)
{
    auto const quotient = value / of;
    return std::abs(quotient - std::round(quotient)) <= 1e-9 * std::max(1.0, std::abs(quotient));
}

MAGIC_HOUR_DECL bool is_choice(member_rules const& rules, double value)
{
    for (std::size_t i = 0; i < rules.choice_count; ++i)
        if (!(rules.choices[i] < value) && !(rules.choices[i] > value))
            return true;
    return rules.choice_count == 0;
}

MAGIC_HOUR_DECL std::string choices_text(member_rules const& rules)
{
    std::string text = "one of ";
    for (std::size_t i = 0; i < rules.choice_count; ++i)
        text += (i == 0 ? "" : ", ") + number_text(rules.choices[i]);
    return text;
}

MAGIC_HOUR_DECL void check_number(report& out, member_rules const& rules, double value, checks what)
{
    if (!std::isfinite(value))
        out.fail("must be a finite number");
    else if (what != checks::rules)
        return;
    else if (!is_choice(rules, value))
        out.fail(choices_text(rules));
    else if (value < rules.minimum)
        out.fail("at least " + number_text(rules.minimum));
    else if (value > rules.maximum)
        out.fail("at most " + number_text(rules.maximum));
    else if (rules.multiple_of > 0 && !is_multiple(value, rules.multiple_of))
        out.fail("a multiple of " + number_text(rules.multiple_of));
}

MAGIC_HOUR_DECL void check_count(report& out, member_rules const& rules, std::size_t size)
{
    if (size < rules.min_count)
        out.fail(amount("at least", rules.min_count, "entry", "entries"));
    else if (size > rules.max_count)
        out.fail(amount("at most", rules.max_count, "entry", "entries"));
}

} // namespace magic_hour::json::detail
