#pragma once

#include <chrono>
#include <cstddef>

namespace support
{

/// How many descriptors this process has open.
std::size_t open_descriptors();

/// Remembers how many descriptors are open, to ask later whether all new ones are closed again. Make it after
/// servers and io_contexts that stay.
class fd_guard
{
public:
    fd_guard();
    /// Waits a little in real time: the far ends live on other threads and take a moment to notice.
    [[nodiscard]] bool back_to_baseline(std::chrono::milliseconds limit = std::chrono::seconds{2}) const;
    [[nodiscard]] std::size_t baseline() const noexcept { return baseline_; }

private:
    std::size_t baseline_;
};

/// Resident memory of this process in bytes.
std::size_t resident_memory();

} // namespace support
