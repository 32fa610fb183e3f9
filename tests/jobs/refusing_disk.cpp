#include "refusing_disk.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <string_view>

#include <sys/syscall.h>
#include <unistd.h>

namespace
{

std::atomic<bool> armed{false};
std::atomic<jobs_test::disk_call> refused_call{};
std::atomic<int> good_calls{0};
std::atomic<int> refusal_reason{0};
std::atomic<int> refused{0};

bool is_unfinished_download(int fd)
{
    std::array<char, 64> link{};
    std::array<char, 1024> path{};
    std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", fd);
    auto const size = ::readlink(link.data(), path.data(), path.size());
    return size > 0 && std::string_view{path.data(), static_cast<std::size_t>(size)}.ends_with(".part");
}

bool refuses(jobs_test::disk_call which, int fd)
{
    if (!armed || refused_call != which || !is_unfinished_download(fd) || good_calls-- > 0)
        return false;
    ++refused;
    return true;
}

long refuse()
{
    errno = refusal_reason;
    return -1;
}

} // namespace

// The program's own definitions come before those of the C library.

extern "C" ssize_t write(int fd, void const* data, std::size_t size)
{
    return refuses(jobs_test::disk_call::write, fd) ? refuse() : ::syscall(SYS_write, fd, data, size);
}

extern "C" int fsync(int fd)
{
    return static_cast<int>(refuses(jobs_test::disk_call::fsync, fd) ? refuse() : ::syscall(SYS_fsync, fd));
}

extern "C" int close(int fd)
{
    bool const refused_here = refuses(jobs_test::disk_call::close, fd);
    auto const closed = ::syscall(SYS_close, fd); // it is gone all the same, as POSIX has it
    return static_cast<int>(refused_here ? refuse() : closed);
}

namespace jobs_test
{

refusing_disk::refusing_disk(disk_call which, int good, int reason)
{
    refused_call = which;
    good_calls = good;
    refusal_reason = reason;
    refused = 0;
    armed = true;
}

refusing_disk::~refusing_disk()
{
    armed = false;
}

int refusing_disk::refusals() noexcept
{
    return refused;
}

} // namespace jobs_test
