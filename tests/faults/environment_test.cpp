#include "bench.hpp"
#include "support/promptness.hpp"
#include "support/temp_dir.hpp"

#include <openssl/ssl.h>

#include <cstdlib>
#include <filesystem>

using namespace faults;

namespace
{

struct weak_server
{
    char const* what;
    void (*spoil)(support::server_options&);
};

weak_server const weak_servers[] = {
    {"SHA-1", [](support::server_options& o) { o.certificate.sha1_signature = true; }},
    {"RSA-1024", [](support::server_options& o) { o.certificate.rsa_bits = 1024; }},
    {"TLS 1.0", [](support::server_options& o) { o.max_tls_version = TLS1_VERSION; }},
    {"TLS 1.1", [](support::server_options& o) { o.max_tls_version = TLS1_1_VERSION; }}};

int default_security_level()
{
    SSL_CTX* const context = SSL_CTX_new(TLS_method());
    int const level = SSL_CTX_get_security_level(context);
    SSL_CTX_free(context);
    return level;
}

constexpr char const* in_weakened_process = "MAGIC_HOUR_TEST_WEAKENED";
constexpr char const* weak_configuration = "openssl_conf = init\n"
                                           "[init]\nssl_conf = ssl\n"
                                           "[ssl]\nsystem_default = weak\n"
                                           "[weak]\nMinProtocol = TLSv1\nCipherString = DEFAULT@SECLEVEL=0\n";

} // namespace

TEST_CASE("T5: weak signatures, keys and versions are refused, also when openssl.cnf allows them")
{
    for (weak_server const& each : weak_servers)
    {
        CAPTURE(each.what);
        support::server_options how;
        each.spoil(how);
        support::script_server server{how};
        server.otherwise({steps::expect_request(), steps::send(json_answer(200, created))});
        bench f;
        f.options.tls.ca_pem = server.ca_pem();
        f.options.base_url = server.base_url();
        auto const outcome = f.create();
        f.must_be_unsent(outcome, mh::errc::tls);
        CHECK(outcome.error()->attempts == 1);
        CHECK(outcome.error()->host == "localhost");
        CHECK(server.connection_count() == 1);
        CHECK(server.request_count() == 0);
        server.stop();
        for (auto const& connection : server.connections())
            CHECK_FALSE(support::secrets_guard{key}.leaked_into(connection.raw));
    }
    if (std::getenv(in_weakened_process))
    {
        CHECK(default_security_level() == 0);
        return;
    }
    CHECK(default_security_level() > 0);
    support::temp_dir const dir;
    auto const file = dir.write("openssl.cnf", weak_configuration);
    std::string const command = "OPENSSL_CONF='" + file.string() + "' " + in_weakened_process + "=1 '" +
                                std::filesystem::read_symlink("/proc/self/exe").string() +
                                "' '--test-case=T5: weak*' >/dev/null 2>&1";
    CHECK(std::system(command.c_str()) == 0);
}

TEST_CASE("T12: a trust store that is not there means that nobody is trusted")
{
    variable const file{"SSL_CERT_FILE", "/nonexistent/ca.pem"};
    variable const directory{"SSL_CERT_DIR", std::nullopt};
    bench f;
    f.options.tls.ca_pem.clear();
    f.server.otherwise(always(json_answer(200, created)));
    auto const outcome = f.create();
    f.must_be_unsent(outcome, mh::errc::tls);
    std::string const line = outcome.error().what();
    CHECK(line.find("no trust anchors") != std::string::npos);
    CHECK(line.find("localhost") != std::string::npos);
}

TEST_CASE("T12: SSL_CERT_FILE replaces the system's trust store, and never what the options name")
{
    support::temp_dir const dir;
    bench f;
    f.server.otherwise(always(json_answer(200, created)));
    variable const directory{"SSL_CERT_DIR", std::nullopt};
    auto const good = dir.write("good.pem", f.options.tls.ca_pem);
    auto const other = dir.write("other.pem", magic_hour::testing::certificate_authority{}.ca_pem());
    {
        variable const file{"SSL_CERT_FILE", other};
        CHECK(ok(f.create()));
        f.options.tls.ca_pem.clear();
        CHECK(f.code_of(f.create()) == mh::errc::tls);
    }
    variable const file{"SSL_CERT_FILE", good};
    CHECK(ok(f.create()));
    CHECK(f.server.request_count() == 2);
}

TEST_CASE("T12: no environment variable makes us log session keys")
{
    support::temp_dir const dir;
    auto const log = dir / "keys.log";
    variable const file{"SSLKEYLOGFILE", log};
    bench f;
    f.server.otherwise(always(json_answer(200, created)));
    CHECK(ok(f.create()));
    CHECK_FALSE(std::filesystem::exists(log));
}

TEST_CASE("T7: a server that asks for a client certificate gets the create and no certificate")
{
    support::server_options how;
    how.ask_for_client_certificate = true;
    support::script_server server{how};
    server.otherwise(always(json_answer(200, created)));
    bench f;
    f.options.tls.ca_pem = server.ca_pem();
    f.options.base_url = server.base_url();
    CHECK(ok(f.create()));
    CHECK(server.request_count() == 1);
}

TEST_CASE("T8: a server that never says goodbye, nor answers ours, holds neither answer nor end")
{
    bench f;
    f.server.otherwise({steps::expect_request(), steps::send(json_answer(200, project)), steps::hold()});
    auto const begin = std::chrono::steady_clock::now();
    std::optional<mh::session> shared{f.session()};
    CHECK(ok(f.run(mh::resource<mh::image_projects>{*shared}.get("job-1", mh::as_result))));
    auto const closing = std::chrono::steady_clock::now();
    shared.reset();
    CHECK(support::in_time(closing, std::chrono::milliseconds{100}));
    CHECK(support::in_time(begin, std::chrono::seconds{2}));
    CHECK(f.server.request_count() == 1);

    bench g;
    g.server.otherwise({steps::expect_request(), steps::send(json_answer(200, created)), steps::fin()});
    CHECK(ok(g.create()));
}
