#pragma once

#include <magic_hour/testing/certificates.hpp>
#include <magic_hour/testing/ledger.hpp>
#include <magic_hour/testing/script.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace magic_hour::testing
{

namespace asio = boost::asio;

struct server_settings
{
    testing::origin origin = testing::origin::api;
    std::string address{"127.0.0.1"};
    std::uint16_t port = 0; ///< 0: any that is free
    bool plain = false;     ///< without TLS
    testing::certificate certificate{};
    std::size_t ledger_body = 64 * 1024; ///< how much of a body the ledger keeps
    std::size_t body_limit = 16 << 20;   ///< how much of a body `respond` gets; the rest is only counted
};

/// What a server is for.
struct server_handlers
{
    /// Decides about an exchange once its head is known; may be empty.
    std::function<script(request_record&)> script_for{};
    /// The proper answer to a whole request. May fill in what the ledger shall know of it.
    std::function<answer(request_record&, std::string const& body)> respond{};
};

/// A small HTTPS/1.1 server that can misbehave in every way that `script` knows. One accept loop, keep-alive,
/// nothing else: no HTTP/2, no compression.
///
/// Thread safety: all members. The handlers run on the executor, one at a time.
class https_server
{
public:
    /// Listens at once. Throws `boost::system::system_error` when the port is taken.
    MAGIC_HOUR_DECL https_server(
        asio::any_io_executor executor, server_settings settings, server_handlers handlers,
        std::shared_ptr<testing::ledger> ledger);
    /// Stops.
    MAGIC_HOUR_DECL ~https_server();
    https_server(https_server const&) = delete;
    https_server& operator=(https_server const&) = delete;

    [[nodiscard]] MAGIC_HOUR_DECL std::uint16_t port() const noexcept;
    /// Closes the listening socket and all connections, as soon as the executor runs.
    MAGIC_HOUR_DECL void stop();
    /// Ends all connections by FIN and goes on listening.
    MAGIC_HOUR_DECL void drop_connections();
    /// The same by RST.
    MAGIC_HOUR_DECL void reset_connections();

    struct implementation;

private:
    std::shared_ptr<implementation> impl_;
};

} // namespace magic_hour::testing

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/testing/impl/server.ipp>
#endif
