#include "fd_guard.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <unistd.h>

namespace support
{

std::size_t open_descriptors()
{
    std::filesystem::directory_iterator const all{"/proc/self/fd"};
    // One of them is the directory that is being read.
    return static_cast<std::size_t>(std::distance(begin(all), end(all))) - 1;
}

fd_guard::fd_guard() : baseline_(open_descriptors()) {}

bool fd_guard::back_to_baseline(std::chrono::milliseconds limit) const
{
    auto const until = std::chrono::steady_clock::now() + limit;
    while (open_descriptors() > baseline_)
    {
        if (std::chrono::steady_clock::now() > until)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    return true;
}

std::size_t resident_memory()
{
    std::ifstream file{"/proc/self/statm"};
    std::size_t total = 0;
    std::size_t resident = 0;
    file >> total >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

} // namespace support
