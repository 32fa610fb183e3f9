#pragma once

#include <magic_hour/error.hpp>

#include <string>
#include <utility>

namespace magic_hour::http::detail
{

/// An error of one stage of an exchange, with the system's reason when there is one.
[[nodiscard]] inline error
make_failure(errc code, phase where, std::string message, boost::system::error_code system = {})
{
    error_info info;
    info.code = code;
    info.phase = where;
    info.message = std::move(message);
    if (system)
        info.message += ": " + system.message();
    info.system = system;
    return error{std::move(info)};
}

} // namespace magic_hour::http::detail
