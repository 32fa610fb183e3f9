#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cli
{

/// Help for the whole program, for a resource or for one command, made from the declarations. Throws
/// `failure` (usage) for words that choose nothing.
[[nodiscard]] std::string help_for(std::vector<std::string> const& words);

/// A completion script for "bash" or "zsh". Throws `failure` (usage) for another shell.
[[nodiscard]] std::string completion_for(std::string_view shell);

} // namespace cli
