#pragma once

#include <magic_hour/http/observer.hpp>
#include <magic_hour/http/proxy.hpp>
#include <magic_hour/http/retry.hpp>
#include <magic_hour/http/time_source.hpp>
#include <magic_hour/http/tls.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace magic_hour::http
{

class resolver; // its header is dear to include: whoever makes a resolver includes it

/// How connections are kept. The timer that closes idle ones runs while any exchange does: one beside an idle
/// engine would keep `io_context::run` from returning. An engine at rest looks at its idle connections when
/// the next exchange begins, and closes them when it ends.
struct pool_options
{
    std::size_t max_connections = 16;                 ///< per origin, busy and idle together
    duration idle_timeout = std::chrono::seconds{30}; ///< an idle connection is closed after this
    duration max_lifetime = std::chrono::minutes{10};
};

struct engine_options
{
    tls_options tls{};
    pool_options pool{};
    retry_options retry{};
    proxy_options proxy{};
    std::string user_agent{};
    std::shared_ptr<http::resolver> resolver{}; ///< null: the system's
    std::shared_ptr<time_source> clock{};       ///< null: the real one
    std::function<double()> random{};           ///< null: a seeded engine of our own; returns [0, 1)
    std::shared_ptr<http::observer> observer{}; ///< null: nobody
};

} // namespace magic_hour::http
