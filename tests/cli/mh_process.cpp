#include "mh_process.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mh_test
{

namespace
{

constexpr std::chrono::seconds longest_run{60};

[[noreturn]] void give_up(char const* what)
{
    throw std::runtime_error{std::string{"cannot "} + what};
}

std::string program()
{
    auto const here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    char const* const given = std::getenv("MAGIC_HOUR_MH");
    auto const path = given ? std::filesystem::path{given} : here / ".." / "examples" / "mh";
    if (::access(path.c_str(), X_OK) != 0)
        give_up("find the program mh; MAGIC_HOUR_MH can name it");
    return path.lexically_normal().string();
}

struct channel
{
    int ours = -1;
    int theirs = -1;
};

channel open_pipe(bool we_read)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        give_up("make a pipe");
    return we_read ? channel{ends[0], ends[1]} : channel{ends[1], ends[0]};
}

channel open_terminal()
{
    channel out;
    out.ours = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (out.ours < 0 || ::grantpt(out.ours) != 0 || ::unlockpt(out.ours) != 0)
        give_up("make a terminal");
    char name[64];
    if (::ptsname_r(out.ours, name, sizeof name) != 0)
        give_up("name a terminal");
    out.theirs = ::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    winsize size{};
    size.ws_col = 80;
    size.ws_row = 24;
    if (out.theirs < 0 || ::ioctl(out.theirs, TIOCSWINSZ, &size) != 0)
        give_up("open a terminal");
    return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> out;
    for (auto& text : texts)
        out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

std::vector<std::string> environment_of(run_options const& options)
{
    char const* const path = std::getenv("PATH");
    std::vector<std::string> out{std::string{"PATH="} + (path ? path : "/usr/bin:/bin"), "TERM=xterm"};
    for (auto const& [name, value] : options.environment)
        out.push_back(name + '=' + value);
    return out;
}

void write_all(int to, std::string_view text)
{
    while (!text.empty())
    {
        auto const count = ::write(to, text.data(), text.size());
        if (count <= 0)
            return;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

/// False at the end.
bool append_from(int from, std::string& to)
{
    char buffer[4096];
    auto const count = ::read(from, buffer, sizeof buffer);
    if (count <= 0)
        return count < 0 && errno == EINTR;
    to.append(buffer, static_cast<std::size_t>(count));
    return true;
}

void close_if_open(int& descriptor)
{
    if (descriptor >= 0)
        ::close(descriptor);
    descriptor = -1;
}

} // namespace

mh_process::mh_process(run_options const& options) : limit_{std::chrono::steady_clock::now() + longest_run}
{
    // A program may end without reading its input.
    std::signal(SIGPIPE, SIG_IGN);
    auto arguments = options.arguments;
    arguments.insert(arguments.begin(), program());
    auto environment = environment_of(options);
    auto const argv = pointers(arguments);
    auto const envp = pointers(environment);
    auto const directory = options.directory.string();
    auto const in = open_pipe(false);
    auto const out = open_pipe(true);
    auto const err = options.terminal ? open_terminal() : open_pipe(true);
    int file =
        options.standard_output.empty() ? -1 : ::open(options.standard_output.c_str(), O_WRONLY | O_CLOEXEC);
    pid_ = ::fork();
    if (pid_ < 0)
        give_up("fork");
    if (pid_ == 0)
    {
        ::dup2(in.theirs, STDIN_FILENO);
        ::dup2(file >= 0 ? file : out.theirs, STDOUT_FILENO);
        ::dup2(err.theirs, STDERR_FILENO);
        if (directory.empty() || ::chdir(directory.c_str()) == 0)
            ::execve(argv[0], argv.data(), envp.data());
        ::_exit(127);
    }
    close_if_open(file);
    ::close(in.theirs);
    ::close(out.theirs);
    ::close(err.theirs);
    out_ = out.ours;
    err_ = err.ours;
    write_all(in.ours, options.input);
    ::close(in.ours);
}

mh_process::~mh_process()
{
    if (pid_ > 0)
    {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    close_if_open(out_);
    close_if_open(err_);
}

bool mh_process::read_some()
{
    if (out_ < 0 && err_ < 0)
        return false;
    auto const left =
        std::chrono::duration_cast<std::chrono::milliseconds>(limit_ - std::chrono::steady_clock::now());
    pollfd waiting[2] = {{out_, POLLIN, 0}, {err_, POLLIN, 0}};
    int const ready = left.count() > 0 ? ::poll(waiting, 2, static_cast<int>(left.count())) : 0;
    if (ready == 0)
        ::kill(pid_, SIGKILL);
    if (waiting[0].revents != 0 && !append_from(out_, so_far_.out))
        close_if_open(out_);
    if (waiting[1].revents != 0 && !append_from(err_, so_far_.err))
        close_if_open(err_);
    return ready != 0 || left.count() > 0;
}

bool mh_process::wait_for(std::string_view text)
{
    while (so_far_.err.find(text) == std::string::npos && so_far_.out.find(text) == std::string::npos)
        if (!read_some())
            return false;
    return true;
}

void mh_process::send(int signal) const
{
    ::kill(pid_, signal);
}

outcome mh_process::finish()
{
    while (read_some())
    {
    }
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    so_far_.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return so_far_;
}

outcome run(run_options const& options)
{
    mh_process process{options};
    return process.finish();
}

} // namespace mh_test
