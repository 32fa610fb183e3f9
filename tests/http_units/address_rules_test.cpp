#include <magic_hour/http/detail/address_rules.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace asio = boost::asio;
namespace http = magic_hour::http;
using http::detail::check_address;
using http::detail::check_url;
using magic_hour::errc;

namespace
{
bool allowed(std::string const& address, http::address_policy const& policy = {})
{
    auto const refusal = check_address(asio::ip::make_address(address), policy);
    if (refusal)
        CHECK(refusal->code() == errc::policy);
    return !refusal;
}

bool url_allowed(std::string const& text, http::address_policy const& policy = {})
{
    auto const refusal = check_url(http::parse_url(text).value(), policy);
    if (refusal)
        CHECK(refusal->code() == errc::policy);
    return !refusal;
}
} // namespace

TEST_CASE("D4: addresses of this machine need allow_loopback")
{
    for (char const* a :
         {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
          "2002:7f00:1::", "::ffff:0:127.0.0.1"})
    {
        CAPTURE(a);
        CHECK_FALSE(allowed(a));
        CHECK_FALSE(allowed(a, {.allow_private_addresses = true}));
        CHECK(allowed(a, {.allow_loopback = true}));
    }
}

TEST_CASE("D4: private, shared, link-local and metadata addresses need allow_private_addresses")
{
    for (char const* a : {"10.0.0.1",        "10.255.255.255",
                          "100.64.0.1",      "100.127.255.255",
                          "169.254.169.254", "169.254.0.1",
                          "172.16.0.1",      "172.31.255.255",
                          "192.0.0.192",     "192.168.1.1",
                          "198.18.0.1",      "240.0.0.1",
                          "100.100.100.200", "168.63.129.16",
                          "fc00::1",         "fd00:ec2::254",
                          "fdff::1",         "fe80::1",
                          "febf::1",         "fec0::1",
                          "::ffff:10.0.0.1", "::ffff:169.254.169.254",
                          "::10.0.0.1",      "64:ff9b::a9fe:a9fe",
                          "64:ff9b:1::1",    "2002:a00:1::1",
                          "2001::1"})
    {
        CAPTURE(a);
        CHECK_FALSE(allowed(a));
        CHECK_FALSE(allowed(a, {.allow_loopback = true}));
        CHECK(allowed(a, {.allow_private_addresses = true}));
    }
}

TEST_CASE("D4: what is no address of a server is never connected to")
{
    http::address_policy const everything{
        .allow_plain_http = true, .allow_loopback = true, .allow_private_addresses = true};
    for (char const* a :
         {"0.0.0.0", "0.1.2.3", "224.0.0.1", "239.255.255.255", "255.255.255.255", "::", "ff02::1",
          "::ffff:0.0.0.0", "64:ff9b::e000:1"})
    {
        CAPTURE(a);
        CHECK_FALSE(allowed(a, everything));
    }
}

TEST_CASE("public addresses are open")
{
    for (char const* a :
         {"1.1.1.1",        "8.8.8.8",         "9.255.255.255",   "11.0.0.0",        "100.63.255.255",
          "100.128.0.0",    "126.255.255.255", "128.0.0.0",       "169.253.255.255", "169.255.0.0",
          "172.15.255.255", "172.32.0.0",      "192.167.255.255", "192.169.0.0",     "198.17.0.1",
          "198.20.0.1",     "223.255.255.255", "2606:4700::1111", "::ffff:1.1.1.1",  "64:ff9b::808:808"})
    {
        CAPTURE(a);
        CHECK(allowed(a));
    }
}

TEST_CASE("plain http is for this machine, and only when it is allowed")
{
    http::address_policy const test{.allow_plain_http = true, .allow_loopback = true};
    CHECK_FALSE(url_allowed("http://api.magichour.ai/"));
    CHECK_FALSE(url_allowed("http://api.magichour.ai/", test));
    CHECK_FALSE(url_allowed("http://10.0.0.1/", {true, true, true}));
    CHECK_FALSE(url_allowed("http://127.0.0.1/", {.allow_loopback = true}));
    CHECK_FALSE(url_allowed("http://127.0.0.1/", {.allow_plain_http = true}));
    for (char const* u :
         {"http://127.0.0.1:8080/", "http://localhost:1/", "http://[::1]/", "https://localhost/"})
        CHECK_MESSAGE(url_allowed(u, test), u);
}

TEST_CASE("https URLs are refused by their host when it needs no resolver")
{
    CHECK(url_allowed("https://api.magichour.ai/"));
    CHECK(url_allowed("https://8.8.8.8/"));
    for (char const* u :
         {"https://localhost/", "https://x.localhost/", "https://127.0.0.1/", "https://10.1.2.3/",
          "https://169.254.169.254/latest", "https://[::1]/", "https://[::ffff:7f00:1]/", "https://0.0.0.0/",
          "https://[fd00::1]/"})
        CHECK_MESSAGE(!url_allowed(u), u);
}

TEST_CASE("plain http does not follow a loopback name to another machine")
{
    http::address_policy const all{true, true, true};
    auto const u = http::parse_url("http://x.localhost/").value();
    CHECK(check_address(u, asio::ip::make_address("10.0.0.1"), all));
    CHECK(check_address(u, asio::ip::make_address("1.1.1.1"), all));
    CHECK(!check_address(u, asio::ip::make_address("127.0.0.1"), all));
    CHECK(!check_address(http::parse_url("https://h/").value(), asio::ip::make_address("10.0.0.1"), all));
}

TEST_CASE("IP literals are told from names")
{
    using http::detail::ip_literal;
    CHECK(ip_literal("127.0.0.1"));
    CHECK(ip_literal("::1"));
    CHECK_FALSE(ip_literal("localhost"));
    CHECK_FALSE(ip_literal("1.2.3"));
    CHECK_FALSE(ip_literal(""));
}
