#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/webhook/secret.hpp>

#include <openssl/crypto.h>

#include <cstdlib>

namespace magic_hour::webhook
{

namespace detail
{

/// The only way to a secret's bytes.
struct secret_access
{
    static std::string_view bytes(secret const& s) noexcept { return *s.text_; }
};

inline std::shared_ptr<std::string const> wiped_after_use(std::string_view text)
{
    auto const wipe = [](std::string* held)
    {
        OPENSSL_cleanse(held->data(), held->size());
        delete held;
    };
    return {new std::string{text}, wipe};
}

MAGIC_HOUR_DECL void check_secret(std::string_view text)
{
    if (text.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos)
        throw error{errc::invalid_argument, "the webhook secret is empty"};
    if (text.back() == '\n' || text.back() == '\r')
        throw error{
            errc::invalid_argument,
            "the webhook secret ends with a line break; remove it when reading the secret from a file"};
}

} // namespace detail

MAGIC_HOUR_DECL secret::secret(std::string_view text)
{
    detail::check_secret(text);
    text_ = detail::wiped_after_use(text);
}

MAGIC_HOUR_DECL secret secret_from_environment()
{
    char const* const text = std::getenv("MAGIC_HOUR_WEBHOOK_SECRET");
    if (text == nullptr)
        throw error{errc::invalid_argument, "the environment variable MAGIC_HOUR_WEBHOOK_SECRET is not set"};
    return secret{text};
}

} // namespace magic_hour::webhook
