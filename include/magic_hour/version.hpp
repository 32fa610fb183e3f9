#pragma once

#include <string_view>

namespace magic_hour
{

inline constexpr std::string_view version = "0.1.0";

} // namespace magic_hour
