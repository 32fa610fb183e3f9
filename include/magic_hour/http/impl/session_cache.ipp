#pragma once

#include <magic_hour/http/detail/session_cache.hpp>

#include <openssl/ssl.h>

#include <utility>

namespace magic_hour::http::detail
{

MAGIC_HOUR_DECL void session_cache::put(std::string const& origin, ssl_session_handle session)
{
    if (!session)
        return;
    std::lock_guard const lock{mutex_};
    // Storage hosts come and go; which one is forgotten hardly matters.
    if (newest_.size() >= most && !newest_.contains(origin))
        newest_.erase(newest_.begin());
    newest_[origin] = std::move(session);
}

MAGIC_HOUR_DECL ssl_session_handle session_cache::get(std::string const& origin)
{
    std::lock_guard const lock{mutex_};
    auto const found = newest_.find(origin);
    return found == newest_.end() ? nullptr : ssl_session_handle{SSL_SESSION_dup(found->second.get())};
}

MAGIC_HOUR_DECL void session_cache::drop(std::string const& origin)
{
    std::lock_guard const lock{mutex_};
    newest_.erase(origin);
}

} // namespace magic_hour::http::detail
