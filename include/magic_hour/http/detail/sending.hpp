#pragma once

#include <magic_hour/http/detail/engine_core.hpp>
#include <magic_hour/http/exchange.hpp>

#include <memory>

namespace magic_hour::http::detail
{

/// See `engine::send`.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<result<response>>
send_request(std::shared_ptr<engine_core> core, std::shared_ptr<request const> what, address_policy policy);

/// See `engine::open`.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<result<exchange>>
open_once(std::shared_ptr<engine_core> core, std::shared_ptr<request const> what, address_policy policy);

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/sending.ipp>
#endif
