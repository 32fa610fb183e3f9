#pragma once

#include <magic_hour/json/utf8.hpp>
#include <magic_hour/json/writer.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace magic_hour::json
{

namespace detail
{

template <class N>
void append_number(std::string& out, N value)
{
    std::array<char, 32> buffer;
    auto const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    out.append(buffer.data(), end);
}

} // namespace detail

MAGIC_HOUR_DECL void writer::separate()
{
    if (comma_)
        out_.push_back(',');
    comma_ = true;
}

MAGIC_HOUR_DECL void writer::begin_object()
{
    separate();
    out_.push_back('{');
    comma_ = false;
}

MAGIC_HOUR_DECL void writer::end_object()
{
    out_.push_back('}');
    comma_ = true;
}

MAGIC_HOUR_DECL void writer::begin_array()
{
    separate();
    out_.push_back('[');
    comma_ = false;
}

MAGIC_HOUR_DECL void writer::end_array()
{
    out_.push_back(']');
    comma_ = true;
}

MAGIC_HOUR_DECL void writer::key(std::string_view name)
{
    separate();
    quoted(name);
    out_.push_back(':');
    comma_ = false;
}

MAGIC_HOUR_DECL void writer::null()
{
    separate();
    out_ += "null";
}

MAGIC_HOUR_DECL void writer::boolean(bool value)
{
    separate();
    out_ += value ? "true" : "false";
}

MAGIC_HOUR_DECL void writer::integer(std::int64_t value)
{
    separate();
    detail::append_number(out_, value);
}

MAGIC_HOUR_DECL void writer::unsigned_integer(std::uint64_t value)
{
    separate();
    detail::append_number(out_, value);
}

MAGIC_HOUR_DECL void writer::number(double value)
{
    if (!std::isfinite(value))
        return null();
    separate();
    constexpr double exact = 9007199254740992.0;
    bool const whole =
        std::abs(value) < exact && !(std::trunc(value) < value) && !(std::trunc(value) > value);
    if (whole && !std::signbit(value))
        detail::append_number(out_, static_cast<std::int64_t>(value));
    else
        detail::append_number(out_, value);
}

MAGIC_HOUR_DECL void writer::string(std::string_view text)
{
    separate();
    quoted(text);
}

MAGIC_HOUR_DECL void writer::undo(mark to)
{
    out_.resize(to.size);
    comma_ = to.comma;
}

MAGIC_HOUR_DECL void writer::quoted(std::string_view text)
{
    out_.push_back('"');
    while (!text.empty())
    {
        auto const plain = detail::plain_prefix(text);
        out_.append(text.data(), plain);
        text.remove_prefix(plain);
        if (text.empty())
            break;
        auto const c = static_cast<unsigned char>(text.front());
        auto const size = detail::utf8_sequence(text);
        if (c < 0x80)
            escaped(c);
        else if (size != 0)
            out_.append(text.data(), size);
        else
            out_ += detail::replacement;
        text.remove_prefix(size != 0 ? size : 1);
    }
    out_.push_back('"');
}

MAGIC_HOUR_DECL void writer::escaped(unsigned char c)
{
    constexpr std::string_view hex = "0123456789abcdef";
    out_.push_back('\\');
    switch (c)
    {
    case '"':
    case '\\':
        return out_.push_back(static_cast<char>(c));
    case '\b':
        return out_.push_back('b');
    case '\f':
        return out_.push_back('f');
    case '\n':
        return out_.push_back('n');
    case '\r':
        return out_.push_back('r');
    case '\t':
        return out_.push_back('t');
    default:
        out_ += "u00";
        out_.push_back(hex[c >> 4U]);
        out_.push_back(hex[c & 0xFU]);
    }
}

} // namespace magic_hour::json
