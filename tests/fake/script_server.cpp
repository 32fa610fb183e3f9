#include "support/script_server.hpp"
#include "support/fd_guard.hpp"
#include "support/raw_client.hpp"

#include <doctest/doctest.h>

using namespace support;
using namespace std::chrono_literals;

namespace
{
constexpr std::string_view get = "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

TEST_CASE("a scripted server answers what its script says and writes down what it read")
{
    script_server server;
    server.next({steps::expect_request(), steps::send(answer(200, "hello")), steps::close()});
    raw_client client{server.port(), server.ca_pem()};
    client.send("POST /y?q=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc");
    auto const got = client.read_all();

    CHECK(got.text == answer(200, "hello"));
    CHECK(got.how == peer_end::close_notify);
    REQUIRE(server.request_count() == 1);
    auto const request = server.requests().at(0);
    CHECK(request.complete);
    CHECK(request.head.method == "POST");
    CHECK(request.head.target == "/y?q=1");
    CHECK(request.body == "abc");
    auto const connection = server.connections().at(0);
    CHECK(connection.tls_established);
    CHECK(connection.server_name == "localhost");
    CHECK(connection.tls_version == "TLSv1.3");
}

TEST_CASE("a scripted server ends a connection by FIN, RST or close_notify, and the client sees which")
{
    script_server server;
    server.next({steps::expect_request(), steps::send("part"), steps::fin()});
    server.next({steps::expect_request(), steps::send("part"), steps::rst()});
    server.next({steps::expect_request(), steps::send("part"), steps::close_notify(), steps::hold()});
    peer_end const expected[] = {peer_end::fin, peer_end::reset, peer_end::close_notify};
    for (auto const end : expected)
    {
        raw_client client{server.port(), server.ca_pem()};
        client.send(get);
        CHECK(client.read_all().how == end);
    }
}

TEST_CASE("a scripted server can be anything but a TLS server")
{
    script_server server;
    server.next({steps::send_raw("SSH-2.0-OpenSSH_9.2\r\n"), steps::fin()});
    server.next({steps::close_now()});
    server.next(
        {steps::pace(1, 1ms), steps::expect_request(), steps::send(answer(200, "slow")), steps::close()});
    CHECK_THROWS(raw_client(server.port(), server.ca_pem()));
    CHECK_THROWS(raw_client(server.port(), server.ca_pem()));
    raw_client patient{server.port(), server.ca_pem()};
    patient.send(get);
    CHECK(patient.read_all().text == answer(200, "slow"));
}

TEST_CASE("a scripted server cuts the wire inside a TLS record")
{
    script_server server;
    server.next(
        {steps::expect_request(), steps::cut_wire_after(100),
         steps::send(answer(200, std::string(5000, 'x')))});
    raw_client client{server.port(), server.ca_pem()};
    client.send(get);
    auto const got = client.read_all();
    CHECK(got.how == peer_end::reset);
    CHECK(got.text.empty());
}

TEST_CASE("a request that is cut is in the ledger as incomplete")
{
    script_server server;
    server.otherwise({steps::expect_request()});
    {
        raw_client client{server.port(), server.ca_pem()};
        client.send("PUT /z HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");
        client.close();
    }
    CHECK(server.wait_until([](auto const& all) { return all.size() == 1 && all[0].ended != ending::open; }));
    auto const request = server.requests().at(0);
    CHECK_FALSE(request.complete);
    CHECK(request.body == "abc");
}

TEST_CASE("a scripted server works without TLS, keeps connections alive and can refuse them")
{
    server_options options;
    options.plain = true;
    script_server server{options};
    server.otherwise({steps::forever({steps::expect_request(), steps::send(answer(200, "ok"))})});
    raw_client client{server.port()};
    for (int i = 0; i < 3; ++i)
    {
        client.send(get);
        CHECK(client.read(answer(200, "ok").size()) == answer(200, "ok"));
    }
    CHECK(server.connection_count() == 1);
    CHECK(server.request_count() == 3);

    server.stop_listening();
    CHECK_THROWS(raw_client(server.port()));
    server.listen_again();
    CHECK_NOTHROW(raw_client(server.port()));
}

TEST_CASE("a server that stops reading stops the writer, and stopping it frees everything")
{
    fd_guard const fds;
    {
        server_options options;
        options.receive_buffer = 4096;
        script_server server{options};
        server.otherwise({steps::expect_head(), steps::hold()});
        raw_client client{server.port(), server.ca_pem()};
        client.send("PUT /z HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n");
        CHECK_FALSE(client.try_send(std::string(100'000'000, 'x'), 300ms));
        server.stop();
    }
    CHECK(fds.back_to_baseline());
}

TEST_CASE("clients can tell bad certificates apart from good ones")
{
    auto const handshake = [](magic_hour::testing::certificate_options certificate) -> std::string
    {
        server_options options;
        options.certificate = std::move(certificate);
        script_server server{options};
        server.otherwise({steps::expect_request(), steps::send(answer(200, "")), steps::close()});
        try
        {
            raw_client const client{server.port(), server.ca_pem()};
            return "";
        }
        catch (std::exception const& e)
        {
            return e.what();
        }
    };
    magic_hour::testing::certificate_options good, bad;
    CHECK(handshake(good) == "");
    good.intermediate = true;
    CHECK(handshake(good) == "");
    bad.valid_until = -1h;
    bad.valid_from = -2h;
    CHECK(handshake(bad) == "certificate has expired");
    bad = {};
    bad.valid_from = 1h;
    CHECK(handshake(bad) == "certificate is not yet valid");
    bad = {};
    bad.self_signed = true;
    CHECK(handshake(bad) == "self-signed certificate");
    bad = {};
    bad.intermediate = true;
    bad.send_intermediate = false;
    CHECK(handshake(bad) == "unable to get local issuer certificate");
    bad = {};
    bad.intermediate_is_ca = false;
    CHECK(handshake(bad) != "");
    bad = {};
    bad.for_clients = true;
    CHECK(handshake(bad) == "unsuitable certificate purpose");
    bad = {};
    bad.permitted_dns = {"other.test"};
    CHECK(handshake(bad) == "permitted subtree violation");
    bad = {};
    bad.dns_names = {"other.test"};
    CHECK(handshake(bad) == "hostname mismatch");
    bad = {};
    bad.dns_names = {};
    bad.ip_addresses = {};
    CHECK(handshake(bad) == "hostname mismatch");
    bad = {};
    bad.rsa_bits = 1024;
    CHECK(handshake(bad) == "EE certificate key too weak");
    bad = {};
    bad.sha1_signature = true;
    CHECK(handshake(bad) != "");
}
