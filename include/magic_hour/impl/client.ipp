#pragma once

#include <magic_hour/client.hpp>

namespace magic_hour
{

MAGIC_HOUR_DECL client::client(session in)
    : session(std::move(in)), resources_(std::make_shared<v1_resources const>(*share())), v1(*resources_)
{
}

} // namespace magic_hour
