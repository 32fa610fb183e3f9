#pragma once

#include <magic_hour/json/open_enum.hpp>
#include <magic_hour/json/rules.hpp>

#include <boost/describe/bases.hpp>
#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace magic_hour::json
{

/// How a type of another library part appears in JSON. A specialisation has
/// `static bool read(reader&, T&)`, `static void write(writer&, T const&)`, `static bool empty(T const&)`,
/// `static void check(report&, member_rules const&, T const&)`, `static constexpr std::string_view
/// schema_type` and `static constexpr std::size_t min_length`.
template <class T>
struct codec;

/// Whether `codec` is specialised for `T`.
template <class T>
concept has_codec = requires { codec<T>::schema_type; };

/// A struct that says its members with BOOST_DESCRIBE_CLASS or BOOST_DESCRIBE_STRUCT.
template <class T>
concept described = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

namespace detail
{

namespace mp = boost::mp11;

template <class T>
struct own_members
{
    using type = boost::describe::describe_members<T, boost::describe::mod_public>;
};

template <class T>
struct all_members;
template <class Base>
using members_of_base = typename all_members<typename Base::type>::type;

template <class T>
struct all_members
{
    using bases = boost::describe::describe_bases<T, boost::describe::mod_public>;
    using type = mp::mp_append<
        mp::mp_apply<
            mp::mp_append, mp::mp_push_front<mp::mp_transform<members_of_base, bases>, mp::mp_list<>>>,
        mp::mp_rename<typename own_members<T>::type, mp::mp_list>>;
};

template <class V, class C>
V value_of_pointer(V C::*);
template <class V, class C>
C class_of_pointer(V C::*);

template <class D>
using value_of = decltype(value_of_pointer(D::pointer));

// An aggregate with exactly these direct bases and members takes an initialiser for each, in order, and not
// one more. Every member has a default, so `{}` would do for a forgotten one.
template <class T, class... Part>
concept takes = requires { T{std::declval<Part>()...}; };
template <class T, class... Part>
concept takes_more = requires {
    T{std::declval<Part>()..., {}};
};

template <class T, template <class...> class BaseList, class... B, template <class...> class L, class... D>
constexpr bool is_complete(BaseList<B...>, L<D...>)
{
    return takes<T, typename B::type..., value_of<D>...> &&
           !takes_more<T, typename B::type..., value_of<D>...>;
}

template <class... D, template <class...> class L>
constexpr bool has_duplicates(L<D...>)
{
    std::array<std::string_view, sizeof...(D) + 1> const names{wire_name(D::name)...};
    for (std::size_t i = 0; i < sizeof...(D); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (names[i] == names[j])
                return true;
    return false;
}

template <class T>
constexpr bool check_description()
{
    static_assert(std::is_aggregate_v<T>, "a described struct must stay an aggregate");
    using bases = boost::describe::describe_bases<T, boost::describe::mod_any_access>;
    constexpr bool duplicates = has_duplicates(typename all_members<T>::type{});
    static_assert(!duplicates, "a member of the described struct is named twice");
    if constexpr (!duplicates)
        static_assert(
            is_complete<T>(bases{}, typename own_members<T>::type{}),
            "a member of the struct is missing in its description, or the order differs");
    return true;
}

template <class T>
concept has_rules = requires { rules(of<T>{}); };

template <class T>
inline constexpr auto rules_table = rules(of<T>{});

template <class Wanted, class P>
constexpr bool find_rules(Wanted wanted, bound_rules<P> const& entry, member_rules& out)
{
    if constexpr (std::is_same_v<Wanted, P>)
    {
        if (entry.pointer == wanted)
        {
            out = entry.rules;
            return true;
        }
    }
    return false;
}

template <class T, class P>
constexpr member_rules rules_for(P pointer)
{
    member_rules out{};
    bool found = false;
    if constexpr (has_rules<T>)
        found = rules_table<T>.any([&](auto const& entry) { return find_rules(pointer, entry, out); });
    if constexpr (!std::is_same_v<T, decltype(class_of_pointer(pointer))>)
        if (!found)
            return rules_for<decltype(class_of_pointer(pointer))>(pointer);
    return out;
}

} // namespace detail

/// One member of a described struct, known at compile time.
template <class T, class Descriptor>
struct member
{
    using owner = T;
    using type = detail::value_of<Descriptor>;
    /// What was declared with `rules(json::of<T>)`, or for an inherited member by its base.
    static constexpr member_rules rules = detail::rules_for<T>(Descriptor::pointer);
    /// The name on the wire.
    static constexpr std::string_view name =
        rules.name.empty() ? detail::wire_name(Descriptor::name) : rules.name;

    template <class Object>
    [[nodiscard]] static constexpr auto& get(Object& object) noexcept
    {
        return object.*Descriptor::pointer;
    }
};

namespace detail
{

template <class T>
struct member_list
{
    static_assert(check_description<T>());
    template <class D>
    using member_of = member<T, D>;
    using type = mp::mp_transform<member_of, typename all_members<T>::type>;
};

} // namespace detail

/// The members of a described struct, those of its bases first, as a list of `member<T, ...>`.
template <described T>
using members = typename detail::member_list<T>::type;

/// Calls `visit(json::member<T, ...>{})` for each member of `T`. No object is needed.
template <described T, class Visitor>
constexpr void for_each_member(Visitor&& visit)
{
    [&]<class... M>(detail::mp::mp_list<M...>) { (static_cast<void>(visit(M{})), ...); }(members<T>{});
}

/// Calls `visit(json::member<T, ...>{}, value)` for each member of `object`.
template <class T, class Visitor>
    requires described<std::remove_const_t<T>>
constexpr void for_each_member(T& object, Visitor&& visit)
{
    [&]<class... M>(detail::mp::mp_list<M...>)
    { (static_cast<void>(visit(M{}, M::get(object))), ...); }(members<std::remove_const_t<T>>{});
}

namespace detail
{

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_vector = false;
template <class T, class A>
inline constexpr bool is_vector<std::vector<T, A>> = true;

template <class T>
inline constexpr bool always_false = false;

} // namespace detail

} // namespace magic_hour::json
