#pragma once

#include <magic_hour/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace magic_hour::http
{

/// An absolute http or https URL, taken apart. `target` is byte-identical to what was given: nothing is
/// decoded, re-encoded or normalised, so that signatures in it stay valid.
struct url
{
    std::string scheme{}; ///< "https" or "http"
    std::string host{};   ///< lower case; IPv6 without brackets
    std::uint16_t port = 443;
    std::string target{}; ///< path and query, begins with "/", never holds a fragment

    /// The value of a Host header: the port only when it is not the scheme's own.
    [[nodiscard]] MAGIC_HOUR_DECL std::string authority() const;
    /// "https://host:port/path" without the query: what may be shown to people.
    [[nodiscard]] MAGIC_HOUR_DECL std::string printable() const;
    /// The path without the query.
    [[nodiscard]] std::string_view path() const noexcept
    {
        return std::string_view{target}.substr(0, target.find('?'));
    }
    [[nodiscard]] bool is_https() const noexcept { return scheme == "https"; }

    friend bool operator==(url const&, url const&) = default;
};

/// Takes `text` apart. Fails with `errc::invalid_argument` for anything but an absolute http(s) URL without
/// userinfo, white space, control characters, backslashes or a host that is not ASCII; a fragment is dropped.
[[nodiscard]] MAGIC_HOUR_DECL result<url> parse_url(std::string_view text);

/// Scheme, host and port: where a key may go, and what pools and session caches are keyed by.
[[nodiscard]] MAGIC_HOUR_DECL bool same_origin(url const& a, url const& b) noexcept;

/// Whether `host` names this machine: "localhost", "*.localhost", 127.0.0.0/8 or ::1.
[[nodiscard]] MAGIC_HOUR_DECL bool is_loopback_host(std::string_view host) noexcept;

/// Which URLs and addresses may be connected to.
struct address_policy
{
    bool allow_plain_http = false;        ///< http, and then to loopback only
    bool allow_loopback = false;          ///< 127.0.0.0/8, ::1 (set when the API itself is on loopback)
    bool allow_private_addresses = false; ///< 10/8, 172.16/12, 192.168/16, fc00::/7, link-local, metadata ...
};

/// `base` joined with a `Location` header's reference as RFC 3986 section 5 says.
[[nodiscard]] MAGIC_HOUR_DECL result<url> resolve_reference(url const& base, std::string_view reference);

/// `text` as one path segment: everything but unreserved characters percent-encoded.
[[nodiscard]] MAGIC_HOUR_DECL std::string encode_segment(std::string_view text);

} // namespace magic_hour::http

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/url.ipp>
#endif
