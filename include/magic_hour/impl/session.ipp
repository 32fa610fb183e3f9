#pragma once

#include <magic_hour/session.hpp>

namespace magic_hour
{

MAGIC_HOUR_DECL session::session(asio::any_io_executor executor, client_options options)
    : core_(std::make_shared<detail::core>(std::move(executor), std::move(options)))
{
}

} // namespace magic_hour
