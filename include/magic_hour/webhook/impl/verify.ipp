#pragma once

#include <magic_hour/webhook/impl/hmac.ipp>
#include <magic_hour/webhook/impl/secret.ipp>
#include <magic_hour/webhook/verify.hpp>

#include <openssl/crypto.h>

#include <cstdint>

namespace magic_hour::webhook
{

namespace detail
{

class verify_category_type final : public boost::system::error_category
{
public:
    char const* name() const noexcept override { return "magic_hour.webhook"; }
    std::string message(int value) const override
    {
        return std::string{to_string(static_cast<verify_error>(value))};
    }
};

/// Seconds since the epoch. Milliseconds have 13 digits until the year 2286: more than 12 is another unit.
inline std::optional<std::chrono::sys_seconds> parse_timestamp(std::string_view text) noexcept
{
    if (text.empty() || text.size() > 12)
        return std::nullopt;
    std::int64_t seconds = 0;
    for (char const c : text)
    {
        if (c < '0' || c > '9')
            return std::nullopt;
        seconds = seconds * 10 + (c - '0');
    }
    return std::chrono::sys_seconds{std::chrono::seconds{seconds}};
}

inline int hex_digit(char c) noexcept
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/// All 32 bytes or nothing: a short signature must not match as a prefix.
inline std::optional<digest> parse_signature(std::string_view text) noexcept
{
    digest out{};
    if (text.size() != 2 * out.size())
        return std::nullopt;
    for (std::size_t i = 0; i != out.size(); ++i)
    {
        int const high = hex_digit(text[2 * i]);
        int const low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return std::nullopt;
        out[i] = static_cast<unsigned char>(high * 16 + low);
    }
    return out;
}

/// Goes through all secrets, so that the time it takes does not tell which one it was.
inline bool signed_by_one_of(
    std::span<secret const> secrets, std::string_view timestamp, std::string_view body,
    digest const& signature) noexcept
{
    bool match = false;
    for (secret const& key : secrets)
    {
        auto const expected = hmac_sha256(secret_access::bytes(key), timestamp, body);
        bool const same =
            expected && CRYPTO_memcmp(expected->data(), signature.data(), signature.size()) == 0;
        match = match || same;
    }
    return match;
}

inline bool within(
    std::chrono::sys_seconds timestamp, std::chrono::system_clock::time_point now,
    std::chrono::seconds tolerance) noexcept
{
    auto const age = std::chrono::floor<std::chrono::seconds>(now) - timestamp;
    return (age < std::chrono::seconds::zero() ? -age : age) <= tolerance;
}

MAGIC_HOUR_DECL boost::system::result<verified_event, verify_error> verify(
    std::string_view raw_body, signature_headers const& headers, std::span<secret const> secrets,
    std::chrono::system_clock::time_point now, std::chrono::seconds tolerance)
{
    if (!headers.signature || !headers.timestamp)
        return verify_error::malformed;
    return webhook::verify(raw_body, *headers.signature, *headers.timestamp, secrets, now, tolerance);
}

} // namespace detail

MAGIC_HOUR_DECL std::string_view to_string(verify_error e) noexcept
{
    switch (e)
    {
    case verify_error::malformed:
        return "the signature headers are missing or malformed";
    case verify_error::bad_signature:
        return "the signature does not match";
    case verify_error::stale:
        return "the timestamp is too far from the current time";
    }
    return "verified";
}

MAGIC_HOUR_DECL boost::system::error_category const& verify_category() noexcept
{
    static detail::verify_category_type const category;
    return category;
}

MAGIC_HOUR_DECL void throw_exception_from_error(verify_error e, boost::source_location const&)
{
    error_info info;
    info.code = errc::authentication;
    info.message = "a webhook delivery was refused";
    info.system = make_error_code(e);
    throw error{std::move(info)};
}

MAGIC_HOUR_DECL boost::system::result<verified_event, verify_error> verify(
    std::string_view raw_body, std::string_view signature, std::string_view timestamp,
    std::span<secret const> secrets, std::chrono::system_clock::time_point now,
    std::chrono::seconds tolerance)
{
    auto const when = detail::parse_timestamp(timestamp);
    if (!when)
        return verify_error::malformed;
    auto const claimed = detail::parse_signature(signature);
    if (!claimed || !detail::signed_by_one_of(secrets, timestamp, raw_body, *claimed))
        return verify_error::bad_signature;
    if (!detail::within(*when, now, tolerance))
        return verify_error::stale;
    return verified_event{raw_body, *when};
}

MAGIC_HOUR_DECL boost::system::result<verified_event, verify_error> verify(
    std::string_view raw_body, std::string_view signature, std::string_view timestamp, secret const& key,
    std::chrono::system_clock::time_point now, std::chrono::seconds tolerance)
{
    return verify(raw_body, signature, timestamp, std::span<secret const>{&key, 1}, now, tolerance);
}

} // namespace magic_hour::webhook
