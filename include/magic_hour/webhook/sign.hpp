#pragma once

#include <magic_hour/http/message.hpp>
#include <magic_hour/webhook/secret.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace magic_hour::webhook
{

/// The signature of `body` as the API sends it: 64 lower-case hexadecimal digits. `timestamp` is signed as it
/// is written. Throws `error` (internal_error) when OpenSSL fails.
[[nodiscard]] MAGIC_HOUR_DECL std::string
sign(std::string_view body, std::string_view timestamp, secret const& key);

/// The same with the timestamp as a time.
[[nodiscard]] MAGIC_HOUR_DECL std::string
sign(std::string_view body, std::chrono::sys_seconds timestamp, secret const& key);

/// A delivery as the API would send it, for tests of a receiver.
struct signed_delivery
{
    std::string body{};
    std::vector<http::header> headers{}; ///< Content-Type, signature and timestamp
};

/// `body` signed at `timestamp`. Throws like `sign`.
[[nodiscard]] MAGIC_HOUR_DECL signed_delivery
make_delivery(std::string body, std::chrono::sys_seconds timestamp, secret const& key);

/// `{"type": type, "payload": payload}`; `payload` is JSON text.
[[nodiscard]] MAGIC_HOUR_DECL std::string make_body(std::string_view type, std::string_view payload);

/// `make_body(type, payload)` signed at `timestamp`. Throws like `sign`.
[[nodiscard]] MAGIC_HOUR_DECL signed_delivery make_delivery(
    std::string_view type, std::string_view payload, std::chrono::sys_seconds timestamp, secret const& key);

} // namespace magic_hour::webhook

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/webhook/impl/sign.ipp>
#endif
