#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace magic_hour::http::detail
{

// The <cctype> functions depend on the locale and are undefined for negative characters.

[[nodiscard]] constexpr bool is_digit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

[[nodiscard]] constexpr char to_lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] constexpr bool is_alpha(char c) noexcept
{
    return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}

[[nodiscard]] constexpr bool is_alnum(char c) noexcept
{
    return is_digit(c) || is_alpha(c);
}

/// C0 controls (NUL, CR, LF, tab ...) and DEL.
[[nodiscard]] constexpr bool is_control(char c) noexcept
{
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

/// The value of a hexadecimal digit, -1 for anything else.
[[nodiscard]] constexpr int hex_value(char c) noexcept
{
    if (is_digit(c))
        return c - '0';
    char const lower = to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

[[nodiscard]] constexpr std::array<bool, 256> make_token_chars() noexcept
{
    std::array<bool, 256> out{};
    for (std::size_t c = 0; c < out.size(); ++c)
        out[c] = is_alnum(static_cast<char>(c));
    for (char const c : std::string_view{"!#$%&'*+-.^_`|~"})
        out[static_cast<unsigned char>(c)] = true;
    return out;
}
inline constexpr auto token_chars = make_token_chars();

/// RFC 9110 tchar.
[[nodiscard]] constexpr bool is_token_char(char c) noexcept
{
    return token_chars[static_cast<unsigned char>(c)];
}

/// Equal but for the case of ASCII letters.
[[nodiscard]] constexpr bool iequals(std::string_view a, std::string_view b) noexcept
{
    if (a.size() != b.size())
        return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (to_lower(a[i]) != to_lower(b[i]))
            return false;
    return true;
}

/// `text` without spaces and tabs at its ends.
[[nodiscard]] constexpr std::string_view trim(std::string_view text) noexcept
{
    constexpr std::string_view blanks = " \t";
    std::size_t const first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

[[nodiscard]] inline std::string lower(std::string_view text)
{
    std::string out{text};
    for (char& c : out)
        c = to_lower(c);
    return out;
}

/// Calls `visit` with each trimmed, non-empty element of a comma-separated list.
template <class Visit>
constexpr void for_each_list_element(std::string_view list, Visit&& visit)
{
    while (!list.empty())
    {
        std::size_t const comma = list.find(',');
        if (std::string_view const element = trim(list.substr(0, comma)); !element.empty())
            visit(element);
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
}

} // namespace magic_hour::http::detail
