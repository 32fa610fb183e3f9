#pragma once

#include <magic_hour/error.hpp>

#include <memory>
#include <string>

// The OpenSSL and Asio TLS headers stay out of this header: it only names the type.
namespace boost::asio::ssl
{
class context;
}

namespace magic_hour::http
{

/// How servers prove who they are. There is no way to switch verification off.
struct tls_options
{
    std::string ca_file{}; ///< PEM file used instead of the system's trust store
    std::string ca_pem{};  ///< PEM text used instead of the system's trust store; may stand beside `ca_file`
    /// A context of the user's own: its trust, ciphers and client certificate are used as they are; peer and
    /// host verification and TLS 1.2 as the lowest version are enforced per connection all the same.
    std::shared_ptr<boost::asio::ssl::context> context{};
};

} // namespace magic_hour::http
