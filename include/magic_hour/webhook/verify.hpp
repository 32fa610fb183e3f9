#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/webhook/headers.hpp>
#include <magic_hour/webhook/secret.hpp>

#include <boost/system/result.hpp>

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace magic_hour::webhook
{

class event;

/// Why a delivery cannot be trusted.
enum class verify_error
{
    malformed = 1, ///< a header is missing or doubled, or the timestamp is not a plain count of seconds
    bad_signature, ///< not signed with any of the secrets, or changed on its way
    stale          ///< rightly signed, but too long ago or too far in the future: a replay, or a wrong clock
};
[[nodiscard]] MAGIC_HOUR_DECL std::string_view to_string(verify_error) noexcept;
[[nodiscard]] MAGIC_HOUR_DECL boost::system::error_category const& verify_category() noexcept;
[[nodiscard]] inline boost::system::error_code make_error_code(verify_error e) noexcept
{
    return {static_cast<int>(e), verify_category()};
}

/// Throws `error` (authentication) with `e` as its `system` code: what `value()` of a failed `verify` does.
[[noreturn]] MAGIC_HOUR_DECL void throw_exception_from_error(verify_error e, boost::source_location const&);

class verified_event;

/// How far the clocks of sender and receiver may be apart, and so how long a delivery can be replayed.
inline constexpr std::chrono::seconds default_tolerance{300};

/// Checks that `raw_body` was signed with one of `secrets` at most `tolerance` before or after `now`, both
/// ends included. A zero tolerance accepts the very second only; it does not turn the check off.
///
/// `raw_body` must be the bytes as received: parsing and printing JSON again changes them. `signature` is 64
/// hexadecimal digits in either case, `timestamp` 1 to 12 decimal digits. Signatures are compared in constant
/// time, each secret is always tried. An error is about the first of: form, signature, age. Throws nothing
/// but `std::bad_alloc`.
///
/// The vendor does not say whether a repeated delivery is signed anew. Repeats that come as `stale` mean it
/// is not; a larger tolerance then lets them in, and `dedupe` keeps replays out.
[[nodiscard]] MAGIC_HOUR_DECL boost::system::result<verified_event, verify_error> verify(
    std::string_view raw_body, std::string_view signature, std::string_view timestamp,
    std::span<secret const> secrets, std::chrono::system_clock::time_point now,
    std::chrono::seconds tolerance = default_tolerance);

/// The same with one secret.
[[nodiscard]] MAGIC_HOUR_DECL boost::system::result<verified_event, verify_error> verify(
    std::string_view raw_body, std::string_view signature, std::string_view timestamp, secret const& key,
    std::chrono::system_clock::time_point now, std::chrono::seconds tolerance = default_tolerance);

namespace detail
{

[[nodiscard]] MAGIC_HOUR_DECL boost::system::result<verified_event, verify_error> verify(
    std::string_view raw_body, signature_headers const& headers, std::span<secret const> secrets,
    std::chrono::system_clock::time_point now, std::chrono::seconds tolerance);

} // namespace detail

/// A delivery that was signed with one of the secrets, and the bytes that were signed. Only `verify` makes
/// one.
class verified_event
{
public:
    /// The body as received.
    [[nodiscard]] std::string const& body() const noexcept { return body_; }

    /// When it was signed.
    [[nodiscard]] std::chrono::sys_seconds timestamp() const noexcept { return timestamp_; }

    /// What happened. Fails with `error` (decode) when the body is no event: see
    /// <magic_hour/webhook/event.hpp>.
    [[nodiscard]] MAGIC_HOUR_DECL result<event> parse() const;

private:
    friend boost::system::result<verified_event, verify_error> verify(
        std::string_view, std::string_view, std::string_view, std::span<secret const>,
        std::chrono::system_clock::time_point, std::chrono::seconds);

    verified_event(std::string_view body, std::chrono::sys_seconds timestamp)
        : body_{body}, timestamp_{timestamp}
    {
    }

    std::string body_;
    std::chrono::sys_seconds timestamp_;
};

/// `verify` with the signature and the timestamp taken from a request's headers.
template <header_range Headers>
[[nodiscard]] boost::system::result<verified_event, verify_error> verify(
    std::string_view raw_body, Headers const& headers, std::span<secret const> secrets,
    std::chrono::system_clock::time_point now, std::chrono::seconds tolerance = default_tolerance)
{
    return detail::verify(raw_body, detail::read_signature(headers), secrets, now, tolerance);
}

/// `verify` with a function that finds headers.
template <header_lookup Find>
[[nodiscard]] boost::system::result<verified_event, verify_error> verify(
    std::string_view raw_body, Find const& find, std::span<secret const> secrets,
    std::chrono::system_clock::time_point now, std::chrono::seconds tolerance = default_tolerance)
{
    detail::signature_headers const headers{find(signature_header), find(timestamp_header)};
    return detail::verify(raw_body, headers, secrets, now, tolerance);
}

/// `verify` by headers or a function that finds them, with one secret.
template <class Headers>
    requires header_range<Headers> || header_lookup<Headers>
[[nodiscard]] boost::system::result<verified_event, verify_error> verify(
    std::string_view raw_body, Headers const& headers, secret const& key,
    std::chrono::system_clock::time_point now, std::chrono::seconds tolerance = default_tolerance)
{
    return verify(raw_body, headers, std::span<secret const>{&key, 1}, now, tolerance);
}

} // namespace magic_hour::webhook

template <>
struct boost::system::is_error_code_enum<magic_hour::webhook::verify_error> : std::true_type
{
};

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/webhook/impl/verify.ipp>
#endif
