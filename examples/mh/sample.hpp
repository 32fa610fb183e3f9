#pragma once

#include <string>
#include <utility>
#include <vector>

namespace cli
{

struct command;

/// A request that a command accepts, as short as possible: paths of fields and their values. Files are named,
/// but need not exist.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> sample_request(command const& of);

} // namespace cli
