#pragma once

#include <magic_hour/json/of.hpp>

#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace magic_hour::json
{

/// Third field of a `named` enumerator that the API still takes but no longer advertises.
inline constexpr bool deprecated_value = true;

/// An enumerator and its text on the wire.
template <class E>
struct named
{
    E value;
    std::string_view text;
    bool deprecated = false;
};

/// What `names(json::of<E>)` returns: `return json::list<model>({{model::a, "a-1"}, {model::b, "b.2"}});`
template <class E, std::size_t N>
[[nodiscard]] constexpr std::array<named<E>, N> list(named<E> const (&items)[N])
{
    return std::to_array(items);
}

namespace detail
{

/// The wire text of an identifier: one trailing `_` protects keywords and is not part of it.
[[nodiscard]] constexpr std::string_view wire_name(std::string_view identifier) noexcept
{
    if (identifier.ends_with('_'))
        identifier.remove_suffix(1);
    return identifier;
}

template <class E>
concept has_names = requires { names(of<E>{}); };

template <class E, template <class...> class L, class... D>
constexpr auto described_names(L<D...>)
{
    return std::array<named<E>, sizeof...(D)>{{{D::value, wire_name(D::name), false}...}};
}

template <class E>
constexpr auto make_names()
{
    if constexpr (has_names<E>)
        return names(of<E>{});
    else
        return described_names<E>(boost::describe::describe_enumerators<E>{});
}

template <class E>
inline constexpr auto names_table = make_names<E>();

} // namespace detail

/// The known values of an enumeration with their wire texts, in the order of declaration.
template <class E>
[[nodiscard]] constexpr std::span<named<E> const> known_values() noexcept
{
    return detail::names_table<E>;
}

/// A value of an enumeration that may grow: one of the enumerators of `E`, or a text that this version of
/// the library does not know and passes on unchanged. Default-constructed it holds nothing.
template <class E>
class open_enum
{
public:
    static_assert(std::is_enum_v<E>);
    using enum_type = E;

    open_enum() = default;
    constexpr open_enum(E value) noexcept : known_{value} {}
    open_enum(std::string_view text) { assign(text); }
    open_enum(char const* text) : open_enum(std::string_view{text}) {}
    open_enum(std::string const& text) : open_enum(std::string_view{text}) {}

    /// The enumerator, if this version of the library knows the value.
    [[nodiscard]] std::optional<E> known() const noexcept { return known_; }

    /// The text on the wire; empty when nothing is held. Lives as long as this object.
    [[nodiscard]] std::string_view str() const noexcept
    {
        if (!known_)
            return unknown_;
        for (auto const& n : detail::names_table<E>)
            if (n.value == *known_)
                return n.text;
        return {};
    }

    [[nodiscard]] bool empty() const noexcept { return str().empty(); }

    friend bool operator==(open_enum const& a, open_enum const& b) noexcept
    {
        return a.known_ == b.known_ && a.unknown_ == b.unknown_;
    }

private:
    void assign(std::string_view text)
    {
        for (auto const& n : detail::names_table<E>)
        {
            if (n.text == text)
            {
                known_ = n.value;
                return;
            }
        }
        unknown_ = text;
    }

    std::optional<E> known_{};
    std::string unknown_{};
};

namespace detail
{

template <class T>
inline constexpr bool is_open_enum = false;
template <class E>
inline constexpr bool is_open_enum<open_enum<E>> = true;

} // namespace detail

} // namespace magic_hour::json
