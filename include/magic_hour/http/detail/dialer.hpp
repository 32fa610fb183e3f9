#pragma once

#include <magic_hour/http/detail/engine_core.hpp>

#include <memory>
#include <optional>
#include <string>

namespace magic_hour::http::detail
{

/// Where a connection leads and what limits its making.
struct destination
{
    url target{};
    std::optional<proxy_endpoint> proxy{};
    address_policy policy{};
    duration per_address{};
    time_point deadline = time_point::max();
    std::string origin{}; ///< key of pool and session cache
};

/// What may share connections and sessions with `target`.
[[nodiscard]] MAGIC_HOUR_DECL std::string
origin_key(url const& target, std::optional<proxy_endpoint> const& proxy);

/// Whether connecting failed for a reason that does not pass by itself: no route, no permission.
[[nodiscard]] MAGIC_HOUR_DECL bool is_unreachable(boost::system::error_code ec);

/// Makes `c`, which the caller has entered, a connection to `where`: resolves, connects to the first address
/// that answers, tunnels through the proxy, proves the peer's identity. Fills in the durations of `stats`.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<std::optional<error>> dial(
    std::shared_ptr<engine_core> core, std::shared_ptr<connection> c, destination const& where,
    exchange_stats& stats);

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/dialer.ipp>
#endif
