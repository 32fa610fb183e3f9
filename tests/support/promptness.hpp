#pragma once

#include "stopwatch.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace support
{

/// What is promised is promised of code without a sanitizer.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr int times_slower = 3;
#else
inline constexpr int times_slower = 1;
#endif

/// Whether `scenario`, which tells how long what was promised took, keeps within `limit` in one of a few
/// attempts. A busy machine spoils some attempts; a defect spoils all. So the number may be the one that is
/// promised.
template <class Scenario>
bool within(std::chrono::milliseconds limit, Scenario scenario, int attempts = 6)
{
    auto best = std::chrono::nanoseconds::max();
    for (int i = 0; i < attempts; ++i)
    {
        best = std::min<std::chrono::nanoseconds>(best, scenario());
        if (best < limit * times_slower)
            return true;
        std::this_thread::sleep_for(std::chrono::milliseconds{20 * i});
    }
    MESSAGE(
        "promised " << limit.count() << " ms; the best of " << attempts << " attempts took "
                    << std::chrono::duration_cast<std::chrono::milliseconds>(best).count() << " ms");
    return false;
}

} // namespace support
