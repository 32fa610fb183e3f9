#pragma once

#include <magic_hour/testing/certificates.hpp>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <stdexcept>

namespace magic_hour::testing
{

namespace detail
{

struct openssl_free
{
    void operator()(X509* p) const noexcept { X509_free(p); }
    void operator()(EVP_PKEY* p) const noexcept { EVP_PKEY_free(p); }
    void operator()(BIO* p) const noexcept { BIO_free(p); }
    void operator()(X509_EXTENSION* p) const noexcept { X509_EXTENSION_free(p); }
    void operator()(ASN1_INTEGER* p) const noexcept { ASN1_INTEGER_free(p); }
    void operator()(BIGNUM* p) const noexcept { BN_free(p); }
};
template <class T>
using openssl_ptr = std::unique_ptr<T, openssl_free>;

template <class T>
T* require(T* made, char const* what)
{
    if (!made)
        throw std::runtime_error(std::string{"OpenSSL cannot make "} + what);
    return made;
}

inline void require(int ok, char const* what)
{
    if (ok <= 0)
        throw std::runtime_error(std::string{"OpenSSL cannot "} + what);
}

MAGIC_HOUR_DECL openssl_ptr<EVP_PKEY> make_key(int rsa_bits)
{
    if (rsa_bits > 0)
        return openssl_ptr<EVP_PKEY>{
            require(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(rsa_bits)), "a key")};
    return openssl_ptr<EVP_PKEY>{require(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), "a key")};
}

MAGIC_HOUR_DECL std::string read_all(BIO* memory)
{
    char* data = nullptr;
    auto const size = BIO_get_mem_data(memory, &data);
    return std::string(data, static_cast<std::size_t>(size));
}

MAGIC_HOUR_DECL std::string to_pem(X509* certificate)
{
    openssl_ptr<BIO> out{require(BIO_new(BIO_s_mem()), "a buffer")};
    require(PEM_write_bio_X509(out.get(), certificate), "write a certificate");
    return read_all(out.get());
}

MAGIC_HOUR_DECL std::string to_pem(EVP_PKEY* key)
{
    openssl_ptr<BIO> out{require(BIO_new(BIO_s_mem()), "a buffer")};
    require(PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr), "write a key");
    return read_all(out.get());
}

MAGIC_HOUR_DECL void set_random_serial(X509* certificate)
{
    unsigned char bytes[16];
    require(RAND_bytes(bytes, sizeof bytes), "make random bytes");
    bytes[0] &= 0x7f;
    openssl_ptr<BIGNUM> number{require(BN_bin2bn(bytes, sizeof bytes, nullptr), "a number")};
    require(
        BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) ? 1 : 0, "set a serial number");
}

MAGIC_HOUR_DECL void set_common_name(X509* certificate, std::string_view name)
{
    auto const* text = reinterpret_cast<unsigned char const*>(name.data());
    require(
        X509_NAME_add_entry_by_txt(
            X509_get_subject_name(certificate), "CN", MBSTRING_UTF8, text, static_cast<int>(name.size()), -1,
            0),
        "set a name");
}

MAGIC_HOUR_DECL void set_validity(X509* certificate, std::chrono::seconds from, std::chrono::seconds until)
{
    // X509_gmtime_adj counts in longs from now on: enough for every test.
    require(
        X509_gmtime_adj(X509_getm_notBefore(certificate), static_cast<long>(from.count())) != nullptr,
        "set a date");
    require(
        X509_gmtime_adj(X509_getm_notAfter(certificate), static_cast<long>(until.count())) != nullptr,
        "set a date");
}

MAGIC_HOUR_DECL void add_extension(X509* certificate, X509* issuer, int id, std::string const& value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    openssl_ptr<X509_EXTENSION> extension{
        require(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()), "an extension")};
    require(X509_add_ext(certificate, extension.get(), -1), "add an extension");
}

MAGIC_HOUR_DECL std::string
join_names(std::string_view prefix, std::vector<std::string> const& names, std::string text = {})
{
    for (auto const& name : names)
    {
        if (!text.empty())
            text += ',';
        text.append(prefix).append(name);
    }
    return text;
}

} // namespace detail

/// A certificate with its key, able to sign others.
struct certificate_authority::identity
{
    detail::openssl_ptr<X509> certificate{};
    detail::openssl_ptr<EVP_PKEY> key{};
    std::string pem{};
};

namespace detail
{

using issuer = certificate_authority::identity;

/// Everything but extensions and signature.
MAGIC_HOUR_DECL openssl_ptr<X509>
blank_certificate(std::string_view name, std::chrono::seconds from, std::chrono::seconds until, EVP_PKEY* key)
{
    openssl_ptr<X509> made{require(X509_new(), "a certificate")};
    require(X509_set_version(made.get(), 2), "set a version");
    set_random_serial(made.get());
    set_common_name(made.get(), name);
    set_validity(made.get(), from, until);
    require(X509_set_pubkey(made.get(), key), "set a key");
    return made;
}

MAGIC_HOUR_DECL void sign(X509* certificate, X509* issuer_certificate, EVP_PKEY* key, bool sha1)
{
    require(X509_set_issuer_name(certificate, X509_get_subject_name(issuer_certificate)), "set an issuer");
    require(X509_sign(certificate, key, sha1 ? EVP_sha1() : EVP_sha256()), "sign");
}

MAGIC_HOUR_DECL void add_key_identifiers(X509* certificate, X509* issuer_certificate)
{
    add_extension(certificate, issuer_certificate, NID_subject_key_identifier, "hash");
    if (certificate != issuer_certificate)
        add_extension(certificate, issuer_certificate, NID_authority_key_identifier, "keyid");
}

MAGIC_HOUR_DECL issuer make_root(std::string_view name)
{
    issuer made{};
    made.key = make_key(0);
    made.certificate =
        blank_certificate(name, -std::chrono::hours{24}, std::chrono::hours{24}, made.key.get());
    auto* root = made.certificate.get();
    require(X509_set_issuer_name(root, X509_get_subject_name(root)), "set an issuer");
    add_key_identifiers(root, root);
    add_extension(root, root, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(root, root, NID_key_usage, "critical,keyCertSign,cRLSign");
    sign(root, root, made.key.get(), false);
    made.pem = to_pem(root);
    return made;
}

MAGIC_HOUR_DECL issuer make_intermediate(issuer const& root, certificate_options const& options)
{
    issuer made{};
    made.key = make_key(0);
    made.certificate = blank_certificate(
        "magic_hour test intermediate", -std::chrono::hours{24}, std::chrono::hours{24}, made.key.get());
    auto* certificate = made.certificate.get();
    auto* parent = root.certificate.get();
    add_key_identifiers(certificate, parent);
    add_extension(
        certificate, parent, NID_basic_constraints,
        options.intermediate_is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (options.intermediate_is_ca)
        add_extension(certificate, parent, NID_key_usage, "critical,keyCertSign");
    if (!options.permitted_dns.empty())
        add_extension(
            certificate, parent, NID_name_constraints,
            "critical," + join_names("permitted;DNS:", options.permitted_dns));
    sign(certificate, parent, root.key.get(), false);
    made.pem = to_pem(certificate);
    return made;
}

MAGIC_HOUR_DECL void add_server_extensions(X509* leaf, X509* parent, certificate_options const& options)
{
    add_key_identifiers(leaf, parent);
    add_extension(leaf, parent, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(leaf, parent, NID_ext_key_usage, options.for_clients ? "clientAuth" : "serverAuth");
    auto const names = join_names("IP:", options.ip_addresses, join_names("DNS:", options.dns_names));
    if (!names.empty())
        add_extension(leaf, parent, NID_subject_alt_name, names);
}

MAGIC_HOUR_DECL certificate issue_self_signed(certificate_options const& options)
{
    auto key = make_key(options.rsa_bits);
    auto leaf = blank_certificate(options.common_name, options.valid_from, options.valid_until, key.get());
    require(X509_set_issuer_name(leaf.get(), X509_get_subject_name(leaf.get())), "set an issuer");
    add_server_extensions(leaf.get(), leaf.get(), options);
    sign(leaf.get(), leaf.get(), key.get(), options.sha1_signature);
    return {to_pem(leaf.get()), to_pem(key.get())};
}

MAGIC_HOUR_DECL certificate issue_from(issuer const& parent, certificate_options const& options)
{
    auto key = make_key(options.rsa_bits);
    auto leaf = blank_certificate(options.common_name, options.valid_from, options.valid_until, key.get());
    add_server_extensions(leaf.get(), parent.certificate.get(), options);
    sign(leaf.get(), parent.certificate.get(), parent.key.get(), options.sha1_signature);
    return {to_pem(leaf.get()), to_pem(key.get())};
}

} // namespace detail

MAGIC_HOUR_DECL certificate_authority::certificate_authority(std::string_view name)
    : root_{std::make_shared<identity const>(detail::make_root(name))}
{
}

MAGIC_HOUR_DECL std::string const& certificate_authority::ca_pem() const noexcept
{
    return root_->pem;
}

MAGIC_HOUR_DECL certificate certificate_authority::issue(certificate_options const& options) const
{
    if (options.self_signed)
        return detail::issue_self_signed(options);
    if (!options.intermediate && options.intermediate_is_ca && options.permitted_dns.empty())
        return detail::issue_from(*root_, options);
    auto const intermediate = detail::make_intermediate(*root_, options);
    auto made = detail::issue_from(intermediate, options);
    if (options.send_intermediate)
        made.chain_pem += intermediate.pem;
    return made;
}

MAGIC_HOUR_DECL certificate certificate_authority::issue() const
{
    return issue(certificate_options{});
}

} // namespace magic_hour::testing
