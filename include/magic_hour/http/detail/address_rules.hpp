#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/http/url.hpp>

#include <boost/asio/ip/address.hpp>

#include <optional>
#include <string_view>

namespace magic_hour::http::detail
{

namespace asio = boost::asio;

/// `host` as an address when it is an IP literal (IPv6 without brackets).
[[nodiscard]] MAGIC_HOUR_DECL std::optional<asio::ip::address> ip_literal(std::string_view host);

/// `errc::policy` when `where` must not be connected to. To be asked for the very address that is connected
/// to, after every resolve. Loopback needs `allow_loopback`; private, shared, link-local, metadata, reserved
/// and tunnelled forms of those need `allow_private_addresses`; the unspecified address, "this network" and
/// multicast are never allowed.
[[nodiscard]] MAGIC_HOUR_DECL std::optional<error>
check_address(asio::ip::address const& where, address_policy const& policy);

/// The same for an address that `target`'s host was resolved to; plain http goes to loopback addresses only,
/// whatever the name promised.
[[nodiscard]] MAGIC_HOUR_DECL std::optional<error>
check_address(url const& target, asio::ip::address const& where, address_policy const& policy);

/// `errc::policy` when `where` must not be asked at all: plain http other than to loopback with
/// `allow_plain_http`, a loopback name without `allow_loopback`, or an IP literal that `check_address`
/// forbids. Needs no resolver.
[[nodiscard]] MAGIC_HOUR_DECL std::optional<error> check_url(url const& where, address_policy const& policy);

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/address_rules.ipp>
#endif
