#include "commands.hpp"
#include "failure.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string_view>

// mh, the Magic Hour API on the command line. Everything it knows of the API comes from the library's
// declarations.

namespace
{

int run(std::vector<std::string> const& line)
{
    bool const as_json = cli::asks_for_json(line);
    try
    {
        auto const args = cli::parse_arguments(line, &cli::query_fields);
        cli::print_result(cli::run_command(args), as_json);
        return static_cast<int>(cli::exit_status::done);
    }
    catch (cli::failure const& why)
    {
        return cli::print_failure(why, as_json);
    }
    catch (magic_hour::error const& why)
    {
        return cli::print_failure(cli::failure_from(why), as_json);
    }
    catch (std::exception const& why)
    {
        return cli::print_failure(cli::failure{cli::exit_status::network, why.what()}, as_json);
    }
}

/// For the time before a command listens to signals itself.
void leave_interrupted(int)
{
    constexpr std::string_view text = "mh: interrupted; nothing was sent\n";
    auto const written = ::write(STDERR_FILENO, text.data(), text.size());
    static_cast<void>(written);
    std::_Exit(static_cast<int>(cli::exit_status::interrupted));
}

} // namespace

int main(int count, char** words)
{
    // A reader that went away is a file error with a message, not a silent death.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGINT, &leave_interrupted);
    std::signal(SIGTERM, &leave_interrupted);
    return run({words + 1, words + count});
}
