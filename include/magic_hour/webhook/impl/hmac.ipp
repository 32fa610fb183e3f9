#pragma once

#include <magic_hour/detail/config.hpp>

#include <openssl/evp.h>

#include <array>
#include <memory>
#include <optional>
#include <string_view>

namespace magic_hour::webhook::detail
{

using digest = std::array<unsigned char, 32>;

struct free_openssl
{
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

inline bool update(EVP_MD_CTX* context, std::string_view text) noexcept
{
    return EVP_DigestSignUpdate(context, text.data(), text.size()) == 1;
}

/// HMAC-SHA256 of "<timestamp>.<body>" without putting the two together; nothing when OpenSSL fails.
inline std::optional<digest>
hmac_sha256(std::string_view key, std::string_view timestamp, std::string_view body) noexcept
{
    auto const* const bytes = reinterpret_cast<unsigned char const*>(key.data());
    std::unique_ptr<EVP_PKEY, free_openssl> const signer{
        EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, nullptr, bytes, key.size())};
    std::unique_ptr<EVP_MD_CTX, free_openssl> const context{EVP_MD_CTX_new()};
    digest out{};
    std::size_t size = out.size();
    bool const done = signer && context &&
                      EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, signer.get()) == 1 &&
                      update(context.get(), timestamp) && update(context.get(), ".") &&
                      update(context.get(), body) &&
                      EVP_DigestSignFinal(context.get(), out.data(), &size) == 1 && size == out.size();
    if (!done)
        return std::nullopt;
    return out;
}

} // namespace magic_hour::webhook::detail
