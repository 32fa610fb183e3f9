// webhook::verify against a second implementation of the same rules, written the slow and obvious way.

#include <magic_hour/webhook/event.hpp>
#include <magic_hour/webhook/sign.hpp>
#include <magic_hour/webhook/verify.hpp>

#include <fuzzer/FuzzedDataProvider.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

namespace webhook = magic_hour::webhook;
using webhook::verify_error;

namespace
{

struct delivery
{
    std::string body{};
    std::string signature{};
    std::string timestamp{};
    std::vector<std::string> keys{};
    std::int64_t now = 0;
    std::int64_t tolerance = 0;
};

std::string reference_signature(std::string const& key, std::string const& timestamp, std::string const& body)
{
    std::string const text = timestamp + "." + body;
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned size = 0;
    HMAC(
        EVP_sha256(), key.data(), static_cast<int>(key.size()),
        reinterpret_cast<unsigned char const*>(text.data()), text.size(), mac.data(), &size);
    std::string hex;
    for (unsigned i = 0; i != size; ++i)
    {
        std::array<char, 3> two{};
        std::snprintf(two.data(), two.size(), "%02x", mac[i]);
        hex += two.data();
    }
    return hex;
}

bool is_digit(char c)
{
    return std::string{"0123456789"}.find(c) != std::string::npos;
}

std::string lower(std::string text)
{
    for (char& c : text)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
}

/// 0 when accepted, else the error.
int reference(delivery const& d)
{
    if (d.timestamp.empty() || d.timestamp.size() > 12 || !std::ranges::all_of(d.timestamp, is_digit))
        return static_cast<int>(verify_error::malformed);
    auto const signs = [&](std::string const& key)
    { return lower(d.signature) == reference_signature(key, d.timestamp, d.body); };
    if (!std::ranges::any_of(d.keys, signs))
        return static_cast<int>(verify_error::bad_signature);
    long long const age = d.now - std::strtoll(d.timestamp.c_str(), nullptr, 10);
    return (age < 0 ? -age : age) > d.tolerance ? static_cast<int>(verify_error::stale) : 0;
}

int ours(delivery const& d)
{
    std::vector<webhook::secret> secrets;
    for (std::string const& key : d.keys)
        secrets.emplace_back(key);
    std::chrono::sys_seconds const now{std::chrono::seconds{d.now}};
    auto const got =
        webhook::verify(d.body, d.signature, d.timestamp, secrets, now, std::chrono::seconds{d.tolerance});
    if (got && (got->body() != d.body || std::to_string(got->timestamp().time_since_epoch().count()) !=
                                             std::to_string(std::strtoll(d.timestamp.c_str(), nullptr, 10))))
        std::abort();
    return got ? 0 : static_cast<int>(got.error());
}

std::string make_signature(FuzzedDataProvider& input, delivery const& d)
{
    enum class form
    {
        raw,
        right,
        upper,
        changed,
        cut,
        longer,
        kMaxValue = longer
    };
    std::string right = reference_signature(d.keys.front(), d.timestamp, d.body);
    switch (input.ConsumeEnum<form>())
    {
    case form::raw:
        return input.ConsumeRandomLengthString(200);
    case form::right:
        return right;
    case form::upper:
        for (char& c : right)
            c = input.ConsumeBool() && c >= 'a' ? static_cast<char>(c - 32) : c;
        return right;
    case form::changed:
        right[input.ConsumeIntegralInRange<std::size_t>(0, right.size() - 1)] = input.ConsumeIntegral<char>();
        return right;
    case form::cut:
        return right.substr(input.ConsumeIntegralInRange<std::size_t>(0, right.size()));
    case form::longer:
        return right + input.ConsumeRandomLengthString(70);
    }
    return right;
}

std::string make_key(FuzzedDataProvider& input)
{
    return "k" + input.ConsumeRandomLengthString(80) + "y";
}

delivery make_delivery(FuzzedDataProvider& input)
{
    delivery d;
    d.now = input.ConsumeIntegralInRange<std::int64_t>(-9'000'000'000, 9'000'000'000);
    d.tolerance = input.ConsumeIntegralInRange<std::int64_t>(-10, 100'000);
    d.timestamp = input.ConsumeBool()
                      ? std::to_string(d.now + input.ConsumeIntegralInRange<std::int64_t>(-1000, 1000))
                      : input.ConsumeRandomLengthString(24);
    d.keys.push_back(make_key(input));
    if (input.ConsumeBool())
        d.keys.insert(d.keys.begin() + input.ConsumeBool(), make_key(input));
    d.body = input.ConsumeRandomLengthString(4096);
    d.signature = make_signature(input, d);
    return d;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    FuzzedDataProvider input{data, size};
    delivery const d = make_delivery(input);
    if (ours(d) != reference(d))
        std::abort();
    for (std::string const& key : d.keys)
        if (webhook::sign(d.body, d.timestamp, webhook::secret{key}) !=
            reference_signature(key, d.timestamp, d.body))
            std::abort();
    return 0;
}
