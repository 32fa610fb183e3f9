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

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
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

/// Where certificates come from, as text, so that equal settings can be recognised.
struct trust_source
{
    bool system = false; ///< the library's default file and directory
    std::string pem{};   ///< certificates to trust
    std::string directory{};
    std::string fault{}; ///< why there are none
};

MAGIC_HOUR_DECL std::string tls_environment(char const* name)
{
    char const* const value = std::getenv(name);
    return value ? value : "";
}

MAGIC_HOUR_DECL result<std::string> read_pem_file(std::string const& path)
{
    std::ifstream in{path, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
    if (!in && text.empty())
        return make_failure(errc::file, phase::none, "cannot read the trust anchors in " + path);
    return text;
}

/// What the system trusts. SSL_CERT_FILE and SSL_CERT_DIR replace its file and directory; naming a file that
/// is not there means that nobody is trusted, never that everybody is.
MAGIC_HOUR_DECL trust_source system_trust()
{
    trust_source out;
    std::string const file = tls_environment(X509_get_default_cert_file_env());
    std::string const directory = tls_environment(X509_get_default_cert_dir_env());
    out.system = file.empty() && directory.empty();
    if (out.system)
        return out;
    out.directory = directory;
    if (!file.empty())
    {
        if (auto text = read_pem_file(file))
            out.pem = *std::move(text);
        if (out.pem.empty() && directory.empty())
            out.fault = "SSL_CERT_FILE names " + file + ", which cannot be read";
    }
    return out;
}

MAGIC_HOUR_DECL result<trust_source> find_trust(tls_options const& options)
{
    if (options.ca_file.empty() && options.ca_pem.empty())
        return system_trust();
    trust_source out;
    out.pem = options.ca_pem;
    if (!options.ca_file.empty())
    {
        auto text = read_pem_file(options.ca_file);
        if (!text)
            return text.error();
        out.pem += '\n' + *text;
    }
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
    int const added = trust.pem.empty() ? 0 : add_anchors(store, trust.pem);
    if (!trust.directory.empty())
        X509_STORE_load_path(store, trust.directory.c_str());
    ERR_clear_error();
    if (added == 0 && (trust.directory.empty() || !has_entries(trust.directory)))
        return trust.fault.empty() ? "there is no certificate in what was given" : trust.fault;
    return "";
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
    return std::string(digest.begin(), digest.end()) + trust.directory;
}

MAGIC_HOUR_DECL std::shared_ptr<tls_context const> make_tls_context(trust_source const& trust)
{
    SSL_CTX* const raw = SSL_CTX_new(TLS_client_method());
    if (!raw)
        throw std::bad_alloc{};
    auto made = std::make_shared<tls_context>(raw);
    harden(raw);
    made->without_anchors = load_anchors(raw, trust);
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
    auto const trust = find_trust(options);
    if (!trust)
        return trust.error();

    // The only state that engines share: a cache, which does not keep its entries alive.
    static std::mutex mutex;
    static std::map<std::string, std::weak_ptr<tls_context const>> living;
    std::lock_guard const lock{mutex};
    std::erase_if(living, [](auto const& entry) { return entry.second.expired(); });
    std::string const key = trust_key(*trust);
    auto found = living[key].lock();
    if (!found)
    {
        found = make_tls_context(*trust);
        if (!trust->system && trust->fault.empty() && trust->directory.empty() &&
            !found->without_anchors.empty())
            return make_failure(
                errc::invalid_argument, phase::none,
                "no trust anchors: " + found->without_anchors + " as ca_file or ca_pem");
        living[key] = found;
    }
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
    SSL_set_mode(
        ssl, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
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
