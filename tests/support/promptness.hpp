#pragma once

#include "stopwatch.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

namespace support
{

/// What a test adds to a promised time before it calls something late. Promised times are those of code
/// without sanitizers on a machine that does nothing else: there, with MAGIC_HOUR_EXACT_TIMES set, nothing is
/// added. Elsewhere the tests show that nothing waits for a peer or a timer, all of which last longer.
inline std::chrono::milliseconds patience()
{
    static bool const exact = std::getenv("MAGIC_HOUR_EXACT_TIMES") != nullptr;
    return exact ? std::chrono::milliseconds{0} : std::chrono::seconds{3};
}

/// Whether what began at `begin` kept within `limit`.
inline bool in_time(std::chrono::steady_clock::time_point begin, std::chrono::milliseconds limit)
{
    return std::chrono::steady_clock::now() - begin < limit + patience();
}

/// Whether `scenario`, which tells how long what was promised took, keeps within `limit` in one of a few
/// attempts. A busy machine spoils some attempts; a defect spoils all. So the number may be the one that is
/// promised.
template <class Scenario>
bool within(
    std::chrono::milliseconds limit, Scenario scenario, int attempts = 6,
    std::chrono::milliseconds added = patience())
{
    auto best = std::chrono::nanoseconds::max();
    for (int i = 0; i < attempts; ++i)
    {
        best = std::min<std::chrono::nanoseconds>(best, scenario());
        if (best < limit)
            return true;
        std::this_thread::sleep_for(std::chrono::milliseconds{20 * i});
    }
    MESSAGE(
        "promised " << limit.count() << " ms; the best of " << attempts << " attempts took "
                    << std::chrono::duration_cast<std::chrono::milliseconds>(best).count() << " ms");
    return best < limit + added;
}

} // namespace support
