#pragma once

#include <magic_hour/http/detail/address_rules.hpp>
#include <magic_hour/http/detail/failure.hpp>
#include <magic_hour/http/detail/tls_context.hpp>

#include <boost/asio/ssl/context.hpp>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <utility>

namespace magic_hour::http::detail
{

MAGIC_HOUR_DECL void free_ssl::operator()(ssl_st* ssl) const noexcept
{
    SSL_free(ssl);
}
MAGIC_HOUR_DECL void free_ssl_session::operator()(ssl_session_st* session) const noexcept
{
    SSL_SESSION_free(session);
}
MAGIC_HOUR_DECL void free_ssl_context::operator()(ssl_ctx_st* context) const noexcept
{
    SSL_CTX_free(context);
}

/// Where certificates come from. Cheap to find out; reading them is not.
struct trust_source
{
    bool system = false; ///< the library's default file and directory
    bool given = false;  ///< named by the options
    std::string pem{};   ///< certificates to trust
    std::string file{};  ///< more of them
    std::string directory{};
};

MAGIC_HOUR_DECL std::string tls_environment(char const* name)
{
    char const* const value = std::getenv(name);
    return value ? value : "";
}

/// What tells one content of a file from another without reading it; empty when there is no such file.
MAGIC_HOUR_DECL std::string file_stamp(std::string const& path)
{
    std::error_code ec;
    auto const size = std::filesystem::file_size(path, ec);
    if (ec)
        return {};
    auto const changed = std::filesystem::last_write_time(path, ec);
    return path + '|' + std::to_string(size) + '|' + std::to_string(changed.time_since_epoch().count());
}

/// Empty when the file cannot be read.
MAGIC_HOUR_DECL std::string read_whole(std::string const& path)
{
    std::ifstream in{path, std::ios::binary};
    std::ostringstream text;
    if (in)
        text << in.rdbuf();
    return std::move(text).str();
}

/// SSL_CERT_FILE and SSL_CERT_DIR replace the system's file and directory.
MAGIC_HOUR_DECL trust_source find_trust(tls_options const& options)
{
    trust_source out;
    out.given = !options.ca_file.empty() || !options.ca_pem.empty();
    if (out.given)
    {
        out.pem = options.ca_pem;
        out.file = options.ca_file;
        return out;
    }
    out.file = tls_environment(X509_get_default_cert_file_env());
    out.directory = tls_environment(X509_get_default_cert_dir_env());
    out.system = out.file.empty() && out.directory.empty();
    return out;
}

/// Adds every certificate in `pem`; tells how many there are.
MAGIC_HOUR_DECL int add_anchors(X509_STORE* store, std::string const& pem)
{
    std::unique_ptr<BIO, int (*)(BIO*)> const in{
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free};
    int added = 0;
    while (X509* const certificate =
               in ? PEM_read_bio_X509_AUX(in.get(), nullptr, nullptr, nullptr) : nullptr)
    {
        added += X509_STORE_add_cert(store, certificate);
        X509_free(certificate);
    }
    ERR_clear_error();
    return added;
}

MAGIC_HOUR_DECL bool has_entries(std::string const& directory)
{
    std::error_code ec;
    return std::filesystem::directory_iterator{directory, ec} != std::filesystem::directory_iterator{};
}

/// Why there are no anchors now; empty when there are.
MAGIC_HOUR_DECL std::string load_anchors(SSL_CTX* context, trust_source const& trust)
{
    X509_STORE* const store = SSL_CTX_get_cert_store(context);
    if (trust.system)
    {
        SSL_CTX_set_default_verify_paths(context);
        ERR_clear_error();
        bool const any = sk_X509_OBJECT_num(X509_STORE_get0_objects(store)) > 0 ||
                         has_entries(X509_get_default_cert_dir());
        return any ? "" : "the system's trust store is empty";
    }
    int added = add_anchors(store, trust.pem);
    if (!trust.file.empty())
    {
        int const of_file = add_anchors(store, read_whole(trust.file));
        // Whoever names a file means it: without it nobody is trusted.
        if (of_file == 0)
            return "there is no certificate in " + trust.file;
        added += of_file;
    }
    if (!trust.directory.empty())
        X509_STORE_load_path(store, trust.directory.c_str());
    ERR_clear_error();
    bool const any = added != 0 || (!trust.directory.empty() && has_entries(trust.directory));
    return any ? "" : "there is no certificate in what was given";
}

/// OpenSSL derives what a certificate says when it is first asked. Here that happens before threads share the
/// certificates: thread sanitizers do not see what protects it in OpenSSL.
MAGIC_HOUR_DECL void derive_extensions(SSL_CTX* context)
{
    auto const* const all = X509_STORE_get0_objects(SSL_CTX_get_cert_store(context));
    for (int i = 0; i < sk_X509_OBJECT_num(all); ++i)
        if (X509* const certificate = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(all, i)))
            X509_check_purpose(certificate, -1, 0);
    ERR_clear_error();
}

/// Settings that no configuration file of the system may weaken.
MAGIC_HOUR_DECL void harden(SSL_CTX* context)
{
    SSL_CTX_set_security_level(context, 2);
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(context, 0);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_clear_options(
        context, SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION | SSL_OP_LEGACY_SERVER_CONNECT |
                     SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_keylog_callback(context, nullptr);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

MAGIC_HOUR_DECL std::string trust_key(trust_source const& trust)
{
    if (trust.system)
        return "system";
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<unsigned char const*>(trust.pem.data()), trust.pem.size(), digest.data());
    return std::string(digest.begin(), digest.end()) + file_stamp(trust.file) + '|' + trust.file + '|' +
           trust.directory;
}

MAGIC_HOUR_DECL std::shared_ptr<tls_context const> make_tls_context(trust_source const& trust)
{
    SSL_CTX* const raw = SSL_CTX_new(TLS_client_method());
    if (!raw)
        throw std::bad_alloc{};
    auto made = std::make_shared<tls_context>(raw);
    harden(raw);
    made->without_anchors = load_anchors(raw, trust);
    derive_extensions(raw);
    return made;
}

MAGIC_HOUR_DECL result<std::shared_ptr<tls_context const>>
tls_context::find_or_make(tls_options const& options)
{
    if (options.context)
    {
        SSL_CTX* const users = options.context->native_handle();
        SSL_CTX_up_ref(users);
        return std::make_shared<tls_context const>(users);
    }
    trust_source const trust = find_trust(options);
    if (trust.given && !trust.file.empty() && file_stamp(trust.file).empty())
        return make_failure(errc::file, phase::none, "cannot read the trust anchors in " + trust.file);

    // The only state that engines share: a cache, which does not keep its entries alive.
    static std::mutex mutex;
    static std::map<std::string, std::weak_ptr<tls_context const>> living;
    std::lock_guard const lock{mutex};
    std::erase_if(living, [](auto const& entry) { return entry.second.expired(); });
    std::string const key = trust_key(trust);
    auto found = living[key].lock();
    if (!found)
    {
        found = make_tls_context(trust);
        living[key] = found;
    }
    if (trust.given && !found->without_anchors.empty())
        return make_failure(
            errc::invalid_argument, phase::none, "no trust anchors: " + found->without_anchors);
    return found;
}

MAGIC_HOUR_DECL bool name_host(SSL* ssl, std::string const& host)
{
    X509_VERIFY_PARAM* const check = SSL_get0_param(ssl);
    X509_VERIFY_PARAM_set_hostflags(
        check, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (ip_literal(host))
        return X509_VERIFY_PARAM_set1_ip_asc(check, host.c_str()) == 1;
    return X509_VERIFY_PARAM_set1_host(check, host.c_str(), host.size()) == 1 &&
           SSL_set_tlsext_host_name(ssl, host.c_str()) == 1;
}

MAGIC_HOUR_DECL result<ssl_handle>
tls_context::make_connection(std::string const& host, ssl_session_st* session) const
{
    if (!without_anchors.empty())
        return make_failure(
            errc::tls, phase::tls, "TLS with " + host + " failed: no trust anchors: " + without_anchors);
    ssl_handle made{SSL_new(native())};
    if (!made)
        throw std::bad_alloc{};
    SSL* const ssl = made.get();
    // A null callback leaves a callback of the user's context in place.
    SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
    if (SSL_get_min_proto_version(ssl) < TLS1_2_VERSION)
        SSL_set_min_proto_version(ssl, TLS1_2_VERSION);
    SSL_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_set_read_ahead(ssl, 1);
    static constexpr unsigned char protocols[] = "\x08http/1.1";
    SSL_set_alpn_protos(ssl, protocols, sizeof(protocols) - 1);
    if (!name_host(ssl, host))
        return make_failure(errc::tls, phase::tls, "TLS with " + host + " failed: not a host name");
    if (session)
        SSL_set_session(ssl, session);
    SSL_set_connect_state(ssl);
    return made;
}

} // namespace magic_hour::http::detail
