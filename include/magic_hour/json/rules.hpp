#pragma once

#include <magic_hour/json/of.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>

namespace magic_hour::json
{

/// No upper limit of a length or a count.
inline constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

/// Kinds of file that a member takes: enumerators with the texts that the schema shows.
struct accepted_kinds
{
    static constexpr std::size_t capacity = 4;
    std::array<int, capacity> values{};
    std::array<std::string_view, capacity> texts{};
    std::size_t count = 0;
};

/// All rules of one member, whatever its type. Each rule below fills its part.
struct member_rules
{
    bool required = false;
    bool nullable = false;
    bool deprecated = false;
    std::string_view deprecated_text{};
    std::string_view name{};
    std::string_view default_text{};

    std::size_t min_length = 0;
    std::size_t max_length = unlimited;
    bool (*matches)(std::string_view) = nullptr;
    std::string_view matches_text{};

    std::size_t min_count = 0;
    std::size_t max_count = unlimited;

    double minimum = -std::numeric_limits<double>::infinity();
    double maximum = std::numeric_limits<double>::infinity();
    double multiple_of = 0;
    static constexpr std::size_t max_choices = 8;
    std::array<double, max_choices> choices{};
    std::size_t choice_count = 0;

    accepted_kinds accepts{};
};

/// Must be present, and not empty if it is text, an asset or an open enumeration. In an answer, a required
/// member that is missing or of the wrong type is an error; any other member is then left unset.
struct required_rule
{
    constexpr void apply(member_rules& to) const { to.required = true; }
};
inline constexpr required_rule required{};

/// An answer may say `null`. Every `std::optional` may be null without saying so.
struct nullable_rule
{
    constexpr void apply(member_rules& to) const { to.nullable = true; }
};
inline constexpr nullable_rule nullable{};

/// Limits of a text, or of each text in an array, in Unicode code points.
struct length
{
    std::size_t min = 0;
    std::size_t max = unlimited;
    constexpr void apply(member_rules& to) const
    {
        to.min_length = min;
        to.max_length = max;
    }
};

/// Limits of the number of entries of an array.
struct count
{
    std::size_t min = 0;
    std::size_t max = unlimited;
    constexpr void apply(member_rules& to) const
    {
        to.min_count = min;
        to.max_count = max;
    }
};

/// Limits of a number, both included.
struct range
{
    double min;
    double max;
    constexpr void apply(member_rules& to) const
    {
        to.minimum = min;
        to.maximum = max;
    }
};

/// The smallest number that is taken.
struct minimum
{
    double value;
    constexpr void apply(member_rules& to) const { to.minimum = value; }
};

/// The largest number that is taken.
struct maximum
{
    double value;
    constexpr void apply(member_rules& to) const { to.maximum = value; }
};

/// A number must be a multiple of this. Fractions are compared with a tolerance, since 0.05 has no exact
/// binary form.
struct multiple_of
{
    double value;
    constexpr void apply(member_rules& to) const { to.multiple_of = value; }
};

/// The only numbers that are taken, at most 8: `one_of{1, 4, 9, 16}`.
struct one_of
{
    template <class... N>
        requires(sizeof...(N) > 0 && sizeof...(N) <= member_rules::max_choices &&
                 (std::is_arithmetic_v<N> && ...))
    constexpr explicit one_of(N... choices) : values{static_cast<double>(choices)...}, size{sizeof...(N)}
    {
    }
    std::array<double, member_rules::max_choices> values;
    std::size_t size;
    constexpr void apply(member_rules& to) const
    {
        to.choices = values;
        to.choice_count = size;
    }
};

/// A text must satisfy the predicate; `text` says what that means: "lower case letters and digits only".
struct matches
{
    bool (*predicate)(std::string_view);
    std::string_view text;
    constexpr void apply(member_rules& to) const
    {
        to.matches = predicate;
        to.matches_text = text;
    }
};

/// The API still takes the member; `text` says what to use instead.
struct deprecated
{
    std::string_view text{};
    constexpr void apply(member_rules& to) const
    {
        to.deprecated = true;
        to.deprecated_text = text;
    }
};

/// The name on the wire, where it differs from the C++ one.
struct name
{
    std::string_view text;
    constexpr void apply(member_rules& to) const { to.name = text; }
};

/// What the API takes for a member that a request leaves out, for people who read the schema or command line
/// help; nothing is sent or checked because of it. A text stands for itself, `default_is{"realistic"}`;
/// anything else is JSON, `default_is{"0.5"}`.
struct default_is
{
    std::string_view text;
    constexpr void apply(member_rules& to) const { to.default_text = text; }
};

namespace detail
{

template <class E>
constexpr std::string_view kind_text(E value)
{
    if constexpr (requires { upload_type(value); })
        return to_string(upload_type(value));
    else
        return to_string(value);
}

} // namespace detail

/// The kinds of local file that an asset member takes: `accepts{media::image}`. Takes any enumeration with
/// an argument-dependent `to_string`.
struct accepts
{
    template <class... E>
        requires(sizeof...(E) > 0 && sizeof...(E) <= accepted_kinds::capacity && (std::is_enum_v<E> && ...))
    constexpr explicit accepts(E... kinds)
        : value{{static_cast<int>(kinds)...}, {detail::kind_text(kinds)...}, sizeof...(E)}
    {
    }
    accepted_kinds value;
    constexpr void apply(member_rules& to) const { to.accepts = value; }
};

/// The rules of one member; made by `on`.
template <class Pointer>
struct bound_rules
{
    Pointer pointer;
    member_rules rules;
};

/// Binds rules to a member: `on(&style_type::prompt, json::required, json::length{1, 20000})`.
template <class V, class C, class... Rules>
[[nodiscard]] constexpr bound_rules<V C::*> on(V C::*pointer, Rules const&... rules)
{
    bound_rules<V C::*> bound{pointer, {}};
    (rules.apply(bound.rules), ...);
    return bound;
}

namespace detail
{

template <std::size_t I, class Pointer>
struct rule_entry
{
    bound_rules<Pointer> bound;
};

// What std::tuple would do, at a fraction of the compile time.
template <class Indices, class... Pointers>
struct rule_entries;
template <std::size_t... I, class... Pointers>
struct rule_entries<std::index_sequence<I...>, Pointers...> : rule_entry<I, Pointers>...
{
    /// Calls `look(bound_rules)` for each member's rules until it returns true.
    template <class Look>
    constexpr bool any(Look look) const
    {
        return (look(static_cast<rule_entry<I, Pointers> const&>(*this).bound) || ...);
    }
};

} // namespace detail

/// The rules of a type; made by `rules`.
template <class... Pointers>
using rule_set = detail::rule_entries<std::index_sequence_for<Pointers...>, Pointers...>;

/// What the friend `rules(json::of<T>)` of a described struct returns. Members without rules are not named.
template <class... Pointers>
[[nodiscard]] constexpr rule_set<Pointers...> rules(bound_rules<Pointers> const&... entries)
{
    return {{entries}...};
}

} // namespace magic_hour::json
