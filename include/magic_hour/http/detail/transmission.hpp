#pragma once

#include <magic_hour/http/detail/connection.hpp>
#include <magic_hour/http/detail/stall_limit.hpp>
#include <magic_hour/http/message.hpp>

#include <memory>
#include <optional>
#include <string>

namespace magic_hour::http::detail
{

/// How the sending of a request ended.
struct transmission
{
    bool whole = false;                 ///< all of it left
    std::optional<error> failure{};     ///< give up
    boost::system::error_code broken{}; ///< the peer takes no more; it may have answered all the same
};

/// Sends head and body of `what` over `c`, which the caller has entered. Watches for an answer that comes
/// before the end of a large body; then sending stops. Sets `handed_over` before the first byte goes to TLS.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<transmission> transmit(
    std::shared_ptr<connection> c, std::shared_ptr<request const> what, std::string head, time_point deadline,
    bool& handed_over);

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/transmission.ipp>
#endif
