#pragma once

#include "failure.hpp"

#include <boost/json/value.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cli
{

/// What a command has to say when it is done: lines for people and scripts, or the same as JSON.
struct command_result
{
    std::vector<std::string> lines{};
    boost::json::value document{};
    bool printed = false; ///< the command has written to standard output itself
};

/// `text` on one line, without control characters, at most `limit` bytes.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t limit = 4096);

/// `text` without the API key, which a server may have put into what it says.
[[nodiscard]] std::string without_key(std::string text);

/// Writes text to standard output and makes sure that it got there. Throws `failure` (file).
void write_out(std::string_view text);

/// Writes a line to standard error.
void write_error_line(std::string_view text);

/// Standard output for a command that has succeeded. Throws `failure` (file) when it cannot be written.
void print_result(command_result const& what, bool as_json);

/// The error line, and with JSON the error document; returns the exit status.
int print_failure(failure const& why, bool as_json);

/// A JSON document as lines "name: value" for people; nested names are joined with dots.
[[nodiscard]] std::vector<std::string> as_lines(boost::json::value const& document);

/// Reads a file, or standard input for "-". Throws `failure` (file).
[[nodiscard]] std::string read_input(std::string const& path);

} // namespace cli
