#include <magic_hour/http/detail/head_writer.hpp>

#include <doctest/doctest.h>

#include <string>

namespace http = magic_hour::http;
using http::detail::write_connect_head;
using http::detail::write_request_head;

namespace
{
http::request to(std::string_view text, http::method method = http::method::get)
{
    http::request r;
    r.method = method;
    r.target = http::parse_url(text).value();
    return r;
}
} // namespace

TEST_CASE("a GET has a Host, no body and no length")
{
    CHECK(
        write_request_head(to("https://h:8443/v1/x?y=1"), std::nullopt, "magic_hour/1") ==
        "GET /v1/x?y=1 HTTP/1.1\r\nHost: h:8443\r\nUser-Agent: magic_hour/1\r\nAccept-Encoding: "
        "identity\r\n\r\n");
    CHECK(
        write_request_head(to("https://[::1]/", http::method::delete_), 0, "") ==
        "DELETE / HTTP/1.1\r\nHost: [::1]\r\nAccept-Encoding: identity\r\n\r\n");
}

TEST_CASE("U7: POST and PUT always carry an exact length and are never chunked")
{
    CHECK(
        write_request_head(to("https://h/p", http::method::post), 12, "ua") ==
        "POST /p HTTP/1.1\r\nHost: h\r\nUser-Agent: ua\r\nAccept-Encoding: identity\r\nContent-Length: "
        "12\r\n\r\n");
    for (auto method : {http::method::post, http::method::put})
        for (auto length : {std::optional<std::uint64_t>{}, std::optional<std::uint64_t>{0}})
            CHECK(
                write_request_head(to("https://h/p", method), length, "").find("\r\nContent-Length: 0\r\n") !=
                std::string::npos);
    CHECK(
        write_request_head(to("https://h/p", http::method::put), 18446744073709551615ULL, "")
            .find("Content-Length: 18446744073709551615\r\n") != std::string::npos);
}

TEST_CASE("U7: the target is byte-identical and the caller's headers follow in order")
{
    http::request r = to("https://h/a%2Fb/../c+d?X-Sig=%2F+&a=1&A=2#f", http::method::put);
    r.headers = {{"Content-Type", "image/png"}, {"User-Agent", "mine"}, {"X-A", "1"}};
    CHECK(
        write_request_head(r, 3, "ua") ==
        "PUT /a%2Fb/../c+d?X-Sig=%2F+&a=1&A=2 HTTP/1.1\r\nHost: h\r\nAccept-Encoding: identity\r\n"
        "Content-Length: 3\r\nContent-Type: image/png\r\nUser-Agent: mine\r\nX-A: 1\r\n\r\n");
}

TEST_CASE("a proxy is asked for host and port, with its own credentials only")
{
    http::proxy_endpoint proxy;
    CHECK(
        write_connect_head(http::parse_url("https://h/secret?q").value(), proxy, "") ==
        "CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n");
    proxy.authorization = "Basic dTpw";
    CHECK(
        write_connect_head(http::parse_url("https://[::1]:8/").value(), proxy, "ua") ==
        "CONNECT [::1]:8 HTTP/1.1\r\nHost: [::1]:8\r\nUser-Agent: ua\r\nProxy-Authorization: Basic "
        "dTpw\r\n\r\n");
}

TEST_CASE("headers are found whatever their case")
{
    std::vector<http::header> const headers{{"Retry-After", "1"}, {"retry-after", "2"}};
    CHECK(http::find(headers, "RETRY-AFTER") == "1");
    CHECK_FALSE(http::find(headers, "Retry"));
    CHECK(http::to_string(http::method::delete_) == "DELETE");
}
