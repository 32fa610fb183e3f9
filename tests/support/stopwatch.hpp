#pragma once

#include <chrono>
#include <cstdint>
#include <fstream>

namespace support
{

/// How long something takes on this thread, without the time in which the thread could have run but other
/// programs had the processor: waiting and working count, a busy machine does not.
class stopwatch
{
public:
    [[nodiscard]] std::chrono::nanoseconds elapsed() const
    {
        auto const hindered = time_in_queue() - queued_before_;
        return std::chrono::steady_clock::now() - begin_ - hindered;
    }

private:
    /// As the kernel tells it; zero where it does not.
    static std::chrono::nanoseconds time_in_queue()
    {
        std::ifstream told{"/proc/thread-self/schedstat"};
        std::int64_t ran = 0;
        std::int64_t queued = 0;
        told >> ran >> queued;
        return std::chrono::nanoseconds{queued};
    }

    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    std::chrono::nanoseconds queued_before_ = time_in_queue();
};

} // namespace support
