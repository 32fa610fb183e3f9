#include <magic_hour/http/detail/redact.hpp>

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <random>
#include <string>
#include <utility>
#include <vector>

using magic_hour::http::detail::redact;

TEST_CASE("queries, user names and passwords of URLs are left out")
{
    std::vector<std::pair<std::string, std::string>> const rows{
        {"see https://h/p?X-Amz-Signature=abc&x=1 now", "see https://h/p?*** now"},
        {"\"https://h/p?abc\"", "\"https://h/p?***\""},
        {"https://u:pw@h/p", "https://***@h/p"},
        {"https://u@h?q#f", "https://***@h?***"},
        {"<a>https://h/p?a=1&amp;sig=2</a>", "<a>https://h/p?***</a>"},
        {"https://h/p?a=1\\u0026b=2\"", "https://h/p?***\""},
        {"GET /v1/x?token=abc failed", "GET /v1/x?*** failed"},
        {"really? yes", "really? yes"},
        {"is https://h/p ok?", "is https://h/p ok?"},
        {"(https://h/p?a=(1),b;c)", "(https://h/p?***"},
    };
    for (auto const& [text, expected] : rows)
        CHECK(redact(text) == expected);
}

TEST_CASE("credentials are left out wherever they stand")
{
    std::vector<std::pair<std::string, std::string>> const rows{
        {"Authorization: Bearer abc.def-123", "Authorization: Bearer ***"},
        {"bad bearer  QWxhZGRpbjpv", "bad bearer  ***"},
        {"Basic QWxhZGRpbjpvcGVu!", "Basic ***!"},
        {"key mhk_live_abc123 is unknown", "key mhk_*** is unknown"},
        {"xmhk_abc123", "xmhk_***"},
        {"MHK_ABC123", "MHK_***"},
        {"whsec_MfKQ9r8GKYqr", "whsec_***"},
        {"api_key=abc, next", "api_key=***, next"},
        {"\"apiKey\": \"0123456789abcdef\"", "\"apiKey\": \"***\""},
        {"{'token':'0123456789abcdef'}", "{'token':'***'}"},
        {"<Signature>0123456789abcdefg=</Signature>", "<Signature>***</Signature>"},
        {"<AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId>", "<AWSAccessKeyId>***</AWSAccessKeyId>"},
        {"a 0123456789abcdef0123456789abcdef0123456789abcdef z", "a *** z"},
        {"sk-abcdef", "sk-***"},
    };
    for (auto const& [text, expected] : rows)
        CHECK(redact(text) == expected);
}

TEST_CASE("what people need to read stays")
{
    for (char const* text :
         {"", "style.prompt is required", "invalid token: expired", "Basic plan is too small",
          "bearer token missing", "project 5f3c9a7e-1b2d-4c3e-8f9a-0b1c2d3e4f5a not found",
          "clx7u86w5008dlg2ksmz1e5k8 is queued",
          "a very-long-word-without-any-number-but-with-many-hyphens-in-it", "risk-free task-1234",
          "keyboard: broken", "https://docs.magichour.ai/api/errors", "3 > 2 = true"})
        CHECK(redact(text) == text);
}

TEST_CASE("no eight bytes of a known secret survive, whole or in part, in any case")
{
    std::string const secret = "Qz7-Kp2_Lm9.Xy4/Wv6+Tn1=Rb8";
    std::array<std::string_view, 1> const secrets{secret};
    std::mt19937 random{1};
    for (int round = 0; round < 2000; ++round)
    {
        std::string text = "a message ";
        for (int part = 0; part < 3; ++part)
        {
            std::size_t const from = random() % secret.size();
            std::string piece = secret.substr(from, random() % (secret.size() - from) + 1);
            if (random() % 2)
                for (char& c : piece)
                    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
            text += piece;
            text += std::string_view{" ,\"=x"}.substr(random() % 5, 1);
        }
        std::string clean = redact(text, secrets);
        for (char& c : clean)
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        std::string low = secret;
        for (char& c : low)
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        for (std::size_t at = 0; at + 8 <= low.size(); ++at)
            REQUIRE(clean.find(low.substr(at, 8)) == std::string::npos);
        CHECK(clean.starts_with("a message "));
    }
}

TEST_CASE("short secrets go as a whole, empty ones do no harm")
{
    std::array<std::string_view, 2> const secrets{"abc", ""};
    CHECK(redact("xabcx ABC ab", secrets) == "x***x *** ab");
    CHECK(redact("plain", {}) == "plain");
    CHECK(redact("", secrets).empty());
}

TEST_CASE("redacting is linear: a large text of anything takes no time")
{
    for (char const* unit :
         {"?", "=", "+", ".", "a", "a.", "key", "key:", "://", "a://", "Bearer ", "mhk_", "\"", "-1", "1+"})
    {
        std::string text;
        while (text.size() < (1U << 17U))
            text += unit;
        auto const begin = std::chrono::steady_clock::now();
        CHECK(redact(text).size() <= text.size() * 4);
        CHECK_MESSAGE(std::chrono::steady_clock::now() - begin < std::chrono::seconds{3}, unit);
    }
}
