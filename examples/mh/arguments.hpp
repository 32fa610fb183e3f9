#pragma once

#include <magic_hour/jobs/file_names.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cli
{

using seconds = std::chrono::duration<double>;
using duration = std::chrono::steady_clock::duration;

/// The command line, understood but for the words that choose a command.
struct arguments
{
    std::vector<std::string> words{}; ///< resource, verb and operands, in order

    // Of every command.
    bool help = false;
    bool version = false;
    bool json_output = false;
    bool quiet = false;
    bool verbose = false;

    // Of the commands that talk to the API.
    std::optional<std::string> base_url{};
    std::optional<std::string> ca_file{};
    std::optional<std::string> proxy{};
    std::optional<duration> timeout{};
    std::optional<duration> deadline{};
    std::optional<duration> poll_interval{};
    int retries = 2;
    bool fake = false;
    bool plain = false;

    // Of the commands that make something.
    std::optional<std::string> json_file{};
    std::vector<std::pair<std::string, std::string>> set{}; ///< path and text, as given
    bool validate = true;
    bool wait = true;
    bool download = true;
    std::optional<std::filesystem::path> out{};
    magic_hour::jobs::on_collision collision = magic_hour::jobs::on_collision::fail;

    // Of the webhook commands and the fake server.
    std::optional<std::string> signature{};
    std::optional<std::string> timestamp{};
    std::uint16_t port = 0;
    std::uint16_t storage_port = 0;
    std::optional<std::filesystem::path> ca_out{};
    std::optional<std::filesystem::path> ledger{};

    std::vector<std::string> given{}; ///< names of the options that were used, for "not an option of ..."
};

/// One option: what parsing, help and completion know of it.
struct option
{
    std::string_view name{};  ///< "--timeout"
    std::string_view value{}; ///< "SECONDS"; empty: a switch
    std::string_view about{};
    std::string_view commands{}; ///< groups of commands that take it; empty: all
    void (*apply)(arguments&, std::string const& value) = nullptr;
    bool global = false; ///< other commands take it, too; it means nothing to them
};

/// All options, in the order in which help shows them.
[[nodiscard]] std::span<option const> all_options() noexcept;

/// Whether `o` belongs to a group of commands ("make", "api", "webhook verify" ...).
[[nodiscard]] bool belongs_to(option const& o, std::string_view group) noexcept;

/// The fields that the command which words begin with takes as options, `--NAME VALUE`.
using field_lookup = std::function<std::vector<std::string>(std::vector<std::string> const& words)>;

/// Parses the command line without the program's name. Throws `failure` (usage).
[[nodiscard]] arguments parse_arguments(std::vector<std::string> const& line, field_lookup const& fields_of);

/// Whether a command line asks for JSON: to be known before it is understood, so that mistakes are JSON too.
[[nodiscard]] bool asks_for_json(std::vector<std::string> const& line);
[[nodiscard]] bool asks_for_quiet(std::vector<std::string> const& line);

/// Decimal seconds, more than zero. Throws `failure` (usage) that names `what`.
[[nodiscard]] duration parse_seconds(std::string_view what, std::string_view text);

} // namespace cli
