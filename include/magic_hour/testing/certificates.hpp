#pragma once

#include <magic_hour/detail/config.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace magic_hour::testing
{

/// What a server certificate says. The defaults are a good one for a server on loopback; every member spoils
/// one thing that a client must notice.
struct certificate_options
{
    std::vector<std::string> dns_names{"localhost"};           ///< SAN entries of type DNS, as they are
    std::vector<std::string> ip_addresses{"127.0.0.1", "::1"}; ///< SAN entries of type IP
    std::string common_name{"localhost"};                      ///< alone, without a SAN, it must not count
    std::chrono::seconds valid_from = -std::chrono::hours{1};  ///< relative to now
    std::chrono::seconds valid_until = std::chrono::hours{24}; ///< relative to now; negative: expired
    bool self_signed = false;                                  ///< signed by itself instead of the CA
    bool intermediate = false;                                 ///< signed by a CA between it and the root
    bool send_intermediate = true;                             ///< false: the chain has a hole
    bool intermediate_is_ca = true;                            ///< false: its issuer may not issue
    std::vector<std::string> permitted_dns{};                  ///< name constraints of the intermediate
    bool for_clients = false;                                  ///< extended key usage clientAuth only
    bool sha1_signature = false;
    int rsa_bits = 0; ///< 0: an elliptic curve key
};

/// A certificate chain and the key of its first certificate, as PEM.
struct certificate
{
    std::string chain_pem{}; ///< what the server sends: the leaf first, never the root
    std::string key_pem{};
};

/// A certificate authority that exists in memory only. Copies are the same authority.
///
/// Thread safety: `issue` and `ca_pem` may be called from several threads.
class certificate_authority
{
public:
    /// Makes a key and a root certificate that is valid for a day. Throws `std::runtime_error` when OpenSSL
    /// cannot.
    MAGIC_HOUR_DECL explicit certificate_authority(std::string_view name = "magic_hour test authority");

    /// The root certificate: what a client must trust.
    [[nodiscard]] MAGIC_HOUR_DECL std::string const& ca_pem() const noexcept;

    /// A new key and certificate. Throws `std::runtime_error` when OpenSSL refuses.
    [[nodiscard]] MAGIC_HOUR_DECL certificate issue(certificate_options const& options) const;
    [[nodiscard]] MAGIC_HOUR_DECL certificate issue() const;

    struct identity;

private:
    std::shared_ptr<identity const> root_;
};

} // namespace magic_hour::testing

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/testing/impl/certificates.ipp>
#endif
