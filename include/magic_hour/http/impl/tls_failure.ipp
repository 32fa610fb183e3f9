#pragma once

#include <magic_hour/http/detail/address_rules.hpp>
#include <magic_hour/http/detail/failure.hpp>
#include <magic_hour/http/detail/tls_context.hpp>

#include <boost/asio/ssl/error.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace magic_hour::http::detail
{

/// X509 verification results as error codes.
class x509_category final : public boost::system::error_category
{
public:
    char const* name() const noexcept override { return "x509"; }
    std::string message(int code) const override { return X509_verify_cert_error_string(code); }
};

MAGIC_HOUR_DECL boost::system::error_code x509_error(long code)
{
    static x509_category const category;
    return {static_cast<int>(code), category};
}

/// The failed check in one word, and what to do about it.
MAGIC_HOUR_DECL std::string certificate_fault(long code)
{
    switch (code)
    {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return "expired: the certificate's time is over";
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return "not_yet_valid: the certificate's time has not come; is this machine's clock right?";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "host_mismatch: the certificate is for another host";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return "untrusted: the certificate chain ends in a self-signed certificate that is not a trust "
               "anchor";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return "untrusted: the certificate chain leads to no trust anchor; the server may fail to send an "
               "intermediate certificate";
    default:
        return std::string{"certificate refused: "} + X509_verify_cert_error_string(code);
    }
}

/// Whether what came in place of a handshake was not TLS at all.
MAGIC_HOUR_DECL bool looks_foreign(unsigned long code)
{
    switch (ERR_GET_REASON(code))
    {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_UNEXPECTED_MESSAGE:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_BAD_RECORD_TYPE:
    case SSL_R_UNKNOWN_PROTOCOL:
        return ERR_GET_LIB(code) == ERR_LIB_SSL;
    default:
        return false;
    }
}

MAGIC_HOUR_DECL error
tls_failure(ssl_st* ssl, std::string const& host, boost::system::error_code transport, bool peer_closed)
{
    std::string const prefix = "TLS with " + host + " failed: ";
    unsigned long const code = ERR_peek_error();
    long const verified = SSL_get_verify_result(ssl);
    ERR_clear_error();
    if (verified != X509_V_OK)
        return make_failure(errc::tls, phase::tls, prefix + certificate_fault(verified))
            .with([&](error_info& info) { info.system = x509_error(verified); });
    if (peer_closed)
        return make_failure(
            errc::connect, phase::tls, prefix + "the peer closed the connection during the handshake");
    if (transport)
        return make_failure(
            errc::connect, phase::tls, prefix + "the connection broke during the handshake", transport);
    boost::system::error_code const system{static_cast<int>(code), asio::error::get_ssl_category()};
    if (looks_foreign(code))
        return make_failure(errc::tls, phase::tls, prefix + "not_tls: the peer does not speak TLS", system);
    char const* const reason = ERR_reason_error_string(code);
    return make_failure(errc::tls, phase::tls, prefix + (reason ? reason : "unknown reason"))
        .with([&](error_info& info) { info.system = system; });
}

MAGIC_HOUR_DECL bool is_verified(ssl_st* ssl, std::string const& host) noexcept
{
    if (SSL_get_verify_result(ssl) != X509_V_OK)
        return false;
    X509* const certificate = SSL_get1_peer_certificate(ssl);
    if (!certificate)
        return false;
    constexpr unsigned flags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
    int const matches = ip_literal(host)
                            ? X509_check_ip_asc(certificate, host.c_str(), flags)
                            : X509_check_host(certificate, host.c_str(), host.size(), flags, nullptr);
    X509_free(certificate);
    return matches == 1;
}

} // namespace magic_hour::http::detail
