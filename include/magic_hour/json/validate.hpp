#pragma once

#include <magic_hour/json/encode.hpp>
#include <magic_hour/json/members.hpp>
#include <magic_hour/json/report.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace magic_hour::json
{

/// How much `validate` looks at.
enum class checks
{
    rules,        ///< everything
    representable ///< only what JSON cannot express: texts that are not UTF-8, numbers that are not finite
};

namespace detail
{

/// Whether a text is UTF-8; what is not is reported. A codec of a text-like type uses it.
MAGIC_HOUR_DECL bool check_utf8(report& out, std::string_view text);
MAGIC_HOUR_DECL void check_text(report& out, member_rules const& rules, std::string_view text, checks what);
MAGIC_HOUR_DECL void check_number(report& out, member_rules const& rules, double value, checks what);
MAGIC_HOUR_DECL void check_count(report& out, member_rules const& rules, std::size_t size);

inline constexpr std::string_view required_text = "required";
inline constexpr member_rules no_rules{};

template <class V>
void check_value(report& out, member_rules const& rules, V const& value, checks what);

template <class T>
concept has_check = requires(T const& value, report& out) { check(value, out); };

template <class M, class V>
void check_member(report& out, M, V const& value, checks what)
{
    bool const absent = is_absent(value);
    if (absent && (!M::rules.required || what != checks::rules))
        return;
    report::step const at{out, M::name};
    if (absent)
        out.fail(required_text);
    else
        check_value(out, M::rules, value, what);
}

template <class T>
void check_object(report& out, T const& object, checks what)
{
    for_each_member(object, [&](auto m, auto const& value) { check_member(out, m, value, what); });
    if constexpr (has_check<T>)
        if (what == checks::rules)
            check(object, out);
}

template <class T>
void check_array(report& out, member_rules const& rules, T const& entries, checks what)
{
    if (what == checks::rules)
        check_count(out, rules, entries.size());
    std::size_t index = 0;
    for (auto const& entry : entries)
    {
        report::step const at{out, index++};
        check_value<typename T::value_type>(out, rules, entry, what);
    }
}

template <class V>
void check_value(report& out, member_rules const& rules, V const& value, checks what)
{
    if constexpr (is_optional<V>)
    {
        if (value)
            check_value(out, rules, *value, what);
    }
    else if constexpr (has_codec<V>)
    {
        if (what == checks::rules && codec<V>::empty(value))
            out.fail(required_text);
        else
            codec<V>::check(out, rules, value);
    }
    else if constexpr (std::same_as<V, bool>)
        static_cast<void>(rules);
    else if constexpr (std::is_arithmetic_v<V>)
        check_number(out, rules, static_cast<double>(value), what);
    else if constexpr (std::same_as<V, std::string>)
        check_text(out, rules, value, what);
    else if constexpr (is_open_enum<V>)
    {
        if (what == checks::rules && value.empty())
            out.fail(required_text);
        else
            check_utf8(out, value.str());
    }
    else if constexpr (is_vector<V>)
        check_array(out, rules, value, what);
    else if constexpr (described<V>)
        check_object(out, value, what);
    else
        static_assert(always_false<V>, "this type has no JSON form: describe it or specialise json::codec");
}

} // namespace detail

/// Every rule that `value` breaks, in the order of the members, those of `check(T const&, report&)` last.
template <class T>
[[nodiscard]] std::vector<violation> validate_all(T const& value, checks what = checks::rules)
{
    report out;
    detail::check_value(out, detail::no_rules, value, what);
    return out.take();
}

/// The first rule that `value` breaks, if any.
template <class T>
[[nodiscard]] std::optional<violation> validate(T const& value, checks what = checks::rules)
{
    auto all = validate_all(value, what);
    if (all.empty())
        return std::nullopt;
    return std::move(all.front());
}

} // namespace magic_hour::json

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/json/impl/validate.ipp>
#endif
