#pragma once

#include <magic_hour/http/detail/connection.hpp>
#include <magic_hour/http/detail/stall_limit.hpp>
#include <magic_hour/http/message.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace magic_hour::http::detail
{

/// How the sending of a request ended.
struct transmission
{
    bool whole = false;                 ///< all of it left
    std::optional<error> failure{};     ///< give up
    boost::system::error_code broken{}; ///< the peer takes no more; it may have answered all the same
};

/// What of a request has to be sent: the head, with the body behind it when both fit one TLS record.
struct outgoing
{
    std::string first{};
    std::string_view rest{}; ///< of a larger body in memory
};

[[nodiscard]] MAGIC_HOUR_DECL outgoing join_small_body(std::string head, request const& what);

/// Sends `bytes` of `what` over `c`, which the caller has entered, and then the body's source. Watches for an
/// answer that comes before the end of a large body; then sending stops.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<transmission> transmit(
    std::shared_ptr<connection> c, std::shared_ptr<request const> what, outgoing bytes, time_point deadline);

/// The same for a request that the socket takes without waiting, as it does with nearly all small ones;
/// nothing when it did not. What it took is gone from `bytes`.
[[nodiscard]] MAGIC_HOUR_DECL std::optional<transmission>
transmit_at_once(connection& c, request const& what, outgoing& bytes);

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/transmission.ipp>
#endif
