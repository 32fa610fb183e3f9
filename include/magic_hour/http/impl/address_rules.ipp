#pragma once

#include <magic_hour/http/detail/address_rules.hpp>

#include <array>
#include <cstdint>
#include <string>

namespace magic_hour::http::detail
{

enum class address_class
{
    open,     ///< anybody may be there
    loopback, ///< this machine
    internal, ///< private, shared, link-local, metadata, reserved
    never     ///< no peer at all: unspecified, this network, multicast, broadcast
};

struct v4_block
{
    std::uint32_t first;
    int prefix;
    address_class what;
};

inline constexpr std::array<v4_block, 14> v4_blocks{{
    {0x00000000, 8, address_class::never},     // 0.0.0.0/8, this network
    {0xE0000000, 4, address_class::never},     // 224.0.0.0/4, multicast
    {0xFFFFFFFF, 32, address_class::never},    // broadcast
    {0x7F000000, 8, address_class::loopback},  // 127.0.0.0/8
    {0x0A000000, 8, address_class::internal},  // 10.0.0.0/8
    {0x64400000, 10, address_class::internal}, // 100.64.0.0/10, carrier-grade NAT
    {0xA83F8110, 32, address_class::internal}, // 168.63.129.16, a cloud's metadata
    {0xA9FE0000, 16, address_class::internal}, // 169.254.0.0/16, link-local and metadata
    {0xAC100000, 12, address_class::internal}, // 172.16.0.0/12
    {0xC0000000, 24, address_class::internal}, // 192.0.0.0/24, protocol assignments and metadata
    {0xC0586300, 24, address_class::internal}, // 192.88.99.0/24, 6to4 relays
    {0xC0A80000, 16, address_class::internal}, // 192.168.0.0/16
    {0xC6120000, 15, address_class::internal}, // 198.18.0.0/15, benchmarks of internal networks
    {0xF0000000, 4, address_class::internal},  // 240.0.0.0/4, reserved
}};

MAGIC_HOUR_DECL address_class classify(asio::ip::address_v4 const& where) noexcept
{
    std::uint32_t const bits = where.to_uint();
    for (v4_block const& block : v4_blocks)
        if (((bits ^ block.first) >> static_cast<unsigned>(32 - block.prefix)) == 0)
            return block.what;
    return address_class::open;
}

using v6_bytes = asio::ip::address_v6::bytes_type;

[[nodiscard]] inline asio::ip::address_v4 embedded_v4(v6_bytes const& b, std::size_t at) noexcept
{
    return asio::ip::address_v4{{b[at], b[at + 1], b[at + 2], b[at + 3]}};
}

/// Whether `b` begins with the bytes of `prefix`.
template <std::size_t N>
[[nodiscard]] bool begins_with(v6_bytes const& b, std::array<unsigned char, N> const& prefix) noexcept
{
    for (std::size_t i = 0; i < N; ++i)
        if (b[i] != prefix[i])
            return false;
    return true;
}

MAGIC_HOUR_DECL address_class classify(asio::ip::address_v6 const& where) noexcept
{
    v6_bytes const b = where.to_bytes();
    constexpr std::array<unsigned char, 12> compatible{};
    constexpr std::array<unsigned char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    constexpr std::array<unsigned char, 12> translated{0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0};
    constexpr std::array<unsigned char, 12> nat64{0, 0x64, 0xFF, 0x9B};
    constexpr std::array<unsigned char, 6> local_nat64{0, 0x64, 0xFF, 0x9B, 0, 1};
    constexpr std::array<unsigned char, 2> six_to_four{0x20, 0x02};
    constexpr std::array<unsigned char, 4> teredo{0x20, 0x01, 0, 0};
    if (where.is_unspecified())
        return address_class::never;
    if (where.is_loopback())
        return address_class::loopback;
    if (begins_with(b, compatible) || begins_with(b, mapped) || begins_with(b, translated) ||
        begins_with(b, nat64))
        return classify(embedded_v4(b, 12));
    if (begins_with(b, six_to_four))
        return classify(embedded_v4(b, 2));
    if (b[0] == 0xFF)
        return address_class::never;                                     // multicast
    bool const unique_local = (b[0] & 0xFEU) == 0xFC;                    // fc00::/7
    bool const link_or_site_local = b[0] == 0xFE && (b[1] & 0x80U) != 0; // fe80::/10, fec0::/10
    if (unique_local || link_or_site_local || begins_with(b, local_nat64) || begins_with(b, teredo))
        return address_class::internal;
    return address_class::open;
}

[[nodiscard]] inline address_class classify(asio::ip::address const& where) noexcept
{
    return where.is_v4() ? classify(where.to_v4()) : classify(where.to_v6());
}

MAGIC_HOUR_DECL std::optional<asio::ip::address> ip_literal(std::string_view host)
{
    boost::system::error_code ec;
    auto const address = asio::ip::make_address(std::string{host}, ec);
    if (ec)
        return std::nullopt;
    return address;
}

MAGIC_HOUR_DECL std::optional<error>
check_address(asio::ip::address const& where, address_policy const& policy)
{
    auto const refuse = [&](std::string_view what) {
        return error{errc::policy, where.to_string() + std::string{what}};
    };
    switch (classify(where))
    {
    case address_class::open:
        return std::nullopt;
    case address_class::loopback:
        if (policy.allow_loopback)
            return std::nullopt;
        return refuse(" is this machine: connecting to it is not allowed");
    case address_class::internal:
        if (policy.allow_private_addresses)
            return std::nullopt;
        return refuse(" is a private address: connecting to it is not allowed");
    case address_class::never:
        break;
    }
    return refuse(" is no address of a server");
}

MAGIC_HOUR_DECL std::optional<error>
check_address(url const& target, asio::ip::address const& where, address_policy const& policy)
{
    if (!target.is_https() && classify(where) != address_class::loopback)
        return error{errc::policy, "plain http is allowed to this machine only, not to " + where.to_string()};
    return check_address(where, policy);
}

MAGIC_HOUR_DECL std::optional<error> check_url(url const& where, address_policy const& policy)
{
    bool const loopback = is_loopback_host(where.host);
    if (!where.is_https() && !(policy.allow_plain_http && loopback))
        return error{errc::policy, "plain http to " + where.host + " is not allowed: use https"};
    if (auto const address = ip_literal(where.host))
        return check_address(*address, policy);
    if (loopback && !policy.allow_loopback)
        return error{errc::policy, where.host + " is this machine: connecting to it is not allowed"};
    return std::nullopt;
}

} // namespace magic_hour::http::detail
