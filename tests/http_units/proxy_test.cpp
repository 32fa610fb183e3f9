#include <magic_hour/http/proxy.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace http = magic_hour::http;
using magic_hour::errc;

namespace
{
http::proxy_endpoint endpoint(std::string url)
{
    http::proxy_options options;
    options.url = std::move(url);
    return http::proxy_for(options, "api.magichour.ai").value().value();
}

bool is_direct(std::vector<std::string> no_proxy, std::string_view host)
{
    http::proxy_options options;
    options.url = "http://proxy:3128";
    options.no_proxy = std::move(no_proxy);
    return !http::proxy_for(options, host).value();
}

/// Sets variables for one test and puts them back.
class environment
{
public:
    void set(char const* name, char const* value)
    {
        char const* old = std::getenv(name);
        saved_.push_back({name, old ? std::optional<std::string>{old} : std::nullopt});
        if (value)
            setenv(name, value, 1);
        else
            unsetenv(name);
    }
    environment() = default;
    environment(environment const&) = delete;
    environment& operator=(environment const&) = delete;
    ~environment()
    {
        for (auto it = saved_.rbegin(); it != saved_.rend(); ++it)
            if (it->value)
                setenv(it->name, it->value->c_str(), 1);
            else
                unsetenv(it->name);
    }

private:
    struct variable
    {
        char const* name;
        std::optional<std::string> value;
    };
    std::vector<variable> saved_{};
};
} // namespace

TEST_CASE("without a proxy every host is reached directly")
{
    CHECK_FALSE(http::proxy_for({}, "h").value());
}

TEST_CASE("a proxy URL gives host, port and credentials")
{
    CHECK(endpoint("http://proxy.example:3128").host == "proxy.example");
    CHECK(endpoint("http://proxy.example:3128/").port == 3128);
    CHECK(endpoint("HTTP://proxy.example").port == 80);
    CHECK(endpoint("proxy.example:8080").port == 8080);
    CHECK(endpoint("http://[::1]:8080").host == "::1");
    CHECK(endpoint("http://proxy").authorization.empty());
    CHECK(
        endpoint("http://Aladdin:open%20sesame@proxy").authorization == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    CHECK(endpoint("http://u:p%40s%3As@proxy").authorization == "Basic dTpwQHM6cw==");
    CHECK(endpoint("http://u:p@ss@proxy").authorization == "Basic dTpwQHNz");
    CHECK(endpoint("http://user@proxy").authorization == "Basic dXNlcjo=");
    CHECK(endpoint("http://u:a:b@proxy").authorization == "Basic dTphOmI=");
    CHECK(endpoint("user:p@proxy:1").host == "proxy");
}

TEST_CASE("a proxy URL that cannot be used is refused without showing it, even for hosts that need none")
{
    for (char const* url :
         {"https://proxy", "socks5://proxy", "http://", "http://:80", "http://proxy:0", "http://proxy:99999",
          "http://u:secret@", "http://u:secret%zz@proxy", "http://u:secret%4@proxy",
          "http://u%3Ax:secret@proxy", "http://pro xy", "http://u:secret@proxy\r\nX: 1"})
    {
        CAPTURE(url);
        http::proxy_options options;
        options.url = url;
        options.no_proxy = {"*"};
        auto const found = http::proxy_for(options, "h");
        REQUIRE(!found);
        CHECK(found.error().code() == errc::invalid_argument);
        CHECK(std::string{found.error().what()}.find("secret") == std::string::npos);
    }
}

TEST_CASE("hosts are excepted by name, suffix, address or all at once")
{
    CHECK(is_direct({"*"}, "h"));
    CHECK(is_direct({"example.com"}, "example.com"));
    CHECK(is_direct({"example.com"}, "a.b.example.com"));
    CHECK(is_direct({".example.com"}, "a.example.com"));
    CHECK(is_direct({".example.com"}, "example.com"));
    CHECK(is_direct({"*.example.com"}, "a.example.com"));
    CHECK(is_direct({"EXAMPLE.com"}, "Example.COM"));
    CHECK(is_direct({"example.com:8443"}, "example.com"));
    CHECK(is_direct({"x", " example.com "}, "example.com"));
    CHECK(is_direct({"127.0.0.1"}, "127.0.0.1"));
    CHECK(is_direct({"127.0.0.1:80"}, "127.0.0.1"));
    CHECK(is_direct({"[::1]"}, "::1"));
    CHECK(is_direct({"[::1]:80"}, "::1"));
    CHECK(is_direct({"0:0:0:0:0:0:0:1"}, "::1"));
    CHECK_FALSE(is_direct({}, "h"));
    CHECK_FALSE(is_direct({""}, "h"));
    CHECK_FALSE(is_direct({"."}, "h"));
    CHECK_FALSE(is_direct({"[", ":", "[]"}, "h"));
    CHECK_FALSE(is_direct({"example.com"}, "notexample.com"));
    CHECK_FALSE(is_direct({"example.com"}, "example.com.evil"));
    CHECK_FALSE(is_direct({"example.com"}, "com"));
    CHECK_FALSE(is_direct({"0.0.1"}, "127.0.0.1"));
}

TEST_CASE("T12: the environment is read only when asked")
{
    environment vars;
    for (char const* name : {"HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"})
        vars.set(name, nullptr);
    CHECK(http::proxy_from_environment().url.empty());
    vars.set("https_proxy", "http://low:1");
    vars.set("no_proxy", "a, .b ,,c");
    auto const low = http::proxy_from_environment();
    CHECK(low.url == "http://low:1");
    CHECK(low.no_proxy == std::vector<std::string>{"a", ".b", "c"});
    vars.set("HTTPS_PROXY", "http://up:1");
    vars.set("NO_PROXY", "");
    CHECK(http::proxy_from_environment().url == "http://up:1");
    CHECK(http::proxy_from_environment().no_proxy.size() == 3);
    CHECK_FALSE(http::proxy_for({}, "h").value());
}
