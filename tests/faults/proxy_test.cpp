#include "bench.hpp"

#include <atomic>

using namespace faults;

namespace
{

std::string const proxy_user = "render-farm-17";
std::string const proxy_password = "p%40ss-Zr83hQ2m";
std::string const proxy_basic = "cmVuZGVyLWZhcm0tMTc6cEBzcy1acjgzaFEybQ=="; // of both, decoded

/// What a proxy was asked, and a tunnel that it leads into: the server itself speaks TLS in it.
struct tunnel
{
    std::shared_ptr<std::string> asked = std::make_shared<std::string>();

    [[nodiscard]] support::step
    accept(std::string reply = "HTTP/1.1 200 Connection established\r\n\r\n") const
    {
        return [asked = asked, reply = std::move(reply)](support::link& l)
        {
            while (asked->find("\r\n\r\n") == std::string::npos)
                *asked += l.read_raw();
            l.send_raw(reply);
        };
    }
};

struct proxy_bench : bench
{
    proxy_bench()
    {
        secrets.plant(proxy_password);
        secrets.plant("p@ss-Zr83hQ2m");
        secrets.plant(proxy_basic);
        options.proxy.url =
            "http://" + proxy_user + ':' + proxy_password + "@127.0.0.1:" + std::to_string(server.port());
        // Only the proxy can know where this leads.
        options.base_url = "https://localhost:9";
    }
    tunnel through{};
};

} // namespace

TEST_CASE("proxy: a create goes through CONNECT with Basic credentials, which the server never sees")
{
    proxy_bench f;
    f.server.otherwise(
        {f.through.accept(), steps::expect_request(), steps::send(json_answer(200, created)),
         steps::drain()});
    auto const outcome = f.create();
    REQUIRE(ok(outcome));
    CHECK(outcome->id == "job-1");
    CHECK(f.through.asked->starts_with("CONNECT localhost:9 HTTP/1.1\r\nHost: localhost:9\r\n"));
    CHECK(f.through.asked->find("Proxy-Authorization: Basic " + proxy_basic + "\r\n") != std::string::npos);
    CHECK_FALSE(support::secrets_guard{key}.leaked_into(*f.through.asked));
    REQUIRE(f.server.request_count() == 1);
    auto const request = f.server.requests().at(0);
    CHECK(request.head.header("Host") == "localhost:9");
    CHECK(request.head.header("Authorization") == "Bearer " + key);
    CHECK(request.head.count("Proxy-Authorization") == 0);
    CHECK(f.server.connections().at(0).server_name == "localhost");
}

TEST_CASE("proxy: a refusal to open the tunnel leaves the create unsent and says nothing of credentials")
{
    struct refusal
    {
        char const* what;
        std::string reply;
        char const* says;
    };
    refusal const all[] = {
        {"407",
         "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
         "Content-Length: 0\r\n\r\n",
         "407"},
        {"403", "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", "403"},
        {"a redirect", "HTTP/1.1 302 Found\r\nLocation: http://elsewhere.test/\r\n\r\n", "302"},
        {"no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP"},
        {"bytes behind the head", "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "more"}};
    for (refusal const& each : all)
    {
        CAPTURE(each.what);
        proxy_bench f;
        f.server.otherwise({f.through.accept(each.reply), steps::hold()});
        auto const outcome = f.create();
        f.must_be_unsent(outcome, mh::errc::connect);
        CHECK(std::string_view{outcome.error().what()}.find(each.says) != std::string_view::npos);
        CHECK(outcome.error()->host == "localhost");
        CHECK_FALSE(support::secrets_guard{key}.leaked_into(*f.through.asked));
    }
}

TEST_CASE("proxy: one that hangs up, or never answers, leaves the create unsent within the connect limit")
{
    for (bool const silent : {false, true})
    {
        CAPTURE(silent);
        proxy_bench f;
        f.options.retry.max_attempts = 1;
        f.server.otherwise(
            {[asked = f.through.asked](support::link& l) { *asked = l.read_raw(); },
             silent ? steps::hold() : steps::fin()});
        auto const begin = f.clock->now();
        mh::ai_image_generator::request const request = fixture::picture();
        auto const outcome = f.run(
            mh::resource<mh::ai_image_generator>{f.session()}.create(request, mh::as_result), through_limits);
        f.must_be_unsent(outcome, silent ? mh::errc::timeout : mh::errc::connect);
        CHECK(f.clock->now() - begin <= std::chrono::seconds{10});
    }
}

TEST_CASE("proxy: the tunnel's far end must prove who it is")
{
    proxy_bench f;
    f.options.base_url = "https://api.magichour.test";
    f.server.otherwise({f.through.accept(), steps::expect_request(), steps::send(json_answer(200, created))});
    auto const outcome = f.create();
    f.must_be_unsent(outcome, mh::errc::tls);
    CHECK(std::string_view{outcome.error().what()}.find("host_mismatch") != std::string_view::npos);
    CHECK(f.through.asked->starts_with("CONNECT api.magichour.test:443 HTTP/1.1\r\n"));
}

TEST_CASE("proxy: hosts in no_proxy are reached directly")
{
    for (std::string const entry : {"localhost", "*"})
    {
        CAPTURE(entry);
        bench f;
        f.options.proxy.url = "http://127.0.0.1:1";
        f.options.proxy.no_proxy = {"example.test", entry};
        f.server.otherwise(always(json_answer(200, created)));
        CHECK(ok(f.create()));
        CHECK(f.server.request_count() == 1);
    }
    bench f;
    f.options.proxy.url = "http://127.0.0.1:1";
    f.options.proxy.no_proxy = {"example.test"};
    f.must_be_unsent(f.create(), mh::errc::connect);
    CHECK(f.server.connection_count() == 0);
}

TEST_CASE("T12: proxy variables do nothing until the user asks for them")
{
    variable const https{"HTTPS_PROXY", "http://127.0.0.1:1"};
    variable const lower{"https_proxy", "http://127.0.0.1:1"};
    variable const all{"ALL_PROXY", "http://127.0.0.1:1"};
    variable const no_exceptions{"NO_PROXY", std::nullopt};
    variable const none_in_lower_case{"no_proxy", std::nullopt};
    bench f;
    f.server.otherwise(always(json_answer(200, created)));
    CHECK(ok(f.create()));
    CHECK(f.server.request_count() == 1);

    f.options.proxy = mh::http::proxy_from_environment();
    CHECK(f.code_of(f.create()) == mh::errc::connect);
    variable const exceptions{"NO_PROXY", "example.test, localhost"};
    f.options.proxy = mh::http::proxy_from_environment();
    CHECK(ok(f.create()));
    CHECK(f.server.request_count() == 2);
}

TEST_CASE("proxy: a pooled tunnel is used again, and never for a create")
{
    proxy_bench f;
    auto const asked = std::make_shared<std::atomic<int>>(0);
    f.server.otherwise(
        {[asked](support::link& l)
         {
             (void)l.read_raw();
             ++*asked;
             l.send_raw("HTTP/1.1 200 OK\r\n\r\n");
         },
         steps::forever({[](support::link& l)
                         {
                             auto const request = l.expect_request();
                             l.send(json_answer(200, request.head.method == "POST" ? created : project));
                         }})});
    mh::session const shared = f.session();
    mh::ai_image_generator::request const request = fixture::picture();
    for (int i = 0; i < 3; ++i)
        CHECK(ok(f.run(mh::resource<mh::image_projects>{shared}.get("job-1", mh::as_result))));
    CHECK(*asked == 1);
    CHECK(ok(f.run(mh::resource<mh::ai_image_generator>{shared}.create(request, mh::as_result))));
    CHECK(*asked == 2);
}
