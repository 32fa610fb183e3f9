#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/json/members.hpp>
#include <magic_hour/json/reader.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace magic_hour::json
{

namespace detail
{

template <class V>
[[nodiscard]] bool read(reader& r, V& value);

/// One member as the object reader, which is compiled once, sees it.
struct member_entry
{
    std::string_view name;
    bool required;
    /// Puts the member back to its default and reads it.
    bool (*read)(reader&, void* object);
    /// Puts the member back to its default.
    void (*reset)(void* object);
};

/// Reads an object into the members of `object`.
[[nodiscard]] MAGIC_HOUR_DECL bool
read_object(reader& r, void* object, member_entry const* members, std::size_t count);

template <class M>
void reset_member(void* object)
{
    typename M::owner fresh{};
    M::get(*static_cast<typename M::owner*>(object)) = std::move(M::get(fresh));
}

template <class M>
bool read_member(reader& r, void* object)
{
    auto& value = M::get(*static_cast<typename M::owner*>(object));
    if constexpr (M::rules.required && std::same_as<typename M::type, std::string>)
        return read(r, value) && (!value.empty() || r.mismatch("must not be empty"));
    else
        return read(r, value);
}

template <class... M>
constexpr std::array<member_entry, sizeof...(M)> make_entries(mp::mp_list<M...>)
{
    static_assert(sizeof...(M) <= 64, "a described struct has at most 64 members");
    return {{{M::name, M::rules.required, &read_member<M>, &reset_member<M>}...}};
}

template <class T>
inline constexpr auto member_entries = make_entries(members<T>{});

template <class V>
[[nodiscard]] bool read_signed(reader& r, V& value)
{
    std::int64_t wide = 0;
    if (!r.read_integer(wide))
        return false;
    if (wide < std::numeric_limits<V>::min() || wide > std::numeric_limits<V>::max())
        return r.mismatch("number out of range");
    value = static_cast<V>(wide);
    return true;
}

template <class V>
[[nodiscard]] bool read_unsigned(reader& r, V& value)
{
    std::uint64_t wide = 0;
    if (!r.read_unsigned(wide))
        return false;
    if (wide > std::numeric_limits<V>::max())
        return r.mismatch("number out of range");
    value = static_cast<V>(wide);
    return true;
}

template <class T>
[[nodiscard]] bool read_array(reader& r, T& entries)
{
    entries.clear();
    if (!r.enter_array())
        return false;
    bool good = true;
    while (r.next_entry())
    {
        if (!good)
        {
            if (!r.skip())
                return false;
            continue;
        }
        good = read(r, entries.emplace_back());
        if (r.failed())
            return false;
        if (!good)
            r.remember_place();
    }
    if (!good)
        entries.clear();
    return good && !r.failed();
}

template <class V>
[[nodiscard]] bool read(reader& r, V& value)
{
    if constexpr (is_optional<V>)
    {
        if (r.read_null())
        {
            value.reset();
            return true;
        }
        if (r.failed())
            return false;
        if (read(r, value.emplace()))
            return true;
        value.reset();
        return false;
    }
    else if constexpr (has_codec<V>)
        return codec<V>::read(r, value);
    else if constexpr (std::same_as<V, bool>)
        return r.read_boolean(value);
    else if constexpr (std::signed_integral<V>)
        return read_signed(r, value);
    else if constexpr (std::unsigned_integral<V>)
        return read_unsigned(r, value);
    else if constexpr (std::same_as<V, double>)
        return r.read_number(value);
    else if constexpr (std::same_as<V, std::string> || is_open_enum<V>)
    {
        std::string_view text;
        if (!r.read_text(text))
            return false;
        if constexpr (std::same_as<V, std::string>)
            value.assign(text);
        else
            value = V{text};
        return true;
    }
    else if constexpr (is_vector<V>)
        return read_array(r, value);
    else if constexpr (described<V>)
        return read_object(r, &value, member_entries<V>.data(), member_entries<V>.size());
    else
    {
        static_assert(always_false<V>, "this type has no JSON form: describe it or specialise json::codec");
        return false;
    }
}

} // namespace detail

/// Reads a `T` from a JSON document.
///
/// Unknown members are skipped, missing and null ones keep their default. In lenient mode a member of the
/// wrong type, a number that the member cannot hold exactly or beyond the range of double leaves the member
/// unset, and damage in a text (lone surrogates, bad escapes, control characters, bytes that are not UTF-8)
/// becomes U+FFFD. A required member that is missing, null, empty text or of the wrong type is an error
/// wherever it is, so is any break of JSON's syntax. Of duplicate members the last one counts.
///
/// The error is `errc::decode` with `json_path` and a message such as "downloads[0].url: expected a string"
/// or "expected ',' or '}' at byte 17". Throws only `std::bad_alloc`.
template <class T>
[[nodiscard]] result<T> decode(std::string_view text, strictness mode = strictness::lenient)
{
    reader r{text, mode};
    result<T> out{boost::system::in_place_value};
    if (!detail::read(r, *out))
        r.fail(r.mismatch());
    if (r.failed() || !r.finish())
        out = r.failure();
    return out;
}

/// The text member `name` of the outermost object, even if the document is cut or damaged behind it. For
/// errors that want to say which job an unusable answer is about.
[[nodiscard]] MAGIC_HOUR_DECL std::string find_text(std::string_view text, std::string_view name);

} // namespace magic_hour::json

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/json/impl/decode.ipp>
#endif
