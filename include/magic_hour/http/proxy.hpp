#pragma once

#include <magic_hour/error.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace magic_hour::http
{

/// An HTTP proxy that every https origin is reached through by CONNECT.
struct proxy_options
{
    std::string url{};                   ///< "http://user:password@host:port"; empty: no proxy
    std::vector<std::string> no_proxy{}; ///< hosts and ".suffixes" reached directly; "*" for all
};

/// The proxy for `host`, if any; takes `no_proxy` into account.
struct proxy_endpoint
{
    std::string host{};
    std::uint16_t port = 0;
    std::string authorization{}; ///< value of Proxy-Authorization, empty without credentials
};
[[nodiscard]] MAGIC_HOUR_DECL result<std::optional<proxy_endpoint>>
proxy_for(proxy_options const& options, std::string_view host);

/// Reads HTTPS_PROXY and NO_PROXY (and their lower-case twins). Nothing calls it unless the user does.
[[nodiscard]] MAGIC_HOUR_DECL proxy_options proxy_from_environment();

} // namespace magic_hour::http

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/proxy.ipp>
#endif
