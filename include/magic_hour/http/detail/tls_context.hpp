#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/http/tls.hpp>

#include <memory>
#include <string>

struct ssl_ctx_st;
struct ssl_st;
struct ssl_session_st;

namespace magic_hour::http::detail
{

struct free_ssl
{
    MAGIC_HOUR_DECL void operator()(ssl_st* ssl) const noexcept;
};
struct free_ssl_session
{
    MAGIC_HOUR_DECL void operator()(ssl_session_st* session) const noexcept;
};
struct free_ssl_context
{
    MAGIC_HOUR_DECL void operator()(ssl_ctx_st* context) const noexcept;
};
using ssl_handle = std::unique_ptr<ssl_st, free_ssl>;
using ssl_session_handle = std::unique_ptr<ssl_session_st, free_ssl_session>;

/// A set of trust anchors and TLS settings, immutable once made and shared by everybody with equal settings.
class tls_context
{
public:
    /// Loading trust anchors costs milliseconds, so contexts of living engines are found again by their
    /// settings and the anchors' text. Fails with file or invalid_argument.
    [[nodiscard]] MAGIC_HOUR_DECL static result<std::shared_ptr<tls_context const>>
    find_or_make(tls_options const& options);

    explicit tls_context(ssl_ctx_st* owned) noexcept : context_(owned) {}

    /// A connection's TLS state that verifies `host`'s identity, resuming `session` when there is one.
    /// Fails with `errc::tls` when there are no trust anchors.
    [[nodiscard]] MAGIC_HOUR_DECL result<ssl_handle>
    make_connection(std::string const& host, ssl_session_st* session) const;

    /// Why no server can be trusted; empty when one can.
    std::string without_anchors{};

    [[nodiscard]] ssl_ctx_st* native() const noexcept { return context_.get(); }

private:
    std::unique_ptr<ssl_ctx_st, free_ssl_context> context_;
};

/// What kept a handshake from succeeding, with the name of the failed check and of the host. `transport`: the
/// socket's own error, if that was it.
[[nodiscard]] MAGIC_HOUR_DECL error
tls_failure(ssl_st* ssl, std::string const& host, boost::system::error_code transport, bool peer_closed);

/// Nothing when the finished handshake really proved who the peer is; a context of the user's own may hold
/// callbacks that let everything pass.
[[nodiscard]] MAGIC_HOUR_DECL bool is_verified(ssl_st* ssl, std::string const& host) noexcept;

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/tls_context.ipp>
#include <magic_hour/http/impl/tls_failure.ipp>
#endif
