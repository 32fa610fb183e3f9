#include "engine_fixture.hpp"

#include <magic_hour/http/resolver.hpp>

using namespace engine_tests;

namespace
{
/// Answers from a list, one after the other; the last one stays.
class listed_resolver final : public http::resolver
{
public:
    using answer = result<std::vector<asio::ip::address>>;
    explicit listed_resolver(std::vector<answer> answers) : answers_{std::move(answers)} {}

    asio::awaitable<answer> resolve(std::string host) override
    {
        asked.push_back(host);
        answer const out = answers_.at(std::min(asked.size(), answers_.size()) - 1);
        co_return out;
    }

    std::vector<std::string> asked{};

private:
    std::vector<answer> answers_;
};

std::vector<asio::ip::address> addresses(std::vector<std::string> const& texts)
{
    std::vector<asio::ip::address> out;
    for (std::string const& text : texts)
        out.push_back(asio::ip::make_address(text));
    return out;
}

magic_hour::error no_name(boost::system::error_code why)
{
    magic_hour::error_info info;
    info.code = errc::resolve;
    info.system = why;
    return magic_hour::error{std::move(info)};
}
} // namespace

TEST_CASE("C2: the next address is tried when the first one does not answer")
{
    script_server server;
    server.otherwise({steps::expect_request(), steps::send(answer(200, "x")), steps::close()});
    asio::io_context io;
    auto options = trusting(server);
    // Nothing listens on the first two.
    options.resolver = std::make_shared<listed_resolver>(
        std::vector<listed_resolver::answer>{addresses({"127.0.0.9", "::1", "127.0.0.1"})});
    auto const engine = engine_for(io, options);
    CHECK(send(io, *engine, get(server.base_url() + "/"))->head.status == 200);
}

TEST_CASE("C1: a refused connection is retried and ends as unsent, naming every address")
{
    script_server server;
    std::string const url = server.base_url("127.0.0.1");
    server.stop_listening();
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    auto const got = send(io, *engine, create(url + "/"));
    CHECK(got.error() == errc::connect);
    CHECK(got.error()->phase == phase::connect);
    CHECK(got.error()->system == asio::error::connection_refused);
    CHECK(got.error()->attempts == 3);
    CHECK(got.error()->message.find("127.0.0.1") != std::string::npos);
    CHECK_FALSE(got.error()->job_may_exist);
}

TEST_CASE("D1, D3: a missing name is final, a resolver in trouble is asked again")
{
    script_server server;
    server.otherwise({steps::expect_request(), steps::send(answer(200, "x")), steps::close()});
    asio::io_context io;
    auto options = trusting(server);
    auto const missing = std::make_shared<listed_resolver>(
        std::vector<listed_resolver::answer>{no_name(asio::error::host_not_found)});
    options.resolver = missing;
    auto const got = send(io, *engine_for(io, options), create("https://nowhere.test/secret?key=1"));
    CHECK(got.error() == errc::resolve);
    CHECK(missing->asked.size() == 1);
    CHECK(std::string{got.error().what()}.find("key=1") == std::string::npos);

    listed_resolver::answer const trouble = no_name(asio::error::host_not_found_try_again);
    options.resolver = std::make_shared<listed_resolver>(
        std::vector<listed_resolver::answer>{trouble, trouble, addresses({"127.0.0.1"})});
    CHECK(send(io, *engine_for(io, options), create(server.base_url() + "/"))->head.status == 200);
    CHECK(server.request_count() == 1);
}

TEST_CASE("the system's resolver knows localhost and denies what cannot exist")
{
    script_server server;
    server.otherwise({steps::expect_request(), steps::send(answer(200, "x")), steps::close()});
    asio::io_context io;
    auto const engine = engine_for(io, trusting(server));
    CHECK(send(io, *engine, get(server.base_url() + "/"))->head.status == 200);
    auto const got = send(io, *engine, get("https://does-not-exist.invalid/"));
    CHECK(got.error() == errc::resolve);
    CHECK(got.error()->host == "does-not-exist.invalid");
}

TEST_CASE("D4: addresses of this machine and of private networks are not connected to")
{
    script_server server;
    asio::io_context io;
    auto options = trusting(server);
    for (char const* address :
         {"127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "0.0.0.0"})
    {
        CAPTURE(address);
        options.resolver =
            std::make_shared<listed_resolver>(std::vector<listed_resolver::answer>{addresses({address})});
        auto const engine = engine_for(io, options);
        http::request what = get("https://files.example.test:" + std::to_string(server.port()) + "/x");
        auto const got = support::run(io, engine->send(what, http::address_policy{}));
        CHECK(got.error() == errc::policy);
    }
    CHECK(server.connection_count() == 0);
}

TEST_CASE("a proxy is asked for a tunnel, and the origin is proven through it")
{
    script_server proxy{[]
                        {
                            support::server_options options;
                            options.plain = true;
                            return options;
                        }()};
    proxy.next(
        {steps::expect_head(), steps::send("HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n"),
         steps::close_now()});
    proxy.next(
        {steps::expect_head(), steps::send("HTTP/1.1 200 OK\r\n\r\n"), steps::read_raw(),
         steps::send("SSH-2.0-x\r\n"), steps::drain()});
    proxy.next({steps::expect_head(), steps::close_now()});
    asio::io_context io;
    auto options = trusting(proxy);
    options.tls.ca_pem = script_server{}.ca_pem();
    options.proxy.url = "http://user:sesame@127.0.0.1:" + std::to_string(proxy.port());
    auto const engine = engine_for(io, options);
    http::request what = create("https://api.example.test/v1/x");
    what.max_attempts = 1;
    auto const denied = send(io, *engine, what);
    CHECK(denied.error() == errc::connect);
    CHECK(denied.error()->message.find("407") != std::string::npos);
    CHECK_FALSE(denied.error()->job_may_exist);
    CHECK(send(io, *engine, what).error() == errc::tls);
    CHECK(send(io, *engine, what).error() == errc::connect);
    for (auto const& request : proxy.requests())
    {
        CHECK(request.head_text.starts_with(
            "CONNECT api.example.test:443 HTTP/1.1\r\nHost: api.example.test:443\r\n"));
        CHECK(request.head_text.find("Proxy-Authorization: Basic dXNlcjpzZXNhbWU=\r\n") != std::string::npos);
    }
    CHECK(std::string{denied.error().what()}.find("sesame") == std::string::npos);
}

TEST_CASE("plain http goes to loopback when it is allowed")
{
    support::server_options plain;
    plain.plain = true;
    script_server server{plain};
    server.otherwise({steps::forever({steps::expect_request(), steps::send(answer(200, "x"))})});
    asio::io_context io;
    auto const engine = engine_for(io, http::engine_options{});
    http::address_policy policy = loopback();
    CHECK(support::run(io, engine->send(get(server.base_url() + "/"), policy)).error() == errc::policy);
    policy.allow_plain_http = true;
    CHECK(support::run(io, engine->send(get(server.base_url() + "/"), policy))->body == "x");
    CHECK(support::run(io, engine->send(get(server.base_url() + "/"), policy))->stats.reused_connection);
}
