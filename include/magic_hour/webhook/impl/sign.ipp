#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/webhook/headers.hpp>
#include <magic_hour/webhook/impl/hmac.ipp>
#include <magic_hour/webhook/impl/secret.ipp>
#include <magic_hour/webhook/sign.hpp>

namespace magic_hour::webhook
{

namespace detail
{

inline std::string to_hex(digest const& bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(2 * bytes.size());
    for (unsigned char const byte : bytes)
    {
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

} // namespace detail

MAGIC_HOUR_DECL std::string sign(std::string_view body, std::string_view timestamp, secret const& key)
{
    auto const mac = detail::hmac_sha256(detail::secret_access::bytes(key), timestamp, body);
    if (!mac)
        throw error{errc::internal_error, "OpenSSL cannot compute an HMAC"};
    return detail::to_hex(*mac);
}

MAGIC_HOUR_DECL std::string sign(std::string_view body, std::chrono::sys_seconds timestamp, secret const& key)
{
    return sign(body, std::to_string(timestamp.time_since_epoch().count()), key);
}

MAGIC_HOUR_DECL signed_delivery
make_delivery(std::string body, std::chrono::sys_seconds timestamp, secret const& key)
{
    std::string const when = std::to_string(timestamp.time_since_epoch().count());
    std::string signature = sign(body, when, key);
    signed_delivery made;
    made.body = std::move(body);
    made.headers.push_back({"Content-Type", "application/json"});
    made.headers.push_back({std::string{signature_header}, std::move(signature)});
    made.headers.push_back({std::string{timestamp_header}, when});
    return made;
}

MAGIC_HOUR_DECL std::string make_body(std::string_view type, std::string_view payload)
{
    std::string body = R"({"type":")";
    body += type;
    body += R"(","payload":)";
    body += payload;
    body += '}';
    return body;
}

MAGIC_HOUR_DECL signed_delivery make_delivery(
    std::string_view type, std::string_view payload, std::chrono::sys_seconds timestamp, secret const& key)
{
    return make_delivery(make_body(type, payload), timestamp, key);
}

} // namespace magic_hour::webhook
