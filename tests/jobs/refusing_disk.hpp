#pragma once

namespace jobs_test
{

enum class disk_call
{
    write,
    fsync,
    close
};

/// A disk that gives trouble no real one gives on demand. While this lives, calls of one kind on unfinished
/// downloads fail with `reason` once `good` of them have succeeded. One at a time.
class refusing_disk
{
public:
    refusing_disk(disk_call which, int good, int reason);
    ~refusing_disk();
    refusing_disk(refusing_disk const&) = delete;
    refusing_disk& operator=(refusing_disk const&) = delete;

    [[nodiscard]] static int refusals() noexcept;
};

} // namespace jobs_test
