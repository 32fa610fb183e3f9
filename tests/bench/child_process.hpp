#pragma once

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench
{

/// What a process and its children used.
struct child_usage
{
    int status = 0;
    double cpu = 0;    ///< seconds, user and system
    double wall = 0;   ///< seconds
    long peak_kib = 0; ///< of the largest of them
};

/// Becomes another program.
[[noreturn]] inline void execute(std::vector<std::string> words)
{
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execvp(arguments.front(), arguments.data());
    _exit(127);
}

/// Runs a program to its end.
inline child_usage run_child(std::vector<std::string> const& words)
{
    auto const begin = std::chrono::steady_clock::now();
    pid_t const child = fork();
    if (child == 0)
        execute(words);
    int status = 0;
    rusage used{};
    if (child < 0 || wait4(child, &status, 0, &used) != child)
        throw std::runtime_error{"cannot run " + words.front()};
    auto const seconds = [](timeval const& t)
    { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; };
    child_usage out;
    out.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    out.cpu = seconds(used.ru_utime) + seconds(used.ru_stime);
    out.wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    out.peak_kib = used.ru_maxrss;
    return out;
}

} // namespace bench
