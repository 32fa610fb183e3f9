#pragma once

#include "arguments.hpp"
#include "declared.hpp"
#include "output.hpp"

#include <magic_hour/webhook/secret.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cli
{

struct command;

/// A command with what was given to it.
struct invocation
{
    cli::command const& command;
    arguments const& args;
    std::vector<std::string> operands{};
};

/// One thing that the program can do.
struct command
{
    std::string path{};     ///< what chooses it: "ai-image-editor generate"
    std::string operands{}; ///< for usage: "ID", "FILE...", "[QUERY]"; empty: takes none
    std::string about{};
    std::string groups{}; ///< of options that it takes
    declared const* of = nullptr;
    std::string_view verb{}; ///< the operation whose declaration says its fields
    std::string_view part{}; ///< "request" or "query"; empty: no fields
    command_result (*run)(invocation const&) = nullptr;

    [[nodiscard]] bool needs_operand() const { return !operands.empty() && !operands.starts_with('['); }
    [[nodiscard]] bool takes_option(option const& o) const;
    /// The fields that `--set` knows; null when there are none.
    [[nodiscard]] boost::json::object const* fields() const;
};

/// Every command: those of the declarations, and those of the program.
[[nodiscard]] std::vector<command> const& all_commands();

/// The distinct first words of commands, or the next words after `words`.
[[nodiscard]] std::vector<std::string> next_words(std::vector<std::string> const& words);

/// The command that `words` begin with; null when there is none. `used` says how many words chose it.
[[nodiscard]] command const* find_command(std::vector<std::string> const& words, std::size_t& used);

/// Why `words` choose no command, with what is near.
[[nodiscard]] failure unknown_command(std::vector<std::string> const& words);

/// Runs what the command line says. Throws `failure`, or the library's `error`.
[[nodiscard]] command_result run_command(arguments const& args);

/// The fields that the command which `words` begin with takes as options: a query's.
[[nodiscard]] std::vector<std::string> query_fields(std::vector<std::string> const& words);

// What commands do; each works for every declaration.
[[nodiscard]] command_result run_create(invocation const& call);
[[nodiscard]] command_result run_generate(invocation const& call);
[[nodiscard]] command_result run_get(invocation const& call);
[[nodiscard]] command_result run_wait(invocation const& call);
[[nodiscard]] command_result run_download(invocation const& call);
[[nodiscard]] command_result run_delete(invocation const& call);
[[nodiscard]] command_result run_list(invocation const& call);
[[nodiscard]] command_result run_upload(invocation const& call);

/// The secret of the webhook commands. Throws `failure` (usage) that names the variable it comes from.
[[nodiscard]] magic_hour::webhook::secret webhook_secret();

[[nodiscard]] command_result run_schema(invocation const& call);
[[nodiscard]] command_result run_models(invocation const& call);
[[nodiscard]] command_result run_voices(invocation const& call);
[[nodiscard]] command_result run_webhook_verify(invocation const& call);
[[nodiscard]] command_result run_webhook_listen(invocation const& call);
[[nodiscard]] command_result run_fake_server(invocation const& call);
[[nodiscard]] command_result run_completion(invocation const& call);

} // namespace cli
