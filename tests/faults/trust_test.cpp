// Servers that cannot prove who they are, or do not speak TLS, met by the public client.

#include "bench.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <thread>

using namespace faults;
using namespace std::chrono_literals;

namespace
{

struct bad_certificate
{
    char const* what;
    std::function<void(mh::testing::certificate_options&)> spoil;
    char const* reason; ///< what the error must say
};

/// A create that meets `server`, which must not get to see the key.
void must_be_refused(bench& f, support::script_server& server, std::string_view reason)
{
    server.otherwise({steps::expect_request(), steps::send(json_answer(200, created))});
    f.options.tls.ca_pem = server.ca_pem();
    f.options.base_url = server.base_url();
    auto const outcome = f.create();
    f.must_be_unsent(outcome, mh::errc::tls);
    CHECK(outcome.error()->phase == mh::phase::tls);
    CHECK(outcome.error()->message.find(reason) != std::string::npos);
    CHECK(outcome.error()->message.find("localhost") != std::string::npos);
    CHECK(server.request_count() == 0);
    CHECK(server.connection_count() == 1);
    for (auto const& connection : server.connections())
        CHECK(connection.raw.find(key) == std::string::npos);
}

} // namespace

TEST_CASE("T1, T2, T3, T4: a certificate that proves nothing ends a create unsent, with the failed check and "
          "the host")
{
    bad_certificate const all[] = {
        {"expired",
         [](auto& c)
         {
             c.valid_from = -48h;
             c.valid_until = -1h;
         },
         "expired"},
        {"not yet valid",
         [](auto& c)
         {
             c.valid_from = 1h;
             c.valid_until = 48h;
         },
         "not_yet_valid"},
        {"self-signed", [](auto& c) { c.self_signed = true; }, "untrusted"},
        {"without its intermediate",
         [](auto& c)
         {
             c.intermediate = true;
             c.send_intermediate = false;
         },
         "untrusted"},
        {"of another host", [](auto& c) { c.dns_names = {"example.test"}; }, "host_mismatch"},
        {"with the right common name alone", [](auto& c) { c.dns_names = {}; }, "host_mismatch"},
        {"with a wildcard too many",
         [](auto& c) {
             c.dns_names = {"*.localhost", "*"};
         },
         "host_mismatch"},
        {"from what is no CA",
         [](auto& c)
         {
             c.intermediate = true;
             c.intermediate_is_ca = false;
         },
         "invalid CA certificate"},
        {"for clients", [](auto& c) { c.for_clients = true; }, "purpose"}};
    for (bad_certificate const& each : all)
    {
        CAPTURE(each.what);
        support::server_options how;
        each.spoil(how.certificate);
        support::script_server server{how};
        bench f;
        must_be_refused(f, server, each.reason);
    }
}

TEST_CASE("T6: a peer that does not speak TLS ends a create unsent")
{
    for (std::string const& text :
         {std::string{"HTTP/1.1 400 Bad Request\r\n\r\n"}, std::string{"SSH-2.0-OpenSSH_9.2\r\n"},
          std::string(1 << 20, '\0')})
    {
        bench f;
        f.server.otherwise({steps::read_raw(), steps::send_raw(text), steps::drain()});
        auto const outcome = f.create();
        f.must_be_unsent(outcome, mh::errc::tls);
        CHECK(outcome.error()->message.find("not_tls") != std::string::npos);
        CHECK(f.server.connection_count() == 1);
    }
}

TEST_CASE("T10: a peer that never shakes hands ends each attempt of a create at ten seconds, unsent")
{
    bench f;
    f.server.otherwise({steps::hold()});
    auto const begin = f.clock->now();
    mh::ai_image_generator::request const request = fixture::picture();
    auto const outcome = f.run(
        mh::resource<mh::ai_image_generator>{f.session()}.create(request, mh::as_result), through_limits);
    f.must_be_unsent(outcome, mh::errc::timeout);
    CHECK(outcome.error()->phase == mh::phase::tls);
    CHECK(f.clock->now() - begin >= 20s);
    CHECK(f.clock->now() - begin <= 22s);
    CHECK(f.server.connection_count() == 2);
}

TEST_CASE("C5: a peer that hangs up before or in the handshake is tried again, and the create stays unsent")
{
    for (auto const& end :
         {support::script{steps::close_now()}, support::script{steps::rst()},
          support::script{steps::read_raw(), steps::rst()},
          support::script{steps::cut_wire_after(100), steps::handshake()}})
    {
        bench f;
        f.options.retry.max_attempts = 3;
        f.server.otherwise(end);
        auto const outcome = f.create();
        f.must_be_unsent(outcome, f.code_of(outcome));
        CHECK((f.code_of(outcome) == mh::errc::connect || f.code_of(outcome) == mh::errc::tls));
        CHECK(outcome.error()->attempts == 3);
        CHECK(f.server.connection_count() == 3);
    }
}

TEST_CASE("C6: an idle connection that ended or talked is not used again, and costs the next GET nothing")
{
    std::string const stray = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n";
    for (auto const& end :
         {support::script{steps::fin()}, support::script{steps::close()}, support::script{steps::rst()},
          support::script{steps::send(stray), steps::drain()}})
    {
        bench f;
        support::script first{steps::expect_request(), steps::send(json_answer(200, project))};
        first.insert(first.end(), end.begin(), end.end());
        f.server.next(first);
        f.server.otherwise(always(json_answer(200, project)));
        mh::resource<mh::image_projects> const projects{f.session()};
        CHECK(ok(f.run(projects.get("job-1", mh::as_result))));
        std::this_thread::sleep_for(100ms); // an idle context has nothing to run meanwhile
        CHECK(ok(f.run(projects.get("job-1", mh::as_result))));
        CHECK(f.log->of("retry").empty());
        CHECK(f.log->of("failure").empty());
        CHECK(f.server.request_count() == 2);
        CHECK(f.server.connection_count() == 2);
    }
}
