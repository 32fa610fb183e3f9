#pragma once

#include <magic_hour/detail/config.hpp>

#include <concepts>
#include <optional>
#include <ranges>
#include <string_view>

namespace magic_hour::webhook
{

/// The headers that sign a delivery, as they are spelled on the wire. Names of headers have no case.
inline constexpr std::string_view signature_header = "magic-hour-event-signature";
inline constexpr std::string_view timestamp_header = "magic-hour-event-timestamp";

namespace detail
{

/// The two headers as received. A header that stands there twice counts as absent: nobody can say which one
/// was meant.
struct signature_headers
{
    std::optional<std::string_view> signature{};
    std::optional<std::string_view> timestamp{};
};

[[nodiscard]] MAGIC_HOUR_DECL bool same_name(std::string_view a, std::string_view b) noexcept;

class signature_header_reader
{
public:
    MAGIC_HOUR_DECL void read(std::string_view name, std::string_view value) noexcept;
    [[nodiscard]] MAGIC_HOUR_DECL signature_headers headers() const noexcept;

private:
    signature_headers found_{};
    int signatures_ = 0;
    int timestamps_ = 0;
};

template <class T>
concept named_field = requires(T const& f) {
    {
        std::string_view{f.name}
    };
    {
        std::string_view{f.value}
    };
};

template <class T>
concept pair_field = requires(T const& f) {
    {
        std::string_view{f.first}
    };
    {
        std::string_view{f.second}
    };
};

template <class T>
concept beast_field = requires(T const& f) {
    {
        static_cast<std::string_view>(f.name_string())
    };
    {
        static_cast<std::string_view>(f.value())
    };
};

template <class T>
concept field = named_field<T> || pair_field<T> || beast_field<T>;

template <field T>
[[nodiscard]] std::string_view field_name(T const& f) noexcept
{
    if constexpr (named_field<T>)
        return f.name;
    else if constexpr (pair_field<T>)
        return f.first;
    else
        return static_cast<std::string_view>(f.name_string());
}

template <field T>
[[nodiscard]] std::string_view field_value(T const& f) noexcept
{
    if constexpr (named_field<T>)
        return f.value;
    else if constexpr (pair_field<T>)
        return f.second;
    else
        return static_cast<std::string_view>(f.value());
}

template <class Headers>
[[nodiscard]] signature_headers read_signature(Headers const& headers)
{
    signature_header_reader reader;
    for (auto const& f : headers)
        reader.read(field_name(f), field_value(f));
    return reader.headers();
}

} // namespace detail

/// Any list of a request's headers: Beast's fields, a map or multimap of strings, a vector of `http::header`.
template <class T>
concept header_range =
    std::ranges::input_range<T const&> && detail::field<std::ranges::range_value_t<T const&>>;

/// Any function that finds a header by its name, without case, and returns nothing when it is absent. It must
/// also return nothing when the header stands there twice, because it cannot say so.
template <class T>
concept header_lookup =
    std::regular_invocable<T const&, std::string_view> &&
    std::convertible_to<std::invoke_result_t<T const&, std::string_view>, std::optional<std::string_view>>;

} // namespace magic_hour::webhook

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/webhook/impl/headers.ipp>
#endif
