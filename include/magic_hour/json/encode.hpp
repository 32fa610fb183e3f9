#pragma once

#include <magic_hour/json/members.hpp>
#include <magic_hour/json/writer.hpp>

#include <concepts>
#include <string>

namespace magic_hour::json
{

namespace detail
{

template <class V>
void write(writer& w, V const& value);

/// Whether a member that is not required is left out: an unset optional; an empty text, array, asset or open
/// enumeration.
template <class V>
[[nodiscard]] bool is_absent(V const& value)
{
    if constexpr (is_optional<V>)
        return !value.has_value();
    else if constexpr (has_codec<V>)
        return codec<V>::empty(value);
    else if constexpr (std::same_as<V, std::string> || is_vector<V> || is_open_enum<V>)
        return value.empty();
    else
        return false;
}

template <class M, class V>
void write_member(writer& w, M, V const& value)
{
    if constexpr (is_optional<V>)
    {
        if (!value)
            return;
    }
    else if (!M::rules.required && is_absent(value))
        return;
    auto const before = w.here();
    w.key(M::name);
    write(w, value);
    if constexpr (described<V>)
        if (!M::rules.required && w.at_empty_object())
            w.undo(before);
}

template <class T>
void write_object(writer& w, T const& object)
{
    w.begin_object();
    for_each_member(object, [&w](auto m, auto const& value) { write_member(w, m, value); });
    w.end_object();
}

template <class T>
void write_array(writer& w, T const& entries)
{
    w.begin_array();
    for (auto const& entry : entries)
        write<typename T::value_type>(w, entry);
    w.end_array();
}

template <class V>
void write(writer& w, V const& value)
{
    if constexpr (is_optional<V>)
        value ? write(w, *value) : w.null();
    else if constexpr (has_codec<V>)
        codec<V>::write(w, value);
    else if constexpr (std::same_as<V, bool>)
        w.boolean(value);
    else if constexpr (std::signed_integral<V>)
        w.integer(value);
    else if constexpr (std::unsigned_integral<V>)
        w.unsigned_integer(value);
    else if constexpr (std::floating_point<V>)
        w.number(value);
    else if constexpr (std::same_as<V, std::string>)
        w.string(value);
    else if constexpr (is_open_enum<V>)
        w.string(value.str());
    else if constexpr (is_vector<V>)
        write_array(w, value);
    else if constexpr (described<V>)
        write_object(w, value);
    else
        static_assert(always_false<V>, "this type has no JSON form: describe it or specialise json::codec");
}

} // namespace detail

/// Appends `value` as JSON. Left out are unset optionals and, unless they are required, empty texts, arrays,
/// assets, open enumerations and structs without anything in them. The text is valid JSON whatever `value`
/// holds; `validate` tells what could not be expressed. Throws only `std::bad_alloc`.
template <class T>
void encode(T const& value, std::string& out)
{
    writer w{out};
    detail::write(w, value);
}

/// `value` as JSON; see above.
template <class T>
[[nodiscard]] std::string encode(T const& value)
{
    std::string out;
    out.reserve(512);
    encode(value, out);
    return out;
}

} // namespace magic_hour::json
