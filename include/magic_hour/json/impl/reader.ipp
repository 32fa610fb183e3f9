#pragma once

#include <magic_hour/json/reader.hpp>
#include <magic_hour/json/utf8.hpp>

#include <charconv>
#include <cmath>
#include <system_error>
#include <type_traits>
#include <utility>

namespace magic_hour::json
{

namespace detail
{

/// Whether a number that no double holds is too large; otherwise it is too small.
[[nodiscard]] MAGIC_HOUR_DECL bool is_overflow(std::string_view token) noexcept
{
    auto const exponent_at = token.find_first_of("eE");
    auto const mantissa = token.substr(0, exponent_at);
    bool const tiny_exponent = exponent_at != std::string_view::npos && token[exponent_at + 1] == '-';
    auto const digit = mantissa.find_first_of("123456789");
    if (digit == std::string_view::npos)
        return false;
    auto const point = mantissa.find('.');
    bool const fraction = point != std::string_view::npos && digit > point;
    if (fraction != tiny_exponent && exponent_at != std::string_view::npos)
    {
        // The exponent works against the position of the first digit: compare how far each reaches.
        auto const reach =
            fraction ? digit - point : (point == std::string_view::npos ? mantissa.size() : point);
        auto power = token.substr(exponent_at + 1);
        if (power.front() == '-' || power.front() == '+')
            power.remove_prefix(1);
        std::size_t size = 0;
        bool const huge = std::from_chars(power.data(), power.data() + power.size(), size).ec != std::errc{};
        return fraction ? (huge || size > reach) : (!huge && size < reach);
    }
    return !fraction;
}

} // namespace detail

MAGIC_HOUR_DECL bool reader::syntax(std::string_view reason)
{
    if (failed_)
        return false;
    failed_ = true;
    where_ = path();
    reason_ = at_ < text_.size() ? reason : std::string_view{"unexpected end of text"};
    reason_ += " at byte " + std::to_string(at_);
    return false;
}

MAGIC_HOUR_DECL std::string reader::path() const
{
    std::string out;
    for (std::size_t i = 1; i <= depth_; ++i)
    {
        auto const& f = frames_[i];
        if (f.array)
            out += '[' + std::to_string(f.index) + ']';
        else if (!f.name.empty())
            (out += out.empty() ? "" : ".") += f.name;
    }
    return out;
}

MAGIC_HOUR_DECL bool reader::fail(std::string_view reason)
{
    if (failed_)
        return false;
    failed_ = true;
    remember_place();
    reason_ = reason;
    return false;
}

MAGIC_HOUR_DECL bool reader::fail_member(std::string_view name, std::string_view reason)
{
    if (failed_)
        return false;
    where_ = path();
    (where_ += where_.empty() ? "" : ".") += name;
    return fail(reason);
}

MAGIC_HOUR_DECL error reader::failure() const
{
    error_info info;
    info.code = errc::decode;
    info.message = where_.empty() ? reason_ : where_ + ": " + reason_;
    info.json_path = where_;
    return error{std::move(info)};
}

MAGIC_HOUR_DECL bool reader::literal(std::string_view word)
{
    if (text_.substr(at_, word.size()) != word)
        return syntax("expected a value");
    at_ += word.size();
    return true;
}

MAGIC_HOUR_DECL bool reader::other_kind(char const* expected)
{
    return skip() && mismatch(expected);
}

MAGIC_HOUR_DECL bool reader::read_null()
{
    skip_space();
    return next() == 'n' && literal("null");
}

MAGIC_HOUR_DECL bool reader::read_boolean(bool& out)
{
    skip_space();
    if (next() != 't' && next() != 'f')
        return other_kind("expected true or false");
    out = next() == 't';
    return literal(out ? "true" : "false");
}

MAGIC_HOUR_DECL std::size_t reader::digits(std::uint64_t& value)
{
    auto const begin = at_;
    for (; next() >= '0' && next() <= '9'; ++at_)
        value = value * 10 + static_cast<std::uint64_t>(next() - '0');
    if (at_ == begin)
        static_cast<void>(syntax("expected a digit"));
    return at_ - begin;
}

MAGIC_HOUR_DECL bool reader::scan_number(number_token& out)
{
    auto const begin = at_;
    out = {};
    if (next() == '-')
        ++at_;
    auto const first = at_;
    out.mantissa_digits = digits(out.mantissa);
    if (out.mantissa_digits > 1 && text_[first] == '0')
    {
        at_ = first;
        return syntax("number with a leading zero");
    }
    if (!failed_ && next() == '.')
    {
        ++at_;
        out.fraction_digits = digits(out.mantissa);
        out.mantissa_digits += out.fraction_digits;
    }
    if (!failed_ && (next() == 'e' || next() == 'E'))
    {
        out.exponent = true;
        ++at_;
        if (next() == '+' || next() == '-')
            ++at_;
        std::uint64_t ignored = 0;
        digits(ignored);
    }
    out.text = text_.substr(begin, at_ - begin);
    return !failed_;
}

MAGIC_HOUR_DECL bool reader::double_of(number_token const& token, double& out)
{
    // Both the digits and the power of ten are exact doubles, so that one division rounds correctly.
    constexpr std::array<double, 16> powers{1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                            1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    if (!token.exponent && token.mantissa_digits <= 15)
    {
        auto const magnitude = static_cast<double>(token.mantissa) / powers[token.fraction_digits];
        out = token.text.front() == '-' ? -magnitude : magnitude;
        return true;
    }
    auto const end = token.text.data() + token.text.size();
    if (std::from_chars(token.text.data(), end, out).ec == std::errc{} && std::isfinite(out))
        return true;
    if (detail::is_overflow(token.text))
        return mismatch("number out of range");
    out = token.text.front() == '-' ? -0.0 : 0.0;
    return true;
}

template <class I>
bool reader::read_whole(I& out)
{
    skip_space();
    if (next() != '-' && (next() < '0' || next() > '9'))
        return other_kind("expected an integer");
    number_token token;
    if (!scan_number(token))
        return false;
    constexpr std::size_t safe_digits = 18;
    if (token.integral() && token.text.front() != '-' && token.mantissa_digits <= safe_digits)
    {
        out = static_cast<I>(token.mantissa);
        return true;
    }
    if (token.integral() && !(std::is_unsigned_v<I> && token.text == "-0"))
    {
        auto const end = token.text.data() + token.text.size();
        return std::from_chars(token.text.data(), end, out).ec == std::errc{} ||
               mismatch("number out of range");
    }
    // Above 2^53 a double no longer tells neighbouring integers apart.
    constexpr double exact = 9007199254740992.0;
    double value = 0;
    if (!double_of(token, value))
        return false;
    if (std::abs(value) > exact || (std::is_unsigned_v<I> && value < 0))
        return mismatch("number out of range");
    if (std::trunc(value) < value || std::trunc(value) > value)
        return mismatch("expected an integer");
    out = static_cast<I>(value);
    return true;
}

MAGIC_HOUR_DECL bool reader::read_integer(std::int64_t& out)
{
    return read_whole(out);
}

MAGIC_HOUR_DECL bool reader::read_unsigned(std::uint64_t& out)
{
    return read_whole(out);
}

MAGIC_HOUR_DECL bool reader::read_number(double& out)
{
    skip_space();
    if (next() != '-' && (next() < '0' || next() > '9'))
        return other_kind("expected a number");
    number_token token;
    return scan_number(token) && double_of(token, out);
}

MAGIC_HOUR_DECL bool reader::read_text(std::string_view& out)
{
    skip_space();
    if (next() != '"')
        return other_kind("expected a string");
    damaged_ = false;
    if (!scan_text(out))
        return false;
    return !(damaged_ && strict()) || mismatch("damaged text");
}

MAGIC_HOUR_DECL bool reader::scan_text(std::string_view& out)
{
    auto const begin = ++at_;
    at_ += detail::plain_prefix(text_.substr(at_));
    out = text_.substr(begin, at_ - begin);
    if (next() != '"')
        return scan_escaped_text(out);
    ++at_;
    return true;
}

MAGIC_HOUR_DECL bool reader::scan_escaped_text(std::string_view& out)
{
    scratch_ = out;
    while (at_ < text_.size() && text_[at_] != '"')
    {
        append_character();
        auto const plain = detail::plain_prefix(text_.substr(at_));
        scratch_.append(text_.data() + at_, plain);
        at_ += plain;
    }
    if (at_ >= text_.size())
        return syntax("unterminated string");
    ++at_;
    out = scratch_;
    return true;
}

MAGIC_HOUR_DECL void reader::append_character()
{
    if (text_[at_] == '\\')
        return append_escape();
    auto const size = detail::utf8_sequence(text_.substr(at_));
    if (size > 1)
        scratch_.append(text_.data() + at_, size);
    else
        append_replacement();
    at_ += size > 1 ? size : 1;
}

MAGIC_HOUR_DECL void reader::append_replacement()
{
    damaged_ = true;
    scratch_ += detail::replacement;
}

MAGIC_HOUR_DECL void reader::append_escape()
{
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    ++at_;
    auto const letter = next();
    if (letter == 'u')
    {
        ++at_;
        return append_unicode_escape();
    }
    auto const i = letters.find(letter);
    if (i != std::string_view::npos)
        scratch_.push_back(meanings[i]);
    else
        append_replacement();
    if (letter >= ' ' && letter <= '~')
        ++at_;
}

MAGIC_HOUR_DECL void reader::append_unicode_escape()
{
    char32_t code = 0;
    if (!hex4(code) || (code >= 0xDC00 && code <= 0xDFFF))
        return append_replacement();
    if (code < 0xD800 || code > 0xDBFF)
        return detail::append_utf8(scratch_, code);
    auto const after_high = at_;
    char32_t low = 0;
    if (text_.substr(at_, 2) == "\\u")
    {
        at_ += 2;
        if (hex4(low) && low >= 0xDC00 && low <= 0xDFFF)
            return detail::append_utf8(scratch_, 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00));
    }
    at_ = after_high;
    append_replacement();
}

MAGIC_HOUR_DECL bool reader::hex4(char32_t& out) noexcept
{
    out = 0;
    for (int i = 0; i < 4; ++i, ++at_)
    {
        auto const c = next();
        char32_t digit = 0;
        if (c >= '0' && c <= '9')
            digit = static_cast<char32_t>(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = static_cast<char32_t>(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            digit = static_cast<char32_t>(c - 'A' + 10);
        else
            return false;
        out = out << 4 | digit;
    }
    return true;
}

MAGIC_HOUR_DECL bool reader::skip_text()
{
    for (++at_; at_ < text_.size(); ++at_)
    {
        at_ += detail::plain_prefix(text_.substr(at_));
        if (next() == '"')
        {
            ++at_;
            return true;
        }
        if (next() == '\\')
            ++at_;
    }
    at_ = text_.size();
    return syntax("unterminated string");
}

MAGIC_HOUR_DECL bool reader::skip()
{
    skip_space();
    std::string_view name;
    switch (next())
    {
    case '{':
        if (!enter(false))
            return false;
        while (next_member(name))
            if (!skip())
                return false;
        return !failed_;
    case '[':
        if (!enter(true))
            return false;
        while (next_entry())
            if (!skip())
                return false;
        return !failed_;
    case '"':
        return skip_text();
    case 't':
        return literal("true");
    case 'f':
        return literal("false");
    case 'n':
        return literal("null");
    default:
        number_token token;
        if (next() == '-' || (next() >= '0' && next() <= '9'))
            return scan_number(token);
        return syntax("expected a value");
    }
}

MAGIC_HOUR_DECL bool reader::read_raw(std::string_view& out)
{
    skip_space();
    auto const begin = at_;
    if (!skip())
        return false;
    out = text_.substr(begin, at_ - begin);
    return true;
}

MAGIC_HOUR_DECL bool reader::enter(bool array)
{
    if (depth_ == max_depth)
        return syntax("nested deeper than 32 levels");
    ++at_;
    frames_[++depth_] = frame{{}, 0, true, array};
    return true;
}

MAGIC_HOUR_DECL bool reader::enter_object()
{
    skip_space();
    return next() == '{' ? enter(false) : other_kind("expected an object");
}

MAGIC_HOUR_DECL bool reader::enter_array()
{
    skip_space();
    return next() == '[' ? enter(true) : other_kind("expected an array");
}

MAGIC_HOUR_DECL bool reader::next_item(char closing, char const* expected)
{
    auto& f = frames_[depth_];
    f.name = {};
    skip_space();
    if (next() == closing)
    {
        ++at_;
        --depth_;
        return false;
    }
    if (!f.first)
    {
        if (next() != ',')
            return syntax(expected);
        ++at_;
        ++f.index;
        skip_space();
    }
    f.first = false;
    return true;
}

MAGIC_HOUR_DECL bool reader::has_member()
{
    return next_item('}', "expected ',' or '}'");
}

MAGIC_HOUR_DECL bool reader::take_name(std::string_view expected) noexcept
{
    std::string_view const rest = text_.substr(at_);
    std::size_t const size = expected.size();
    if (rest.size() < size + 3 || rest[0] != '"' || rest[size + 1] != '"' || rest[size + 2] != ':' ||
        rest.substr(1, size) != expected)
        return false;
    at_ += size + 3;
    return true;
}

MAGIC_HOUR_DECL bool reader::read_name(std::string_view& name)
{
    if (next() != '"')
        return syntax("expected a member name");
    if (!scan_text(name))
        return false;
    skip_space();
    if (next() != ':')
        return syntax("expected ':'");
    ++at_;
    return true;
}

MAGIC_HOUR_DECL bool reader::next_entry()
{
    return next_item(']', "expected ',' or ']'");
}

MAGIC_HOUR_DECL bool reader::finish()
{
    skip_space();
    return at_ == text_.size() || syntax("unexpected text behind the document");
}

} // namespace magic_hour::json
