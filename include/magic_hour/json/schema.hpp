#pragma once

#include <magic_hour/json/members.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>

namespace magic_hour::json
{

namespace detail
{

template <class V>
[[nodiscard]] boost::json::object describe(member_rules const& rules);

/// Whole numbers as integers: 64, not 6.4E1.
[[nodiscard]] inline boost::json::value plain_number(double value)
{
    if (std::abs(value) < 1e15 && !(std::trunc(value) < value) && !(std::trunc(value) > value))
        return static_cast<std::int64_t>(value);
    return value;
}

inline void describe_number(boost::json::object& out, member_rules const& rules)
{
    if (rules.minimum > -std::numeric_limits<double>::infinity())
        out["minimum"] = plain_number(rules.minimum);
    if (rules.maximum < std::numeric_limits<double>::infinity())
        out["maximum"] = plain_number(rules.maximum);
    if (rules.multiple_of > 0)
        out["multipleOf"] = plain_number(rules.multiple_of);
    if (rules.choice_count == 0)
        return;
    boost::json::array choices;
    for (std::size_t i = 0; i < rules.choice_count; ++i)
        choices.push_back(plain_number(rules.choices[i]));
    out["enum"] = std::move(choices);
}

inline void describe_text(boost::json::object& out, member_rules const& rules, std::size_t at_least)
{
    auto const min = rules.min_length > at_least ? rules.min_length : at_least;
    if (min > 0)
        out["minLength"] = min;
    if (rules.max_length != unlimited)
        out["maxLength"] = rules.max_length;
    if (rules.accepts.count == 0)
        return;
    boost::json::array kinds;
    for (std::size_t i = 0; i < rules.accepts.count; ++i)
    {
        boost::json::value const kind(boost::json::string{rules.accepts.texts[i]});
        bool known = false;
        for (auto const& k : kinds)
            known = known || k == kind;
        if (!known)
            kinds.push_back(kind);
    }
    out["x-asset"] = std::move(kinds);
}

template <class E>
void describe_values(boost::json::object& out)
{
    boost::json::array values;
    boost::json::array old;
    for (auto const& n : known_values<E>())
    {
        values.push_back(boost::json::string{n.text});
        if (n.deprecated)
            old.push_back(boost::json::string{n.text});
    }
    out["enum"] = std::move(values);
    if (!old.empty())
        out["x-deprecated-values"] = std::move(old);
}

inline void describe_array(boost::json::object& out, member_rules const& rules)
{
    if (rules.min_count > 0)
        out["minItems"] = rules.min_count;
    if (rules.max_count != unlimited)
        out["maxItems"] = rules.max_count;
}

[[nodiscard]] inline boost::json::value
default_value(boost::json::object const& member, std::string_view text)
{
    auto const* type = member.if_contains("type");
    bool const is_text = type && *type == "string";
    return is_text ? boost::json::value(boost::json::string{text}) : boost::json::parse(text);
}

template <class M>
[[nodiscard]] boost::json::object describe_member(M)
{
    auto out = describe<typename M::type>(M::rules);
    if (M::rules.nullable)
        out["nullable"] = true;
    if (M::rules.deprecated)
        out["deprecated"] = true;
    if (!M::rules.deprecated_text.empty())
        out["x-deprecated"] = M::rules.deprecated_text;
    if (!M::rules.default_text.empty())
        out["default"] = default_value(out, M::rules.default_text);
    if (!M::rules.matches_text.empty())
        out["x-rule"] = M::rules.matches_text;
    return out;
}

template <class T>
void describe_members(boost::json::object& out)
{
    boost::json::object properties;
    boost::json::array required_names;
    for_each_member<T>(
        [&](auto m)
        {
            properties[m.name] = describe_member(m);
            if (m.rules.required)
                required_names.push_back(boost::json::string{m.name});
        });
    out["properties"] = std::move(properties);
    if (!required_names.empty())
        out["required"] = std::move(required_names);
}

template <class V>
[[nodiscard]] boost::json::object describe_optional(member_rules const& rules)
{
    auto out = describe<V>(rules);
    out["nullable"] = true;
    return out;
}

template <class V>
[[nodiscard]] boost::json::object describe(member_rules const& rules)
{
    boost::json::object out;
    if constexpr (is_optional<V>)
        return describe_optional<typename V::value_type>(rules);
    else if constexpr (has_codec<V>)
    {
        if (!codec<V>::schema_type.empty())
            out["type"] = codec<V>::schema_type;
        describe_text(out, rules, codec<V>::min_length);
    }
    else if constexpr (std::same_as<V, bool>)
        out["type"] = "boolean";
    else if constexpr (std::is_arithmetic_v<V>)
    {
        out["type"] = std::integral<V> ? "integer" : "number";
        describe_number(out, rules);
    }
    else if constexpr (std::same_as<V, std::string>)
    {
        out["type"] = "string";
        describe_text(out, rules, 0);
    }
    else if constexpr (is_open_enum<V>)
    {
        out["type"] = "string";
        describe_values<typename V::enum_type>(out);
    }
    else if constexpr (is_vector<V>)
    {
        out["type"] = "array";
        describe_array(out, rules);
        out["items"] = describe<typename V::value_type>(rules);
    }
    else if constexpr (described<V>)
    {
        out["type"] = "object";
        describe_members<V>(out);
    }
    else
        static_assert(always_false<V>, "this type has no JSON form: describe it or specialise json::codec");
    return out;
}

} // namespace detail

/// The JSON Schema of `T`, from its description and rules: type, properties, required, items, nullable, enum,
/// minimum, maximum, multipleOf, minLength, maxLength, minItems, maxItems, default, deprecated, and "x-asset"
/// with the kinds of local file that a string also takes. A `std::optional` is nullable.
template <class T>
[[nodiscard]] boost::json::object schema()
{
    return detail::describe<T>(member_rules{});
}

} // namespace magic_hour::json
