#pragma once

#include <magic_hour/http/detail/tls_context.hpp>

#include <map>
#include <mutex>
#include <string>

namespace magic_hour::http::detail
{

/// The newest TLS session of each origin. Lives inside one engine, whose verification settings never change:
/// a resumed session is not verified again.
///
/// Thread safety: all members.
class session_cache
{
public:
    MAGIC_HOUR_DECL void put(std::string const& origin, ssl_session_handle session);
    /// A copy of its own; null when there is none.
    [[nodiscard]] MAGIC_HOUR_DECL ssl_session_handle get(std::string const& origin);
    /// Forgets a session that did not help.
    MAGIC_HOUR_DECL void drop(std::string const& origin);

private:
    static constexpr std::size_t most = 64;

    std::mutex mutex_{};
    std::map<std::string, ssl_session_handle> newest_{};
};

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/session_cache.ipp>
#endif
