#include <magic_hour/http/url.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace http = magic_hour::http;
using magic_hour::errc;

TEST_CASE("a URL is taken apart and its target is not touched")
{
    struct row
    {
        std::string text, scheme, host;
        int port;
        std::string target, authority;
    };
    std::vector<row> const rows{
        {"https://api.magichour.ai", "https", "api.magichour.ai", 443, "/", "api.magichour.ai"},
        {"https://api.magichour.ai/", "https", "api.magichour.ai", 443, "/", "api.magichour.ai"},
        {"HTTPS://API.MagicHour.ai:443/v1", "https", "api.magichour.ai", 443, "/v1", "api.magichour.ai"},
        {"https://h:8443/a%2Fb/../c?x=1+2&y=%20#frag", "https", "h", 8443, "/a%2Fb/../c?x=1+2&y=%20",
         "h:8443"},
        {"http://localhost:80", "http", "localhost", 80, "/", "localhost"},
        {"http://localhost:443", "http", "localhost", 443, "/", "localhost:443"},
        {"https://h?sig=a/b@c:d", "https", "h", 443, "/?sig=a/b@c:d", "h"},
        {"https://h#x@evil", "https", "h", 443, "/", "h"},
        {"https://h/@user", "https", "h", 443, "/@user", "h"},
        {"https://[::1]:8443/x", "https", "::1", 8443, "/x", "[::1]:8443"},
        {"https://[2001:DB8:0:0::1]/", "https", "2001:db8::1", 443, "/", "[2001:db8::1]"},
        {"https://127.0.0.1/", "https", "127.0.0.1", 443, "/", "127.0.0.1"},
        {"https://xn--bcher-kva.example/", "https", "xn--bcher-kva.example", 443, "/",
         "xn--bcher-kva.example"},
        {"https://my_bucket.s3.amazonaws.com/k", "https", "my_bucket.s3.amazonaws.com", 443, "/k",
         "my_bucket.s3.amazonaws.com"},
        {"https://h:00080/", "https", "h", 80, "/", "h:80"},
        {"https://h/caf\xC3\xA9", "https", "h", 443, "/caf\xC3\xA9", "h"},
    };
    for (row const& r : rows)
    {
        CAPTURE(r.text);
        auto const u = http::parse_url(r.text);
        REQUIRE(u.has_value());
        CHECK(u->scheme == r.scheme);
        CHECK(u->host == r.host);
        CHECK(u->port == r.port);
        CHECK(u->target == r.target);
        CHECK(u->authority() == r.authority);
    }
}

TEST_CASE(
    "I5: what is not an absolute http(s) URL of one clear host is refused and not repeated in the error")
{
    std::vector<std::string> const bad{
        "",
        "h",
        "//h/",
        "/path",
        "ftp://h/",
        "https:h",
        "https:/h",
        "https://",
        "https:///x",
        "https://:443/",
        "https://user@h/",
        "https://user:secret@h/",
        "https://api.magichour.ai@evil/",
        "https://h:0/",
        "https://h:65536/",
        "https://h:99999999999/",
        "https://h:/",
        "https://h:-1/",
        "https://h:8a/",
        "https://h: 80/",
        "https://h h/",
        "https://h/ x",
        "https://h/\r\nX: 1",
        "https://h/\n",
        "https://h/\t",
        std::string{"https://h/\0x", 12},
        "https://h\\evil/",
        "https://h/a\\b",
        "https://b\xC3\xBC"
        "cher.example/",
        "https://h%2eevil/",
        "https://.h/",
        "https://h./",
        "https://a..b/",
        "https://-h/",
        "https://h-/",
        "https://1.2.3/",
        "https://1.2.3.4.5/",
        "https://256.1.1.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://0x7f000001/",
        "https://0x/",
        "https://a.0/",
        "https://01.2.3.4/",
        "https://[::1",
        "https://[]/",
        "https://[::1]x/",
        "https://[fe80::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://[1.2.3.4]/",
        "https://[::1]:0/",
        "https://::1/",
        "https://[",
        " https://h/",
        "https://h/ ",
        "https://" + std::string(64, 'a') + "/",
        "https://h/" + std::string(40000, 'a'),
        "https://a<b/",
        "https://a,b/",
        "https://a|b/"};
    for (std::string const& text : bad)
    {
        CAPTURE(text);
        auto const u = http::parse_url(text);
        REQUIRE(!u);
        CHECK(u.error().code() == errc::invalid_argument);
        CHECK(std::string{u.error().what()}.find("secret") == std::string::npos);
        CHECK(std::string{u.error().what()}.find("evil") == std::string::npos);
    }
}

TEST_CASE("what is shown of a URL has no query")
{
    auto const u = http::parse_url("https://h:8443/a/b?X-Signature=secret").value();
    CHECK(u.printable() == "https://h:8443/a/b");
    CHECK(u.path() == "/a/b");
    CHECK(http::parse_url("https://[::1]/?q").value().printable() == "https://[::1]/");
}

TEST_CASE("an origin is scheme, host and port together")
{
    auto const same = [](char const* a, char const* b)
    { return http::same_origin(http::parse_url(a).value(), http::parse_url(b).value()); };
    CHECK(same("https://h/a", "https://H:443/b?c"));
    CHECK_FALSE(same("https://h/", "https://h:444/"));
    CHECK_FALSE(same("https://h/", "http://h:443/"));
    CHECK_FALSE(same("https://h/", "https://h.evil/"));
    CHECK_FALSE(same("https://h/", "https://x.h/"));
}

TEST_CASE("a loopback host is known by its name")
{
    for (char const* host : {"localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.255.0.9", "::1"})
        CHECK_MESSAGE(http::is_loopback_host(host), host);
    for (char const* host :
         {"", "localhost.evil.com", ".localhost", "notlocalhost", "127.0.0.1.evil.com", "128.0.0.1",
          "127.evil", "127.", "::2", "1127.0.0.1"})
        CHECK_MESSAGE(!http::is_loopback_host(host), host);
}

TEST_CASE("references are resolved as RFC 3986 5.4 shows")
{
    auto const base = http::parse_url("https://a/b/c/d;p?q").value();
    std::vector<std::pair<std::string, std::string>> const rows{
        {"g", "/b/c/g"},
        {"./g", "/b/c/g"},
        {"g/", "/b/c/g/"},
        {"/g", "/g"},
        {"?y", "/b/c/d;p?y"},
        {"g?y", "/b/c/g?y"},
        {"#s", "/b/c/d;p?q"},
        {"g#s", "/b/c/g"},
        {"g?y#s", "/b/c/g?y"},
        {";x", "/b/c/;x"},
        {"g;x", "/b/c/g;x"},
        {"g;x?y#s", "/b/c/g;x?y"},
        {"", "/b/c/d;p?q"},
        {".", "/b/c/"},
        {"./", "/b/c/"},
        {"..", "/b/"},
        {"../", "/b/"},
        {"../g", "/b/g"},
        {"../..", "/"},
        {"../../", "/"},
        {"../../g", "/g"},
        {"../../../g", "/g"},
        {"../../../../g", "/g"},
        {"/./g", "/g"},
        {"/../g", "/g"},
        {"g.", "/b/c/g."},
        {".g", "/b/c/.g"},
        {"g..", "/b/c/g.."},
        {"..g", "/b/c/..g"},
        {"./../g", "/b/g"},
        {"./g/.", "/b/c/g/"},
        {"g/./h", "/b/c/g/h"},
        {"g/../h", "/b/c/h"},
        {"g;x=1/./y", "/b/c/g;x=1/y"},
        {"g;x=1/../y", "/b/c/y"},
        {"g?y/./x", "/b/c/g?y/./x"},
        {"g?y/../x", "/b/c/g?y/../x"},
        {"g#s/../x", "/b/c/g"},
        {"/x//y/../z", "/x//z"},
        {"?u=http://e/", "/b/c/d;p?u=http://e/"},
    };
    for (auto const& [reference, target] : rows)
    {
        CAPTURE(reference);
        auto const u = http::resolve_reference(base, reference);
        REQUIRE(u.has_value());
        CHECK(u->target == target);
        CHECK(u->host == "a");
        CHECK(u->scheme == "https");
    }
}

TEST_CASE("R1: a reference may lead to another host, port or scheme, and then says so")
{
    auto const base = http::parse_url("https://a:8443/b/c?q").value();
    CHECK(http::resolve_reference(base, "//g/x").value().printable() == "https://g/x");
    CHECK(http::resolve_reference(base, "http://a:8443/x").value().printable() == "http://a:8443/x");
    CHECK(http::resolve_reference(base, "https://g/a/../x?s=a%2Fb").value().target == "/x?s=a%2Fb");
    CHECK(http::resolve_reference(base, "x").value().printable() == "https://a:8443/b/x");
    for (char const* bad :
         {"mailto:x", "g:h", "https:g", "javascript:alert(1)", "//u@evil/", "\\\\evil\\x", "a b",
          "x\r\nSet-Cookie: y", "//", "https://"})
    {
        CAPTURE(bad);
        CHECK(!http::resolve_reference(base, bad));
    }
}

TEST_CASE("I2: any text becomes exactly one path segment")
{
    CHECK(http::encode_segment("abc-DEF_1.~") == "abc-DEF_1.~");
    CHECK(http::encode_segment("a/../b") == "a%2F..%2Fb");
    CHECK(http::encode_segment("a?b#c%2f") == "a%3Fb%23c%252f");
    CHECK(http::encode_segment("\r\n \xC3\xA9") == "%0D%0A%20%C3%A9");
    CHECK(http::encode_segment(std::string_view{"\0", 1}) == "%00");
    CHECK(http::encode_segment("..") == "%2E%2E");
    CHECK(http::encode_segment(".") == "%2E");
    CHECK(http::encode_segment("...") == "...");
    CHECK(http::encode_segment("") == "");
}
