#include "hosted_server.hpp"

#include <magic_hour/testing/certificates.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>

#include <doctest/doctest.h>

namespace ssl = boost::asio::ssl;
using strings = std::vector<std::string>;

namespace
{

std::shared_ptr<ssl::context> context_of(magic_hour::testing::certificate const& own)
{
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    context->use_certificate_chain(boost::asio::buffer(own.chain_pem));
    context->use_private_key(boost::asio::buffer(own.key_pem), ssl::context::pem);
    return context;
}

} // namespace

TEST_CASE("with a TLS context deliveries are received over TLS, and only over TLS")
{
    magic_hour::testing::certificate_authority const authority;
    auto options = hosted_server::options();
    options.tls = context_of(authority.issue());
    options.read_limit = std::chrono::seconds{2};
    hosted_server server{std::move(options)};
    support::raw_client client{server.port(), authority.ca_pem()};
    CHECK(post(client, completed("a")) == 200);
    CHECK(post(client, completed("b")) == 200);
    auto const large =
        client.call("POST", "/", std::string(2 << 20, 'x'), "Content-Type: application/json\r\n");
    CHECK(large.status == 413);
    auto plain = server.connect();
    plain.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    CHECK(plain.read_all().text.find("HTTP/1.1") == std::string::npos);
    CHECK(server.handled.wait_for(2) == strings{"a:video.completed", "b:video.completed"});
}

TEST_CASE("a client that does not finish the TLS handshake is cut off")
{
    magic_hour::testing::certificate_authority const authority;
    auto options = hosted_server::options();
    options.tls = context_of(authority.issue());
    options.read_limit = std::chrono::milliseconds{100};
    hosted_server server{std::move(options)};
    auto silent = server.connect();
    auto const got = silent.read_all();
    CHECK(got.text.empty());
    CHECK(got.how == support::peer_end::fin);
}
