#include "sample.hpp"

#include <magic_hour/error.hpp>
#include <magic_hour/webhook/sign.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <ostream>
#include <string>
#include <utility>

using magic_hour::errc;
using magic_hour::error;
namespace webhook = magic_hour::webhook;

namespace
{

std::string refusal(std::string_view text)
{
    try
    {
        webhook::secret const made{text};
        return {};
    }
    catch (error const& e)
    {
        CHECK(e == errc::invalid_argument);
        return e.what();
    }
}

template <class T>
concept printable = requires(std::ostream& out, T const& value) { out << value; };

} // namespace

TEST_CASE("W7: an empty or blank secret is refused")
{
    for (std::string_view const text : {"", " ", "\t \t", "\n", "\r\n", "   \n"})
    {
        CAPTURE(text);
        CHECK(refusal(text).find("secret is empty") != std::string::npos);
    }
}

TEST_CASE("W7: a secret that ends with a line break is refused with a hint")
{
    for (std::string_view const text : {"whsec_abc\n", "whsec_abc\r\n", "whsec_abc\r"})
    {
        std::string const said = refusal(text);
        CAPTURE(said);
        CHECK(said.find("line break") != std::string::npos);
        CHECK(said.find("whsec_abc") == std::string::npos);
    }
}

TEST_CASE("W7: a secret is used byte for byte")
{
    auto const sign = [](std::string_view key) { return webhook::sign("body", "1", webhook::secret{key}); };
    CHECK(sign("whsec_dGVzdA==") != sign("dGVzdA=="));
    CHECK(sign("whsec_dGVzdA==") != sign("test"));
    CHECK(sign(" key") != sign("key"));
    CHECK(sign("key ") != sign("key"));
    CHECK(sign(std::string_view{"a\0b", 3}) != sign("a"));
}

TEST_CASE("W7: a moved-from secret stays the secret and not an empty key")
{
    webhook::secret from = sample::secret();
    webhook::secret const to = std::move(from);
    CHECK(webhook::sign(sample::body, sample::timestamp, from) == sample::signature);
    CHECK(webhook::sign(sample::body, sample::timestamp, to) == sample::signature);
}

TEST_CASE("W7: a secret cannot be printed")
{
    static_assert(!printable<webhook::secret>);
    static_assert(printable<std::string>);
}

TEST_CASE("W7: the environment holds the secret")
{
    ::unsetenv("MAGIC_HOUR_WEBHOOK_SECRET");
    CHECK_THROWS_AS(static_cast<void>(webhook::secret_from_environment()), error);
    ::setenv("MAGIC_HOUR_WEBHOOK_SECRET", "", 1);
    CHECK_THROWS_AS(static_cast<void>(webhook::secret_from_environment()), error);
    ::setenv("MAGIC_HOUR_WEBHOOK_SECRET", std::string{sample::key}.c_str(), 1);
    CHECK(
        webhook::sign(sample::body, sample::timestamp, webhook::secret_from_environment()) ==
        sample::signature);
    ::unsetenv("MAGIC_HOUR_WEBHOOK_SECRET");
}
