#pragma once

#include <magic_hour/webhook/headers.hpp>

#include <algorithm>

namespace magic_hour::webhook::detail
{

inline char lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

MAGIC_HOUR_DECL bool same_name(std::string_view a, std::string_view b) noexcept
{
    return std::ranges::equal(a, b, {}, lower, lower);
}

MAGIC_HOUR_DECL void signature_header_reader::read(std::string_view name, std::string_view value) noexcept
{
    if (same_name(name, signature_header))
    {
        found_.signature = value;
        ++signatures_;
    }
    if (same_name(name, timestamp_header))
    {
        found_.timestamp = value;
        ++timestamps_;
    }
}

MAGIC_HOUR_DECL signature_headers signature_header_reader::headers() const noexcept
{
    signature_headers once = found_;
    if (signatures_ != 1)
        once.signature.reset();
    if (timestamps_ != 1)
        once.timestamp.reset();
    return once;
}

} // namespace magic_hour::webhook::detail
