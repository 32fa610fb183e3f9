#pragma once

#include <magic_hour/detail/config.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace magic_hour::webhook
{

namespace detail
{
struct secret_access;
} // namespace detail

/// The key that a webhook's deliveries are signed with, used byte for byte: a "whsec_" prefix is part of it.
///
/// It cannot be printed or read back, and its memory is wiped when the last copy goes. Copies are cheap.
class secret
{
public:
    /// Throws `error` (invalid_argument) for a text that is empty or blank, and for one that ends with a line
    /// break, which is what reading a file leaves behind.
    MAGIC_HOUR_DECL explicit secret(std::string_view text);

    /// A moved-from secret would be an empty key: moving copies.
    secret(secret const&) = default;
    secret& operator=(secret const&) = default;

    template <class Stream>
    friend Stream& operator<<(Stream&, secret const&) = delete;

private:
    friend struct detail::secret_access;
    std::shared_ptr<std::string const> text_;
};

/// The secret in the environment variable MAGIC_HOUR_WEBHOOK_SECRET. Throws `error` (invalid_argument) when
/// it is not set, or holds what `secret` refuses.
[[nodiscard]] MAGIC_HOUR_DECL secret secret_from_environment();

} // namespace magic_hour::webhook

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/webhook/impl/secret.ipp>
#endif
