#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/http/time_source.hpp>
#include <magic_hour/http/url.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace magic_hour::http
{

class body_source;

enum class method
{
    get,
    post,
    put,
    delete_
};
[[nodiscard]] MAGIC_HOUR_DECL std::string_view to_string(method) noexcept;

struct header
{
    std::string name{};
    std::string value{};
};

/// The first value of `name`, compared without case.
[[nodiscard]] MAGIC_HOUR_DECL std::optional<std::string_view>
find(std::vector<header> const& headers, std::string_view name) noexcept;

/// Limits on one exchange. `duration::max()` is the only way to say "for ever".
struct timeouts
{
    duration connect = std::chrono::seconds{10};           ///< resolving, connecting and TLS together
    duration per_address = std::chrono::seconds{2};        ///< one address, while others are left to try
    duration response = std::chrono::seconds{30};          ///< from the last byte sent to the response head
    duration billable_response = std::chrono::seconds{60}; ///< the same for requests that cost money
    duration no_progress = std::chrono::seconds{20};       ///< no byte moves in a body, either way
    duration total = std::chrono::seconds{60};             ///< all attempts and pauses of one call
    duration exchange = duration::max(); ///< one attempt, answer included; not of a body that is streamed
};

/// What is sent.
struct request
{
    http::method method = method::get;
    url target{};
    std::vector<header> headers{}; ///< checked: no control characters; Host and Content-Length are ours
    std::string body{};            ///< sent when `source` is null and the method has a body
    std::shared_ptr<body_source> source{};

    bool billable = false;         ///< repeating it could cost money: see `may_send_again`
    bool secret_headers = true;    ///< carries a key: never leaves for another origin (informative for hooks)
    bool fresh_connection = false; ///< do not use a pooled connection
    std::uint64_t body_limit = 1 << 20; ///< largest answer body that `send` keeps
    http::timeouts timeouts{};
    time_point deadline = time_point::max(); ///< of the whole operation that this exchange belongs to
    int max_attempts = 3;                    ///< used by `send`; `open` is one attempt
};

/// How long the stages of the last attempt took, and what moved.
struct exchange_stats
{
    duration resolve{}, connect{}, tls{}, first_byte{}, total{};
    std::uint64_t bytes_sent = 0, bytes_received = 0;
    bool reused_connection = false;
    bool resumed_session = false;
    bool sent_before = false; ///< an earlier attempt may have reached the server
    int attempts = 0;
};

/// What came back, except for a body that is still on the wire.
struct response_head
{
    int status = 0;
    std::vector<header> headers{};
    std::optional<std::uint64_t> content_length{};
};

struct response
{
    response_head head{};
    std::string body{};
    exchange_stats stats{};
};

} // namespace magic_hour::http

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/message.ipp>
#endif
