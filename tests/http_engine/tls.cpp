#include "engine_fixture.hpp"

#include "support/promptness.hpp"

#include <openssl/ssl.h>

#include <cstdlib>
#include <fstream>

#include <boost/asio/ssl/context.hpp>

using namespace engine_tests;

namespace
{
/// What a create meets when the server's certificate is `certificate`; the server must see nothing of it.
magic_hour::error
refused(magic_hour::testing::certificate_options certificate, std::string host = "localhost")
{
    support::server_options options;
    options.certificate = std::move(certificate);
    script_server server{options};
    server.otherwise({steps::expect_request(), steps::send(answer(200, "x"))});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    auto const got = send(io, *engine, create(server.base_url(host) + "/v1/x"));
    CHECK(server.request_count() == 0);
    CHECK(server.connection_count() == 1);
    REQUIRE(got.has_error());
    CHECK(got.error() == errc::tls);
    CHECK(got.error()->phase == phase::tls);
    CHECK(got.error()->message.find(host) != std::string::npos);
    CHECK_FALSE(got.error()->job_may_exist);
    return got.error();
}

bool says(magic_hour::error const& e, std::string_view what)
{
    INFO(e.what());
    return e->message.find(what) != std::string::npos;
}
} // namespace

TEST_CASE("T1: certificates out of their time are named as such")
{
    magic_hour::testing::certificate_options c;
    c.valid_from = -48h;
    c.valid_until = -1h;
    CHECK(says(refused(c), "expired"));
    c.valid_from = 1h;
    c.valid_until = 48h;
    CHECK(says(refused(c), "not_yet_valid"));
}

TEST_CASE("T2: chains that lead nowhere are untrusted")
{
    magic_hour::testing::certificate_options c;
    c.self_signed = true;
    CHECK(says(refused(c), "untrusted"));
    c.self_signed = false;
    c.intermediate = true;
    c.send_intermediate = false;
    auto const hole = refused(c);
    CHECK(says(hole, "untrusted"));
    CHECK(says(hole, "intermediate"));

    script_server server;
    server.otherwise({steps::handshake()});
    script_server stranger;
    asio::io_context io;
    auto const engine = engine_for(io, trusting(stranger));
    auto const got = send(io, *engine, get(server.base_url() + "/"));
    CHECK(got.error() == errc::tls);
    CHECK(says(got.error(), "untrusted"));
}

TEST_CASE("T3: only the subject alternative name counts, whole labels of it, and IP entries for addresses")
{
    magic_hour::testing::certificate_options c;
    c.dns_names = {"example.test"};
    c.ip_addresses = {};
    CHECK(says(refused(c), "host_mismatch"));
    c.dns_names = {};
    CHECK(says(refused(c), "host_mismatch")); // the common name is right and must not matter
    c.dns_names = {"*.localhost", "l*", "*"};
    CHECK(says(refused(c), "host_mismatch"));
    c.dns_names = {"127.0.0.1"};
    CHECK(says(refused(c, "127.0.0.1"), "host_mismatch"));
    c.dns_names = {"localhost"};
    c.ip_addresses = {"127.0.0.2"};
    CHECK(says(refused(c, "127.0.0.1"), "host_mismatch"));
}

TEST_CASE("T3: an IP entry serves an IP URL, which sends no server name")
{
    script_server server;
    server.otherwise({steps::expect_request(), steps::send(answer(200, "x")), steps::close()});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    CHECK(send(io, *engine, get(server.base_url("127.0.0.1") + "/"))->head.status == 200);
    CHECK(server.connections()[0].server_name.empty());
}

TEST_CASE("T4: chains that break the rules fail with the reason")
{
    magic_hour::testing::certificate_options c;
    c.intermediate = true;
    c.intermediate_is_ca = false;
    CHECK(says(refused(c), "invalid CA certificate"));
    c.intermediate_is_ca = true;
    c.permitted_dns = {"example.test"};
    CHECK(says(refused(c), "permitted subtree violation"));
    c.intermediate = false;
    c.permitted_dns = {};
    c.for_clients = true;
    CHECK(says(refused(c), "purpose"));
}

TEST_CASE("T5: weak signatures, weak keys and old versions are refused")
{
    magic_hour::testing::certificate_options c;
    c.rsa_bits = 1024;
    CHECK(says(refused(c), "too weak"));
    c.rsa_bits = 0;
    c.intermediate = true;
    c.sha1_signature = true;
    refused(c);

    support::server_options old;
    old.max_tls_version = TLS1_1_VERSION;
    script_server server{old};
    server.otherwise({steps::handshake()});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    CHECK(send(io, *engine, get(server.base_url() + "/")).error() == errc::tls);
}

TEST_CASE("T6: a peer that does not speak TLS is named so, after little reading")
{
    for (std::string const& text :
         {std::string{"HTTP/1.1 400 Bad Request\r\n\r\n"}, std::string{"SSH-2.0-OpenSSH_9.2\r\n"},
          std::string(1 << 20, '\0')})
    {
        script_server server;
        server.otherwise({steps::read_raw(), steps::send_raw(text), steps::drain()});
        asio::io_context io;
        auto const engine = engine_for(io, trusting(server));
        auto const got = send(io, *engine, create(server.base_url() + "/"));
        CHECK(got.error() == errc::tls);
        CHECK(says(got.error(), "not_tls"));
        CHECK(server.connection_count() == 1);
    }
}

TEST_CASE("T7: a server may ask for a client certificate and gets none")
{
    support::server_options options;
    options.ask_for_client_certificate = true;
    script_server server{options};
    server.otherwise({steps::expect_request(), steps::send(answer(200, "x")), steps::close()});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    CHECK(send(io, *engine, get(server.base_url() + "/"))->head.status == 200);
}

TEST_CASE("T8: a missing close_notify after a whole body is nothing")
{
    script_server server;
    server.otherwise(
        {steps::expect_request(), steps::send(answer(200, "x", "Connection: close\r\n")), steps::rst()});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    auto const begin = support::clock::now();
    CHECK(send(io, *engine, get(server.base_url() + "/"))->body == "x");
    CHECK(support::in_time(begin, 2s));
}

TEST_CASE("T10: a silent handshake ends at the connect limit, with nothing sent")
{
    script_server server;
    server.otherwise({steps::hold()});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    http::request what = create(server.base_url() + "/");
    what.timeouts.connect = 200ms;
    what.max_attempts = 1;
    auto const begin = support::clock::now();
    auto const got = send(io, *engine, what);
    CHECK(support::in_time(begin, 450ms));
    CHECK(got.error() == errc::timeout);
    CHECK(got.error()->phase == phase::tls);
    CHECK_FALSE(got.error()->job_may_exist);
}

TEST_CASE("C5: a peer that hangs up instead of shaking hands gets three attempts, with nothing sent")
{
    for (auto const& end : {steps::close_now(), steps::rst()})
    {
        script_server server;
        server.otherwise({end});
        asio::io_context io;
        auto const engine = engine_for(io, trusting(server));
        auto const got = send(io, *engine, create(server.base_url() + "/"));
        CHECK(got.error() == errc::connect);
        CHECK_FALSE(got.error()->job_may_exist);
        CHECK(got.error()->attempts == 3);
        CHECK(server.connection_count() == 3);
        CHECK(server.request_count() == 0);
    }
}

TEST_CASE("every connection after the first resumes the session of its origin, in TLS 1.3 and 1.2")
{
    for (int const version : {TLS1_3_VERSION, TLS1_2_VERSION})
    {
        CAPTURE(version);
        support::server_options options;
        options.max_tls_version = version;
        script_server server{options};
        server.otherwise(
            {steps::expect_request(), steps::send(answer(200, "x", "Connection: close\r\n")),
             steps::close()});
        asio::io_context io;
        auto const engine = engine_for(io, trusting(server));
        for (int i = 0; i < 5; ++i)
            CHECK(send(io, *engine, get(server.base_url() + "/"))->stats.resumed_session == (i > 0));
        // Another name of the same server is another origin.
        CHECK_FALSE(send(io, *engine, get(server.base_url("127.0.0.1") + "/"))->stats.resumed_session);
        auto const seen = server.connections();
        REQUIRE(seen.size() == 6);
        CHECK_FALSE(seen[0].resumed);
        CHECK(seen[4].resumed);
        CHECK_FALSE(seen[5].resumed);
        auto const other = engine_for(io, trusting(server));
        CHECK_FALSE(send(io, *other, get(server.base_url() + "/"))->stats.resumed_session);
    }
}

TEST_CASE("options that name no trust anchor are refused at once")
{
    asio::io_context io;
    auto const code_for = [&](http::tls_options tls)
    {
        http::engine_options options;
        options.tls = std::move(tls);
        try
        {
            engine_for(io, options);
        }
        catch (magic_hour::error const& e)
        {
            return e.code();
        }
        return errc{};
    };
    http::tls_options tls;
    tls.ca_file = "/nonexistent/ca.pem";
    CHECK(code_for(tls) == errc::file);
    tls.ca_file = "";
    tls.ca_pem = "no certificate";
    CHECK(code_for(tls) == errc::invalid_argument);
}

TEST_CASE("a context of the user's own cannot switch verification off")
{
    script_server server;
    server.otherwise({steps::expect_request(), steps::send(answer(200, "x")), steps::close()});
    asio::io_context io;
    http::engine_options options = trusting(server);
    options.tls.ca_pem.clear();
    options.tls.context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    options.tls.context->set_verify_mode(asio::ssl::verify_none);
    CHECK(send(io, *engine_for(io, options), get(server.base_url() + "/")).error() == errc::tls);
    options.tls.context->set_verify_callback([](bool, asio::ssl::verify_context&) { return true; });
    CHECK(send(io, *engine_for(io, options), get(server.base_url() + "/")).error() == errc::tls);
    CHECK(server.request_count() == 0);
    options.tls.context->add_certificate_authority(asio::buffer(server.ca_pem()));
    CHECK(send(io, *engine_for(io, options), get(server.base_url() + "/"))->head.status == 200);
}

TEST_CASE("T12: a trust store that is not there trusts nobody, and no key log is written")
{
    script_server server;
    server.otherwise({steps::expect_request(), steps::send(answer(200, "x")), steps::close()});
    asio::io_context io;
    ::setenv("SSLKEYLOGFILE", "key.log.must.not.appear", 1);
    ::setenv("SSL_CERT_FILE", "/nonexistent", 1);
    auto const got = send(io, *engine_for(io, http::engine_options{}), create(server.base_url() + "/"));
    CHECK(got.error() == errc::tls);
    CAPTURE(got.error()->message);
    CHECK(says(got.error(), "no trust anchors"));
    CHECK(says(got.error(), "localhost"));
    CHECK(send(io, *engine_for(io, trusting(server)), get(server.base_url() + "/"))->head.status == 200);
    ::unsetenv("SSL_CERT_FILE");
    ::unsetenv("SSLKEYLOGFILE");
    CHECK_FALSE(std::ifstream{"key.log.must.not.appear"}.good());
    CHECK(server.request_count() == 1);
}
