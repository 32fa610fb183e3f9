#pragma once

#include <magic_hour/http/resolver.hpp>
#include <magic_hour/http/time_source.hpp>

#include <memory>

namespace magic_hour::http::detail
{

/// The system's resolver. `getaddrinfo` cannot be canceled, so it runs on short-lived detached threads (at
/// most four; more lookups queue) and nobody ever waits for one that is stuck. Equal lookups are made once,
/// answers are kept for 30 seconds.
///
/// Thread safety: all members.
class system_resolver final : public resolver
{
public:
    MAGIC_HOUR_DECL explicit system_resolver(std::shared_ptr<time_source> clock);

    MAGIC_HOUR_DECL asio::awaitable<result<std::vector<asio::ip::address>>>
    resolve(std::string host) override;

    struct shared_state;

private:
    std::shared_ptr<shared_state> state_;
};

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/system_resolver.ipp>
#endif
