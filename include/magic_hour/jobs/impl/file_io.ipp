#pragma once

#include <magic_hour/jobs/file_io.hpp>
#include <magic_hour/options.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <cstdio>
#include <mutex>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/magic.h>
#include <sys/vfs.h>
#endif

namespace magic_hour::jobs
{
namespace detail
{

[[nodiscard]] MAGIC_HOUR_DECL error
file_error(std::string_view what, std::filesystem::path const& path, int reason, std::string_view text = {})
{
    error_info info;
    info.code = errc::file;
    info.system = {reason, boost::system::system_category()};
    info.path = path.string();
    info.message = std::string{what} + " '" + magic_hour::detail::printable(info.path) + "': ";
    info.message += text.empty() ? info.system.message() : std::string{text};
    return error{std::move(info)};
}

/// Owns a file descriptor.
class descriptor
{
public:
    descriptor() = default;
    explicit descriptor(int fd) noexcept : fd_(fd) {}
    descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~descriptor() { static_cast<void>(close()); }

    [[nodiscard]] int get() const noexcept { return fd_; }
    [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }

    /// 0, or what went wrong: some file systems report a failed write only here.
    [[nodiscard]] int close() noexcept
    {
        if (fd_ < 0)
            return 0;
        return ::close(std::exchange(fd_, -1)) == 0 || errno == EINTR ? 0 : errno;
    }

private:
    int fd_ = -1;
};

template <class Call>
auto retry_interrupted(Call call) noexcept
{
    auto outcome = call();
    while (outcome < 0 && errno == EINTR)
        outcome = call();
    return outcome;
}

[[nodiscard]] MAGIC_HOUR_DECL std::int64_t modified_ns(struct ::stat const& found) noexcept
{
    return static_cast<std::int64_t>(found.st_mtim.tv_sec) * 1'000'000'000 + found.st_mtim.tv_nsec;
}

[[nodiscard]] MAGIC_HOUR_DECL bool is_as_checked(struct ::stat const& found, input_file const& file) noexcept
{
    return static_cast<std::uint64_t>(found.st_size) == file.size && modified_ns(found) == file.modified_ns &&
           static_cast<std::uint64_t>(found.st_ino) == file.inode &&
           static_cast<std::uint64_t>(found.st_dev) == file.device;
}

/// A FIFO or device would block or never end, so what is no regular file is refused before anything is read.
[[nodiscard]] MAGIC_HOUR_DECL descriptor open_to_read(std::filesystem::path const& path) noexcept
{
    return descriptor{
        retry_interrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); })};
}

[[nodiscard]] MAGIC_HOUR_DECL error changed_file(std::filesystem::path const& path)
{
    return file_error("cannot upload", path, 0, "the file changed while it was sent");
}

/// Whether the files of the file system are memory and nothing else.
[[nodiscard]] MAGIC_HOUR_DECL bool is_in_memory([[maybe_unused]] int fd) noexcept
{
#ifdef __linux__
    struct ::statfs where = {};
    return ::fstatfs(fd, &where) == 0 && (where.f_type == TMPFS_MAGIC || where.f_type == RAMFS_MAGIC);
#else
    return false;
#endif
}

/// 0, or what went wrong.
[[nodiscard]] MAGIC_HOUR_DECL int write_all(int fd, char const* data, std::size_t size) noexcept
{
    while (size > 0)
    {
        auto const written = retry_interrupted([&] { return ::write(fd, data, size); });
        if (written < 0)
            return errno;
        data += written;
        size -= static_cast<std::size_t>(written);
    }
    return 0;
}

/// 0, EEXIST when `to` exists, or what else went wrong. Never replaces anything.
[[nodiscard]] MAGIC_HOUR_DECL int move_without_replacing(char const* from, char const* to) noexcept
{
#ifdef RENAME_NOREPLACE
    if (::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != ENOSYS && errno != EINVAL)
        return errno;
#endif
    if (::link(from, to) == 0)
        return ::unlink(from) == 0 ? 0 : errno;
    return errno;
}

/// 0, or what went wrong. Only a regular file may be replaced, and the new one gets its access mode.
[[nodiscard]] MAGIC_HOUR_DECL int prepare_to_replace(int fd, char const* target) noexcept
{
    struct ::stat found = {};
    if (::lstat(target, &found) != 0)
        return errno == ENOENT ? 0 : errno;
    if (S_ISDIR(found.st_mode))
        return EISDIR;
    if (!S_ISREG(found.st_mode))
        return EEXIST;
    return ::fchmod(fd, found.st_mode & 07777) == 0 ? 0 : errno;
}

/// Makes the new name itself survive a power cut. Some file systems cannot; the file is complete either way.
MAGIC_HOUR_DECL void sync_directory(std::filesystem::path const& file) noexcept
try
{
    auto const parent = file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
    descriptor const directory{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (directory)
        static_cast<void>(::fsync(directory.get()));
}
catch (std::bad_alloc const&)
{
}

} // namespace detail

MAGIC_HOUR_DECL file_access access_to_files(client_options const& options) noexcept
{
    return options.file_executor ? file_access::elsewhere : file_access::here_without_disk;
}

MAGIC_HOUR_DECL result<input_file> check_input_file(std::filesystem::path const& path)
{
    constexpr std::string_view doing = "cannot upload";
    struct ::stat found = {};
    if (::stat(path.c_str(), &found) != 0)
        return detail::file_error(doing, path, errno);
    if (S_ISDIR(found.st_mode))
        return detail::file_error(doing, path, EISDIR);
    if (!S_ISREG(found.st_mode))
        return detail::file_error(doing, path, EINVAL, "it is not a regular file");
    if (found.st_size == 0)
        return detail::file_error(doing, path, EINVAL, "the file is empty");
    if (!detail::open_to_read(path))
        return detail::file_error(doing, path, errno);
    input_file file;
    file.path = path;
    file.size = static_cast<std::uint64_t>(found.st_size);
    file.modified_ns = detail::modified_ns(found);
    file.device = static_cast<std::uint64_t>(found.st_dev);
    file.inode = static_cast<std::uint64_t>(found.st_ino);
    return file;
}

MAGIC_HOUR_DECL result<void> prepare_directory(std::filesystem::path const& directory)
{
    auto const path = directory.empty() ? std::filesystem::path{"."} : directory;
    std::error_code failed;
    std::filesystem::create_directories(path, failed);
    if (failed)
        return detail::file_error("cannot make directory", path, failed.value());
    struct ::stat found = {};
    if (::stat(path.c_str(), &found) != 0)
        return detail::file_error("cannot use directory", path, errno);
    if (!S_ISDIR(found.st_mode))
        return detail::file_error("cannot use directory", path, ENOTDIR);
    if (::access(path.c_str(), W_OK | X_OK) != 0)
        return detail::file_error("cannot write to directory", path, errno);
    return {};
}

MAGIC_HOUR_DECL result<void> prepare_target(std::filesystem::path const& target, on_collision collision)
{
    if (!target.has_filename())
        return detail::file_error("cannot write", target, EISDIR);
    if (auto prepared = prepare_directory(target.parent_path()); !prepared)
        return prepared;
    struct ::stat found = {};
    if (::lstat(target.c_str(), &found) != 0)
        return errno == ENOENT ? result<void>{} : detail::file_error("cannot write", target, errno);
    if (S_ISDIR(found.st_mode))
        return detail::file_error("cannot write", target, EISDIR);
    bool const refused =
        collision == on_collision::fail || (collision == on_collision::overwrite && !S_ISREG(found.st_mode));
    if (refused)
        return detail::file_error("cannot write", target, EEXIST);
    return {};
}

/// The waiting coroutine lives in its io_context and can vanish with it at any time, while the work goes on
/// elsewhere. So the work's end is announced by a post that happens under a lock, and only while somebody
/// waits: afterwards neither the coroutine's executor nor its timer are touched.
struct file_job::state
{
    std::mutex mutex{};
    bool done = false;
    asio::any_io_executor executor{};
    asio::steady_timer* timer = nullptr;

    [[nodiscard]] bool is_done()
    {
        std::lock_guard const lock{mutex};
        return done;
    }
};

namespace detail
{

MAGIC_HOUR_DECL void finish_job(std::shared_ptr<file_job::state> const& state) noexcept
{
    std::lock_guard const lock{state->mutex};
    state->done = true;
    if (!state->executor)
        return;
    auto const wake = [state]
    {
        std::lock_guard const guard{state->mutex};
        if (state->timer != nullptr)
            state->timer->cancel();
    };
    for (bool posted = false; !posted;)
    {
        try
        {
            asio::post(state->executor, wake);
            posted = true;
        }
        catch (std::bad_alloc const&)
        {
            ::usleep(1000); // the waiter must hear of it, and memory may come back
        }
    }
}

/// Work in the queue of another executor. Its end is announced even when that executor drops it.
struct queued_work
{
    std::shared_ptr<file_job::state> state;
    std::function<void()> work;

    queued_work(std::shared_ptr<file_job::state> s, std::function<void()> w) noexcept
        : state(std::move(s)), work(std::move(w))
    {
    }
    queued_work(queued_work&&) noexcept = default;
    queued_work& operator=(queued_work&&) = delete;
    ~queued_work()
    {
        work = nullptr;
        if (state)
            finish_job(state);
    }

    void operator()() { std::exchange(work, nullptr)(); }
};

struct waiting
{
    std::shared_ptr<file_job::state> state;

    waiting(std::shared_ptr<file_job::state> s, asio::steady_timer& timer) : state(std::move(s))
    {
        std::lock_guard const lock{state->mutex};
        state->executor = timer.get_executor();
        state->timer = &timer;
    }
    waiting(waiting const&) = delete;
    waiting& operator=(waiting const&) = delete;
    ~waiting()
    {
        std::lock_guard const lock{state->mutex};
        state->executor = {};
        state->timer = nullptr;
    }
};

} // namespace detail

MAGIC_HOUR_DECL file_job file_job::start(asio::any_io_executor blocking, std::function<void()> work)
{
    file_job job;
    job.state_ = std::make_shared<state>();
    asio::post(blocking, detail::queued_work{job.state_, std::move(work)});
    return job;
}

MAGIC_HOUR_DECL asio::awaitable<void> file_job::wait()
{
    auto const running = std::exchange(state_, nullptr);
    if (!running || running->is_done())
        co_return;
    auto const executor = co_await asio::this_coro::executor;
    asio::steady_timer timer{executor, asio::steady_timer::time_point::max()};
    detail::waiting const registration{running, timer};
    boost::system::error_code ignored;
    while (!running->is_done())
    {
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
}

} // namespace magic_hour::jobs
