#include "isolation.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <exception>
#include <stdexcept>
#include <thread>

#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

namespace support
{

bool in_own_namespaces(int namespaces, std::function<void()> const& body)
{
    std::exception_ptr failure;
    bool possible = false;
    auto const leave_and_run = [&]
    {
        try
        {
            possible = ::unshare(namespaces) == 0 &&
                       ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
            if (possible)
                body();
        }
        catch (...)
        {
            failure = std::current_exception();
        }
    };
    std::thread{leave_and_run}.join();
    if (failure)
        std::rethrow_exception(failure);
    return possible;
}

bool in_own_mounts(std::function<void()> const& body)
{
    if (in_own_namespaces(CLONE_NEWNS, body))
        return true;
    MESSAGE("skipped: file systems may not be mounted here (that needs root)");
    return false;
}

child_process::child_process(std::function<std::string()> const& body)
{
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0)
        throw std::runtime_error("no pipe");
    id_ = ::fork();
    if (id_ < 0)
        throw std::runtime_error("no child process");
    if (id_ == 0)
    {
        std::string text;
        try
        {
            text = body();
        }
        catch (std::exception const& e)
        {
            text = std::string{"threw "} + e.what();
        }
        auto const written = ::write(ends[1], text.data(), text.size());
        ::_exit(written == static_cast<::ssize_t>(text.size()) ? 0 : 1);
    }
    ::close(ends[1]);
    from_child_ = ends[0];
}

child_process::~child_process()
{
    if (id_ > 0)
    {
        ::kill(id_, SIGKILL);
        ::waitpid(id_, nullptr, 0);
    }
    ::close(from_child_);
}

void child_process::signal(int number) const
{
    ::kill(id_, number);
}

std::string child_process::result()
{
    std::string text;
    std::array<char, 4096> buffer{};
    for (::ssize_t got = 1; got > 0 || (got < 0 && errno == EINTR);)
    {
        got = ::read(from_child_, buffer.data(), buffer.size());
        if (got > 0)
            text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    ::waitpid(id_, nullptr, 0);
    id_ = -1;
    return text.empty() ? "ended without a word" : text;
}

std::string without_privileges(std::function<std::string()> const& body)
{
    child_process child{
        [&]() -> std::string
        {
            constexpr ::uid_t nobody = 65534;
            bool const root = ::geteuid() == 0;
            if (root && (::setgroups(0, nullptr) != 0 || ::setgid(nobody) != 0 || ::setuid(nobody) != 0))
                return "cannot give up privileges";
            return body();
        }};
    return child.result();
}

} // namespace support
