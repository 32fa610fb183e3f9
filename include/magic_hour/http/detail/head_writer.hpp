#pragma once

#include <magic_hour/http/message.hpp>
#include <magic_hour/http/proxy.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace magic_hour::http::detail
{

/// The head of `what` as one string, with the empty line. The target is written byte for byte. Host,
/// User-Agent (unless `what` brings its own), Accept-Encoding and Content-Length are ours.
/// `content_length`: the body's size; POST and PUT always carry one (0 without a body), GET and DELETE only
/// when there is a body. Never chunked, never Expect.
/// Precondition: `check_request(what)` found nothing.
[[nodiscard]] MAGIC_HOUR_DECL std::string write_request_head(
    request const& what, std::optional<std::uint64_t> content_length, std::string_view user_agent);

/// The head that asks `proxy` for a tunnel to `target`'s host and port.
[[nodiscard]] MAGIC_HOUR_DECL std::string
write_connect_head(url const& target, proxy_endpoint const& proxy, std::string_view user_agent);

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/head_writer.ipp>
#endif
