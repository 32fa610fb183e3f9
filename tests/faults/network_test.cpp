#include "bench.hpp"
#include "own_network.hpp"
#include "support/promptness.hpp"

#include <fstream>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace faults;

namespace
{

support::server_options serving(std::string name, std::string address = "127.0.0.1", std::uint16_t port = 0)
{
    support::server_options out;
    out.certificate.dns_names = {std::move(name)};
    out.address = std::move(address);
    out.port = port;
    return out;
}

constexpr char const* impatient = "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n";

} // namespace

TEST_CASE("D1: NXDOMAIN from a name server leaves a create unsent, without a second try (own network)")
{
    in_own_network(
        []
        {
            use_name_server(impatient);
            stub_dns const names{[](std::string const&, int) { return dns_answer{.rcode = 3}; }};
            bench f;
            f.options.base_url = f.server.base_url("api.nowhere.test");
            auto const outcome = f.create();
            f.must_be_unsent(outcome, mh::errc::resolve);
            CHECK(f.log->of("request").size() == 1);
            CHECK(names.asked("api.nowhere.test") >= 1);
            CHECK(
                std::string_view{outcome.error().what()}.find("api.nowhere.test") != std::string_view::npos);
        });
}

TEST_CASE("D2: a silent name server holds neither caller, nor another name, nor the io_context (own network)")
{
    in_own_network(
        []
        {
            using real = std::chrono::steady_clock;
            use_name_server("nameserver 127.0.0.1\noptions timeout:5 attempts:2\n");
            stub_dns const names{[](std::string const& name, int)
                                 {
                                     dns_answer out;
                                     out.silent = name.starts_with("silent");
                                     out.addresses = {"127.0.0.1"};
                                     return out;
                                 }};
            support::script_server server{serving("other.localhost")};
            server.otherwise(always(json_answer(200, project)));
            mh::client_options options;
            options.api_key = key;
            options.tls.ca_pem = server.ca_pem();
            auto io = std::make_unique<asio::io_context>(1);
            options.base_url = server.base_url("silent.localhost");
            mh::session const stuck{*io, options};
            auto const first_waiting =
                support::start(*io, mh::resource<mh::image_projects>{stuck}.get("job-1", mh::as_result));
            int others = 0;
            auto const ask_another_name = [&]
            {
                options.base_url = server.base_url("other.localhost");
                mh::session const free{*io, options};
                support::settle(*io, std::chrono::milliseconds{20});
                support::stopwatch const watch;
                CHECK(ok(
                    support::run(*io, mh::resource<mh::image_projects>{free}.get("job-1", mh::as_result))));
                ++others;
                return watch.elapsed();
            };
            CHECK(support::within(std::chrono::milliseconds{100}, ask_another_name));
            CHECK_FALSE(first_waiting->done);

            auto const begin = real::now();
            mh::call_options how;
            how.timeout = std::chrono::seconds{1};
            mh::ai_image_generator::request const request = fixture::picture();
            auto const create = support::start(
                *io, mh::resource<mh::ai_image_generator>{stuck}.create(request, mh::as_result, how));
            while (!create->done && real::now() - begin < std::chrono::seconds{10})
                support::settle(*io, std::chrono::milliseconds{5});
            REQUIRE(create->done);
            CHECK(real::now() - begin >= std::chrono::seconds{1});
            CHECK(support::in_time(begin, std::chrono::milliseconds{1250}));
            CHECK(create->value->error() == mh::errc::timeout);
            CHECK(create->value->error()->phase == mh::phase::resolve);
            CHECK_FALSE(create->value->error()->job_may_exist);

            auto const end_while_looking_up = [&]
            {
                auto context = std::make_unique<asio::io_context>(1);
                options.base_url = server.base_url("silent.localhost");
                mh::session const another{*context, options};
                auto const waiting = support::start(
                    *context, mh::resource<mh::image_projects>{another}.get("job-1", mh::as_result));
                support::settle(*context, std::chrono::milliseconds{20});
                CHECK_FALSE(waiting->done);
                support::stopwatch const watch;
                context.reset();
                return watch.elapsed();
            };
            CHECK(support::within(std::chrono::milliseconds{100}, end_while_looking_up));
            CHECK(server.request_count() == static_cast<std::size_t>(others));
        });
}

TEST_CASE("D3: SERVFAIL twice and then an address: the create arrives once (own network)")
{
    in_own_network(
        []
        {
            use_name_server(impatient);
            auto const log = std::make_shared<event_log>();
            stub_dns const names{[log](std::string const&, int)
                                 {
                                     dns_answer out;
                                     if (log->of("request").size() < 3)
                                         out.rcode = 2;
                                     else
                                         out.addresses = {"127.0.0.1"};
                                     return out;
                                 }};
            support::script_server server{serving("api.localhost")};
            server.otherwise(always(json_answer(200, created)));
            bench f;
            f.options.observer = log;
            f.options.retry.max_attempts = 3;
            f.options.tls.ca_pem = server.ca_pem();
            f.options.base_url = server.base_url("api.localhost");
            support::auto_advance_options how;
            how.quiet = std::chrono::milliseconds{80};
            mh::ai_image_generator::request const request = fixture::picture();
            auto const outcome =
                f.run(mh::resource<mh::ai_image_generator>{f.session()}.create(request, mh::as_result), how);
            CHECK(ok(outcome));
            CHECK(log->of("request").size() == 3);
            CHECK(server.request_count() == 1);
        });
}

TEST_CASE("D4: a name that first leads into the world and then to this machine is refused (own network)")
{
    in_own_network(
        []
        {
            constexpr char const* world = "93.184.216.34";
            REQUIRE(ip_command(std::string{"addr add "} + world + "/32 dev lo"));
            use_name_server(impatient);
            stub_dns const names{[](std::string const&, int before)
                                 {
                                     dns_answer out;
                                     out.addresses = {before == 0 ? world : "127.0.0.1"};
                                     return out;
                                 }};
            support::script_server server{serving("api.rebound.test", world)};
            server.otherwise(once(json_answer(200, project, "Connection: close\r\n")));
            support::script_server victim{serving("api.rebound.test", "127.0.0.1", server.port())};
            bench f;
            f.options.tls.ca_pem = server.ca_pem();
            f.options.base_url = server.base_url("api.rebound.test");
            mh::resource<mh::image_projects> const projects{f.session()};
            CHECK(ok(f.run(projects.get("job-1", mh::as_result))));
            f.clock->advance(std::chrono::minutes{1}); // beyond any cache
            CHECK(f.code_of(f.run(projects.get("job-1", mh::as_result))) == mh::errc::policy);
            CHECK(names.asked("api.rebound.test") >= 2);
            CHECK(server.request_count() == 1);
            CHECK(victim.connection_count() == 0);
        });
}

TEST_CASE("C2: a network that swallows packets costs two seconds when another address is left (own network)")
{
    in_own_network(
        []
        {
            bool const possible =
                ip_command("link add hole type veth peer name void") && ip_command("link set void up") &&
                ip_command("link set hole up") && ip_command("addr add 2001:db8::1/64 dev hole nodad") &&
                ip_command("-6 neigh add 2001:db8::2 lladdr 02:00:00:00:00:01 dev hole nud permanent");
            if (!possible)
            {
                MESSAGE("skipped: no virtual network devices or no IPv6 on this machine");
                return;
            }
            bench f;
            f.let_names_lead([](int, std::string const&) { return leads_to({"2001:db8::2", "127.0.0.1"}); });
            f.server.otherwise(always(json_answer(200, created)));
            auto const begin = f.clock->now();
            mh::ai_image_generator::request const request = fixture::picture();
            auto const outcome = f.run(
                mh::resource<mh::ai_image_generator>{f.session()}.create(request, mh::as_result),
                through_limits);
            CHECK(ok(outcome));
            CHECK(f.clock->now() - begin == std::chrono::seconds{2});
            CHECK(f.server.request_count() == 1);
        });
}

TEST_CASE("C3: a missing or forbidden route fails at once with the system's reason (own network)")
{
    in_own_network(
        []
        {
            REQUIRE(ip_command("route add unreachable 203.0.113.0/24"));
            REQUIRE(ip_command("route add prohibit 198.51.100.0/24"));
            struct route
            {
                char const* to;
                boost::system::errc::errc_t reason;
            };
            for (route const& each :
                 {route{"203.0.113.1", boost::system::errc::host_unreachable},
                  route{"198.51.100.1", boost::system::errc::permission_denied},
                  route{"192.0.2.1", boost::system::errc::network_unreachable}})
            {
                CAPTURE(each.to);
                bench f;
                f.let_names_lead([&](int, std::string const&) { return leads_to({each.to}); });
                auto const begin = f.clock->now();
                auto const outcome = f.create();
                f.must_be_unsent(outcome, mh::errc::connect);
                CHECK(outcome.error()->system == each.reason);
                CHECK(outcome.error()->attempts == 1);
                CHECK(f.clock->now() == begin);
            }
        });
}

TEST_CASE("C3: when all local ports are taken, a create is unsent at once (own network)")
{
    in_own_network(
        []
        {
            std::ofstream{"/proc/sys/net/ipv4/ip_local_port_range"} << "40000 40010\n";
            bench f;
            std::vector<int> taken;
            for (std::uint16_t port = 40000; port <= 40010; ++port)
            {
                sockaddr_in where{};
                where.sin_family = AF_INET;
                where.sin_port = htons(port);
                taken.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
                (void)!::bind(taken.back(), reinterpret_cast<sockaddr*>(&where), sizeof where);
            }
            auto const outcome = f.create();
            for (int const each : taken)
                ::close(each);
            f.must_be_unsent(outcome, mh::errc::connect);
            CHECK(outcome.error()->system == boost::system::errc::address_not_available);
            CHECK(outcome.error()->attempts == 1);
        });
}
