#include "bench.hpp"
#include "support/promptness.hpp"

using namespace faults;

namespace
{

mh::error nxdomain(std::string const& host)
{
    return no_such_name(host, asio::error::host_not_found);
}

mh::error servfail(std::string const& host)
{
    return no_such_name(host, asio::error::host_not_found_try_again);
}

} // namespace

TEST_CASE("D1: a name that does not exist fails a create unsent, without a second try")
{
    bench f;
    f.options.base_url = f.server.base_url("api.nowhere.test");
    f.let_names_lead([](int, std::string const& host) -> resolution { return nxdomain(host); });
    auto const outcome = f.create();
    f.must_be_unsent(outcome, mh::errc::resolve);
    CHECK(f.names->asked == 1);
    CHECK(outcome.error()->host == "api.nowhere.test");
    CHECK(outcome.error()->phase == mh::phase::resolve);
    std::string const line = outcome.error().what();
    CHECK(line.find("api.nowhere.test") != std::string::npos);
    CHECK(line.find(std::to_string(f.server.port())) == std::string::npos);
}

TEST_CASE("D1: a resolver that finds nothing, or throws, is a failure to resolve")
{
    for (bool const throws : {false, true})
    {
        bench f;
        f.let_names_lead(
            [throws](int, std::string const&) -> resolution
            {
                if (throws)
                    throw std::runtime_error{"no resolver today"};
                return addresses{};
            });
        f.must_be_unsent(f.create(), mh::errc::resolve);
    }
}

TEST_CASE("D2: a lookup without an answer holds neither its caller beyond the deadline nor anybody else")
{
    bench f;
    auto const silent = std::make_shared<silent_resolver>();
    f.options.resolver = silent;
    f.server.otherwise(always(json_answer(200, project)));
    mh::session const shared = f.session();

    bench other;
    other.server.otherwise(always(json_answer(200, project)));

    mh::call_options how;
    how.timeout = std::chrono::seconds{1};
    auto const begin = f.clock->now();
    mh::ai_image_generator::request const request = fixture::picture();
    auto const stuck = support::start(
        f.io, mh::resource<mh::ai_image_generator>{shared}.create(request, mh::as_result, how));
    support::settle(f.io, std::chrono::milliseconds{5});
    CHECK(ok(other.get()));
    CHECK_FALSE(stuck->done);
    CHECK(support::run_virtual_until(
        f.io, *f.clock, [&] { return stuck->done; }, through_limits));
    f.must_be_unsent(*stuck->value, mh::errc::timeout);
    CHECK(stuck->value->error()->phase == mh::phase::resolve);
    CHECK(f.clock->now() - begin >= std::chrono::seconds{1});
    CHECK(f.clock->now() - begin <= std::chrono::milliseconds{1250});
    CHECK(silent->asked.size() == 1);
}

TEST_CASE("D2: the connect limit ends a silent lookup, and the create goes on to its next attempt")
{
    bench f;
    auto const silent = std::make_shared<silent_resolver>();
    f.options.resolver = silent;
    auto const begin = f.clock->now();
    mh::ai_image_generator::request const request = fixture::picture();
    auto const outcome = f.run(
        mh::resource<mh::ai_image_generator>{f.session()}.create(request, mh::as_result), through_limits);
    f.must_be_unsent(outcome, mh::errc::timeout);
    CHECK(silent->asked.size() == 2);
    CHECK(f.clock->now() - begin >= std::chrono::seconds{20});
    CHECK(f.clock->now() - begin <= std::chrono::seconds{22});
}

TEST_CASE("D2: the end of an io_context does not wait for a lookup")
{
    auto const ca = magic_hour::testing::certificate_authority{}.ca_pem();
    auto const end_while_looking_up = [&ca]
    {
        auto const silent = std::make_shared<silent_resolver>();
        support::fd_guard const descriptors;
        mh::client_options options;
        options.api_key = key;
        options.base_url = "https://api.silent.test";
        options.resolver = silent;
        options.tls.ca_pem = ca;
        auto io = std::make_unique<asio::io_context>(1);
        mh::session const shared{*io, options};
        bool done = false;
        mh::resource<mh::image_projects>{shared}.get("job-1", [&](auto const&) { done = true; });
        io->run_for(std::chrono::milliseconds{20});
        REQUIRE(silent->asked.size() == 1);
        support::stopwatch const watch;
        io.reset();
        auto const took = watch.elapsed();
        CHECK_FALSE(done);
        CHECK(descriptors.back_to_baseline());
        return took;
    };
    CHECK(support::within(std::chrono::milliseconds{100}, end_while_looking_up));
}

TEST_CASE("D3: a name server that recovers lets a create through, once")
{
    bench f;
    f.options.retry.max_attempts = 3;
    f.let_names_lead(
        [](int asked, std::string const& host) -> resolution
        {
            if (asked < 2)
                return servfail(host);
            return leads_to({"127.0.0.1"});
        });
    f.server.otherwise(always(json_answer(200, created)));
    auto const outcome = f.create();
    REQUIRE(ok(outcome));
    CHECK(outcome->id == "job-1");
    CHECK(f.names->asked == 3);
    CHECK(f.server.request_count() == 1);
    CHECK(f.log->of("retry").size() == 2);
}

TEST_CASE("D4: a name that leads to this machine or into a private network is not connected to")
{
    for (char const* const where :
         {"127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
          "0.0.0.0", "::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "fe80::1",
          "fd00::1"})
    {
        CAPTURE(where);
        bench f;
        f.options.base_url = f.server.base_url("api.rebound.test");
        f.let_names_lead([where](int, std::string const&) { return leads_to({where}); });
        auto const outcome = f.create();
        f.must_be_unsent(outcome, mh::errc::policy);
        CHECK(f.server.connection_count() == 0);
        CHECK(f.names->asked == 1);
    }
}

TEST_CASE("D4: the rule holds for the address that is connected to, not for an earlier answer")
{
    bench f;
    f.options.base_url = f.server.base_url("api.rebound.test");
    f.let_names_lead(
        [](int asked, std::string const& host) -> resolution
        {
            if (asked == 0)
                return servfail(host);
            return leads_to({"10.0.0.1", "127.0.0.1"});
        });
    f.must_be_unsent(f.create(), mh::errc::policy);
    CHECK(f.names->asked == 2);
    CHECK(f.server.connection_count() == 0);
}

TEST_CASE("D4: loopback stays closed to names unless the API itself was put there")
{
    bench f;
    f.options.allow_private_addresses = true;
    f.options.base_url = f.server.base_url("api.rebound.test");
    f.let_names_lead([](int, std::string const&) { return leads_to({"127.0.0.1"}); });
    f.must_be_unsent(f.create(), mh::errc::policy);
    CHECK(f.server.connection_count() == 0);
}
