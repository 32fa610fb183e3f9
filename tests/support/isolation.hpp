#pragma once

#include <functional>
#include <string>

#include <sys/types.h>

namespace support
{

/// Runs `body` on a thread that left the given namespaces (CLONE_NEWNS, CLONE_NEWNET): what it mounts, no
/// other thread of this process sees, but those that `body` starts. Throws what `body` throws. False when
/// this process may not do that; `body` did not run then.
bool in_own_namespaces(int namespaces, std::function<void()> const& body);

/// The same with a file system view alone, and with a message when it is not possible.
bool in_own_mounts(std::function<void()> const& body);

/// A child process that runs `body` and hands over the text that it returns. No assertion may be made in it.
class child_process
{
public:
    explicit child_process(std::function<std::string()> const& body);
    /// Kills it if it has not ended.
    ~child_process();
    child_process(child_process const&) = delete;
    child_process& operator=(child_process const&) = delete;

    void signal(int number) const;
    /// Waits for its end. "ended without a word" when it crashed.
    std::string result();

private:
    ::pid_t id_ = -1;
    int from_child_ = -1;
};

/// Runs `body` in a child process with the rights of nobody if this process is root, with its own rights
/// otherwise; returns its text.
std::string without_privileges(std::function<std::string()> const& body);

} // namespace support
