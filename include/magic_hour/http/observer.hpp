#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/http/message.hpp>

#include <string_view>

namespace magic_hour::http
{

/// One attempt as hooks see it. No secret is in it: the path has no query, headers are not shown.
struct attempt_event
{
    std::string_view method{};
    std::string_view host{};
    std::string_view path{};
    int attempt = 1;
    int status = 0; ///< 0 before or without an answer
    std::string_view request_id{};
    exchange_stats const* stats = nullptr; ///< set in `on_response` and `on_failure`
    error const* failure = nullptr; ///< set in `on_failure`, and in `on_retry` unless a status caused it
    duration delay{};               ///< set in `on_retry`: the pause before the next attempt
};

/// Hooks for logs and metrics. Called on the executor that runs the exchange; an exception ends the
/// operation.
/// Only what `on_response` throws about a request that costs money is swallowed: its answer may hold the id
/// of a paid job.
class observer
{
public:
    virtual ~observer() = default;
    virtual void on_request(attempt_event const&) {}
    virtual void on_response(attempt_event const&) {}
    virtual void on_failure(attempt_event const&) {}
    virtual void on_retry(attempt_event const&) {}
};

} // namespace magic_hour::http
