#pragma once

#include <magic_hour/json/utf8.hpp>

#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace magic_hour::json::detail
{

MAGIC_HOUR_DECL std::size_t utf8_sequence(std::string_view text) noexcept
{
    auto const at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    auto const continues = [&](std::size_t i) { return (at(i) & 0xC0U) == 0x80U; };
    unsigned const lead = at(0);
    if (text.empty())
        return 0;
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return continues(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF)
    {
        bool const overlong = lead == 0xE0 && at(1) < 0xA0;
        bool const surrogate = lead == 0xED && at(1) >= 0xA0;
        return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4)
    {
        bool const overlong = lead == 0xF0 && at(1) < 0x90;
        bool const too_large = lead == 0xF4 && at(1) >= 0x90;
        return continues(1) && continues(2) && continues(3) && !overlong && !too_large ? 4 : 0;
    }
    return 0;
}

MAGIC_HOUR_DECL bool is_utf8(std::string_view text) noexcept
{
    while (!text.empty())
    {
        auto const plain = plain_prefix(text);
        text.remove_prefix(plain);
        if (text.empty())
            break;
        auto const size = utf8_sequence(text);
        if (size == 0)
            return false;
        text.remove_prefix(size);
    }
    return true;
}

MAGIC_HOUR_DECL std::size_t count_code_points(std::string_view text) noexcept
{
    std::size_t count = 0;
    for (char c : text)
        count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    return count;
}

MAGIC_HOUR_DECL void append_utf8(std::string& out, char32_t code)
{
    auto const put = [&](char32_t byte)
    { out.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
    if (code < 0x80)
    {
        put(code);
    }
    else if (code < 0x800)
    {
        put(0xC0 | code >> 6);
        put(0x80 | (code & 0x3F));
    }
    else if ((code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF)
    {
        out += replacement;
    }
    else if (code < 0x10000)
    {
        put(0xE0 | code >> 12);
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    }
    else
    {
        put(0xF0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3F));
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

/// `plain_prefix` of the part of `text` that can be looked at 16 bytes at a time.
[[nodiscard]] inline std::size_t plain_blocks([[maybe_unused]] std::string_view text, bool& ended) noexcept
{
    std::size_t i = 0;
    ended = false;
#if defined(__SSE2__)
    for (; i + 16 <= text.size(); i += 16)
    {
        __m128i const block = _mm_loadu_si128(reinterpret_cast<__m128i const*>(text.data() + i));
        // As signed numbers, bytes that are not ASCII are below the space, too.
        __m128i const below = _mm_cmplt_epi8(block, _mm_set1_epi8(0x20));
        __m128i const quotes = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
        __m128i const escapes = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
        int const marks = _mm_movemask_epi8(_mm_or_si128(below, _mm_or_si128(quotes, escapes)));
        ended = marks != 0;
        if (ended)
            return i + static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(marks)));
    }
#endif
    return i;
}

MAGIC_HOUR_DECL std::size_t plain_prefix(std::string_view text) noexcept
{
    bool ended = false;
    std::size_t i = plain_blocks(text, ended);
    if (ended)
        return i;
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t tops = 0x8080808080808080U;
    // A top bit in the result marks a zero byte; bytes above the first one may be marked falsely.
    auto const zeros = [](std::uint64_t v) { return (v - ones) & ~v; };
    for (; i + 8 <= text.size(); i += 8)
    {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + i, 8);
        auto const controls = (word - ones * 0x20) & ~word;
        auto const marks = (word | controls | zeros(word ^ ones * '"') | zeros(word ^ ones * '\\')) & tops;
        if (marks == 0)
            continue;
        if constexpr (std::endian::native == std::endian::little)
            return i + static_cast<std::size_t>(std::countr_zero(marks)) / 8;
        break;
    }
    for (; i < text.size(); ++i)
    {
        auto const c = static_cast<unsigned char>(text[i]);
        if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\')
            break;
    }
    return i;
}

} // namespace magic_hour::json::detail
