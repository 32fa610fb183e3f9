#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace mh_test
{

/// What a run of the program left behind.
struct outcome
{
    int status = -1; ///< 128 + n when signal n ended it
    std::string out{};
    std::string err{};

    /// The first line on standard error.
    [[nodiscard]] std::string first_line() const { return err.substr(0, err.find('\n')); }
};

struct run_options
{
    std::vector<std::string> arguments{};
    std::map<std::string, std::string> environment{}; ///< nothing else is inherited but PATH
    std::string input{};                              ///< its standard input
    std::string standard_output{};                    ///< a file; empty: what `outcome::out` holds
    bool terminal = false;                            ///< standard error is a terminal of 80 columns
    std::filesystem::path directory{};                ///< where it runs; empty: here
};

/// The program, running. Killed when it takes longer than anything here should.
class mh_process
{
public:
    explicit mh_process(run_options const& options);
    ~mh_process();
    mh_process(mh_process const&) = delete;
    mh_process& operator=(mh_process const&) = delete;

    /// Reads until `text` has appeared on standard error or standard output; false when the program ended
    /// first.
    bool wait_for(std::string_view text);
    void send(int signal) const;
    [[nodiscard]] outcome const& so_far() const noexcept { return so_far_; }
    [[nodiscard]] outcome finish();

private:
    bool read_some();

    pid_t pid_ = -1;
    int out_ = -1;
    int err_ = -1;
    std::chrono::steady_clock::time_point limit_{};
    outcome so_far_{};
};

[[nodiscard]] outcome run(run_options const& options);

} // namespace mh_test
