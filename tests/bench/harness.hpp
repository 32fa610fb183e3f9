#pragma once

#include <sched.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace bench
{

/// What a piece of work cost.
struct cost
{
    double cpu = 0;  ///< seconds, user and system
    double wall = 0; ///< seconds
};

inline double cpu_seconds()
{
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    auto const seconds = [](timeval const& t)
    { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

inline cost measure(std::function<void()> const& work)
{
    auto const cpu = cpu_seconds();
    auto const wall = std::chrono::steady_clock::now();
    work();
    return {
        cpu_seconds() - cpu, std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count()};
}

inline double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    std::size_t const half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

/// One implementation of the work that is compared.
struct contender
{
    std::string name{};
    std::function<void()> work{};
    std::vector<cost> rounds{};
};

/// Runs all contenders in turn, `rounds` times, after one round that does not count.
inline void compare(std::vector<contender>& all, int rounds)
{
    for (contender& c : all)
        c.work();
    for (int i = 0; i < rounds; ++i)
        for (contender& c : all)
            c.rounds.push_back(measure(c.work));
}

/// Median over the rounds of `of / to`, round by round: the machine drifts, a round does not.
inline double ratio(contender const& of, contender const& to, double cost::*what)
{
    std::vector<double> ratios;
    for (std::size_t i = 0; i < of.rounds.size(); ++i)
        ratios.push_back(of.rounds[i].*what / to.rounds[i].*what);
    return median(ratios);
}

inline double middle(contender const& of, double cost::*what)
{
    std::vector<double> values;
    for (cost const& c : of.rounds)
        values.push_back(c.*what);
    return median(values);
}

/// A row of the table: what, the goal, what was measured. As JSON lines with MAGIC_HOUR_BENCH_JSON set.
inline void
row(std::string_view id, std::string_view what, double goal, double measured, std::string_view unit = "x")
{
    bool const reached = measured <= goal;
    if (std::getenv("MAGIC_HOUR_BENCH_JSON"))
        std::printf(
            "{\"id\":\"%.*s\",\"what\":\"%.*s\",\"goal\":%.6g,\"measured\":%.6g,\"unit\":\"%.*s\","
            "\"reached\":%s}\n",
            static_cast<int>(id.size()), id.data(), static_cast<int>(what.size()), what.data(), goal,
            measured, static_cast<int>(unit.size()), unit.data(), reached ? "true" : "false");
    else
        std::printf(
            "%-4.*s %-62.*s goal %9.3f  is %9.3f %-6.*s %s\n", static_cast<int>(id.size()), id.data(),
            static_cast<int>(what.size()), what.data(), goal, measured, static_cast<int>(unit.size()),
            unit.data(), reached ? "reached" : "MISSED");
    std::fflush(stdout);
}

/// A figure that has no goal of its own.
inline void note(std::string_view id, std::string_view what, double measured, std::string_view unit)
{
    if (!std::getenv("MAGIC_HOUR_BENCH_JSON"))
        std::printf(
            "%-4.*s %-62.*s                 is %9.3f %.*s\n", static_cast<int>(id.size()), id.data(),
            static_cast<int>(what.size()), what.data(), measured, static_cast<int>(unit.size()), unit.data());
    std::fflush(stdout);
}

/// Keeps this process to one processor. Whether a small exchange has to wake another one is more than half of
/// what it costs: client and server each get theirs, as on two machines.
inline void stay_on_processor(unsigned number)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(number % std::max(1U, std::thread::hardware_concurrency()), &one);
    sched_setaffinity(0, sizeof one, &one);
}

/// What all programs understand: `--quick` for fewer rounds.
struct arguments
{
    bool quick = false;

    arguments(int count, char** values)
    {
        for (int i = 1; i < count; ++i)
            quick = quick || std::string_view{values[i]} == "--quick";
    }
    [[nodiscard]] int rounds(int usual) const { return quick ? 3 : usual; }
};

} // namespace bench
