#pragma once

#include "child_process.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench
{

/// Flags of a server for many connections at once, for a client on processor 0. Waking a server that sleeps
/// costs its client more than the exchange itself, and the less often the slower the server is: by chance the
/// same client would pay for all of it or for none.
inline std::vector<std::string> beside_us_and_awake()
{
    return {"--processor", "1", "--awake"};
}

/// The server of all benchmarks in a process of its own, next to this program; ends with this object.
class server_process
{
public:
    /// `flags`: see server.cpp.
    explicit server_process(std::vector<std::string> const& flags = {})
        : plain_{std::find(flags.begin(), flags.end(), "--plain") != flags.end()}
    {
        std::array<char, 32> pattern{"/tmp/magic_hour_bench_XXXXXX"};
        folder_ = mkdtemp(pattern.data());
        std::string const program =
            std::filesystem::read_symlink("/proc/self/exe").parent_path() / "bench_server";
        std::array<int, 2> in{}, out{};
        if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0)
            throw std::runtime_error{"pipe"};
        child_ = fork();
        if (child_ == 0)
        {
            dup2(in[0], 0);
            dup2(out[1], 1);
            std::vector<std::string> words{program, ca_file()};
            words.insert(words.end(), flags.begin(), flags.end());
            execute(words);
        }
        close(in[0]);
        close(out[1]);
        stdin_of_child_ = in[1];
        std::array<char, 16> text{};
        if (read(out[0], text.data(), text.size() - 1) <= 0)
            throw std::runtime_error{"the benchmark server did not start: " + program};
        close(out[0]);
        port_ = std::atoi(text.data());
    }
    ~server_process()
    {
        close(stdin_of_child_);
        waitpid(child_, nullptr, 0);
        std::filesystem::remove_all(folder_);
    }
    server_process(server_process const&) = delete;
    server_process& operator=(server_process const&) = delete;

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::filesystem::path const& folder() const { return folder_; }
    [[nodiscard]] std::string ca_file() const { return folder_ / "ca.pem"; }
    [[nodiscard]] std::string url(std::string const& target = "") const
    {
        return std::string{plain_ ? "http://localhost:" : "https://localhost:"} + std::to_string(port_) +
               target;
    }
    [[nodiscard]] std::string ca_pem() const
    {
        std::ostringstream text;
        text << std::ifstream{ca_file()}.rdbuf();
        return text.str();
    }

private:
    bool plain_;
    std::filesystem::path folder_{};
    pid_t child_ = -1;
    int stdin_of_child_ = -1;
    int port_ = 0;
};

} // namespace bench
