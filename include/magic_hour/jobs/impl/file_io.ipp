#pragma once

#include <magic_hour/jobs/file_io.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <mutex>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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

// Reading

struct file_reader::shared
{
    input_file file{};
    detail::descriptor fd{};
    std::array<std::unique_ptr<char[]>, 2> pieces{};
    std::size_t active = 0; ///< the piece that the running job fills
    std::size_t filled = 0;
    std::uint64_t offset = 0;
    std::optional<error> failure{};

    /// The bodies of jobs: they run on the blocking executor, one at a time.
    void open();
    void read_piece();
    [[nodiscard]] bool ended_as_checked() const;
};

MAGIC_HOUR_DECL void file_reader::shared::open()
{
    fd = detail::open_to_read(file.path);
    if (!fd)
    {
        failure = detail::file_error("cannot upload", file.path, errno);
        return;
    }
    struct ::stat found = {};
    if (::fstat(fd.get(), &found) != 0 || !detail::is_as_checked(found, file))
        failure = detail::changed_file(file.path);
    static_cast<void>(::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL));
}

MAGIC_HOUR_DECL void file_reader::shared::read_piece()
{
    failure.reset();
    filled = 0;
    if (!fd)
        open();
    if (failure)
        return;
    auto& memory = pieces[active];
    if (!memory)
        memory.reset(new char[piece]); // not zeroed: only what is read is ever touched
    auto const wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece, file.size - offset));
    while (filled < wanted && !failure)
    {
        auto const got = detail::retry_interrupted(
            [&] {
                return ::pread(
                    fd.get(), memory.get() + filled, wanted - filled, static_cast<::off_t>(offset + filled));
            });
        if (got < 0)
            failure = detail::file_error("cannot read", file.path, errno);
        else if (got == 0)
            failure = detail::changed_file(file.path);
        else
            filled += static_cast<std::size_t>(got);
    }
    offset += filled;
    if (!failure && offset == file.size && !ended_as_checked())
        failure = detail::changed_file(file.path);
}

MAGIC_HOUR_DECL bool file_reader::shared::ended_as_checked() const
{
    struct ::stat found = {};
    return ::fstat(fd.get(), &found) == 0 && detail::is_as_checked(found, file);
}

MAGIC_HOUR_DECL file_reader::file_reader(asio::any_io_executor blocking, input_file file)
    : blocking_(std::move(blocking)), file_(std::move(file)), shared_(std::make_shared<shared>())
{
    shared_->file = file_;
}

MAGIC_HOUR_DECL file_reader::~file_reader() = default;

MAGIC_HOUR_DECL void file_reader::read_ahead()
{
    shared_->failure = error{errc::closed, "the executor for files stopped"};
    job_ = file_job::start(
        blocking_,
        [state = shared_]
        {
            try
            {
                state->read_piece();
            }
            catch (std::bad_alloc const&)
            {
                state->failure = error{errc::out_of_memory, "no memory to read a file"};
            }
        });
}

MAGIC_HOUR_DECL asio::awaitable<result<asio::const_buffer>> file_reader::next()
{
    if (handed_out_ == file_.size)
        co_return asio::const_buffer{};
    if (!job_.pending())
        read_ahead();
    co_await job_.wait();
    if (shared_->failure)
        co_return *shared_->failure;
    asio::const_buffer const ready{shared_->pieces[shared_->active].get(), shared_->filled};
    handed_out_ += shared_->filled;
    shared_->active ^= 1U;
    if (handed_out_ < file_.size)
        read_ahead();
    co_return ready;
}

MAGIC_HOUR_DECL asio::awaitable<result<void>> file_reader::rewind()
{
    co_await job_.wait();
    shared_->offset = 0;
    handed_out_ = 0;
    co_return result<void>{};
}

// Writing

struct file_writer::shared
{
    file_target target{};
    std::filesystem::path temporary{};
    detail::descriptor fd{};
    std::array<std::unique_ptr<char[]>, 2> pieces{};
    std::optional<error> failure{};
    std::filesystem::path finished_as{};
    std::atomic<bool> made{false};
    std::atomic<bool> abandoned{false};

    /// The bodies of jobs: they run on the blocking executor, one at a time.
    void open();
    void write(std::size_t which, std::size_t count);
    void empty();
    void finish();

    void fail(std::string_view doing, int reason);
    void remove_temporary() noexcept;
    [[nodiscard]] int give_name();
};

MAGIC_HOUR_DECL void file_writer::shared::fail(std::string_view doing, int reason)
{
    failure = detail::file_error(doing, target.path, reason);
}

/// Runs when the writer goes away and when a job finds that it has gone: whoever comes second finds nothing.
MAGIC_HOUR_DECL void file_writer::shared::remove_temporary() noexcept
{
    if (made)
        static_cast<void>(::unlink(temporary.c_str()));
}

MAGIC_HOUR_DECL void file_writer::shared::open()
{
    auto const name = target.path.filename().string();
    for (int attempt = 0; attempt < 100; ++attempt)
    {
        temporary = target.path.parent_path() / temporary_file_name(name, target.token++);
        constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
        fd = detail::descriptor{
            detail::retry_interrupted([&] { return ::open(temporary.c_str(), flags, 0666); })};
        if (fd || errno != EEXIST)
            break;
    }
    if (!fd)
        return fail("cannot write", errno);
    made = true;
    if (abandoned)
        remove_temporary();
}

MAGIC_HOUR_DECL void file_writer::shared::write(std::size_t which, std::size_t count)
{
    if (int const reason = detail::write_all(fd.get(), pieces[which].get(), count))
        fail("cannot write", reason);
}

MAGIC_HOUR_DECL void file_writer::shared::empty()
{
    if (::ftruncate(fd.get(), 0) != 0 || ::lseek(fd.get(), 0, SEEK_SET) != 0)
        fail("cannot write", errno);
}

MAGIC_HOUR_DECL int file_writer::shared::give_name()
{
    finished_as = target.path;
    if (target.collision == on_collision::overwrite)
        return ::rename(temporary.c_str(), finished_as.c_str()) == 0 ? 0 : errno;
    int reason = detail::move_without_replacing(temporary.c_str(), finished_as.c_str());
    if (target.collision == on_collision::fail)
        return reason;
    auto const name = target.path.filename().string();
    for (unsigned number = 1; reason == EEXIST && number < 10'000; ++number)
    {
        finished_as = target.path.parent_path() / numbered_file_name(name, number);
        reason = detail::move_without_replacing(temporary.c_str(), finished_as.c_str());
    }
    return reason;
}

MAGIC_HOUR_DECL void file_writer::shared::finish()
{
    if (abandoned)
        return;
    if (target.collision == on_collision::overwrite)
        if (int const reason = detail::prepare_to_replace(fd.get(), target.path.c_str()))
            return fail("cannot write", reason);
    if (target.sync && ::fsync(fd.get()) != 0)
        return fail("cannot write", errno);
    if (int const reason = fd.close())
        return fail("cannot write", reason);
    if (int const reason = give_name())
        return fail("cannot write", reason);
    made = false;
    if (target.sync)
        detail::sync_directory(finished_as);
}

MAGIC_HOUR_DECL file_writer::file_writer(asio::any_io_executor blocking, file_target target)
    : blocking_(std::move(blocking)), shared_(std::make_shared<shared>())
{
    shared_->target = std::move(target);
}

MAGIC_HOUR_DECL file_writer::~file_writer()
{
    shared_->abandoned = true;
    shared_->remove_temporary();
}

/// Waits for the job that runs and tells how it went.
MAGIC_HOUR_DECL asio::awaitable<result<void>> file_writer::settle()
{
    co_await job_.wait();
    if (shared_->failure)
        co_return *shared_->failure;
    co_return result<void>{};
}

namespace detail
{

/// Runs one step of a writer. The failure is set beforehand, for an executor that drops its work.
template <class State, class Step>
[[nodiscard]] file_job
start_step(asio::any_io_executor const& blocking, std::shared_ptr<State> state, Step step)
{
    if (state->failure)
        return {};
    state->failure = error{errc::closed, "the executor for files stopped"};
    return file_job::start(
        blocking,
        [state, step]
        {
            state->failure.reset();
            try
            {
                step(*state);
            }
            catch (std::exception const&)
            {
                state->failure = error{errc::out_of_memory, "no memory to write a file"};
            }
        });
}

} // namespace detail

MAGIC_HOUR_DECL asio::awaitable<result<void>> file_writer::open()
{
    job_ = detail::start_step(blocking_, shared_, [](shared& state) { state.open(); });
    return settle();
}

MAGIC_HOUR_DECL asio::mutable_buffer file_writer::space()
{
    auto& memory = shared_->pieces[active_];
    if (!memory)
        memory.reset(new char[piece]);
    return {memory.get() + filled_, piece - filled_};
}

MAGIC_HOUR_DECL void file_writer::flush()
{
    job_ = detail::start_step(
        blocking_, shared_, [which = active_, count = filled_](shared& state) { state.write(which, count); });
    active_ ^= 1U;
    filled_ = 0;
}

MAGIC_HOUR_DECL asio::awaitable<result<void>> file_writer::commit(std::size_t count)
{
    filled_ += count;
    if (filled_ < piece)
        co_return result<void>{};
    auto settled = co_await settle();
    if (!settled)
        co_return settled;
    flush();
    co_return result<void>{};
}

MAGIC_HOUR_DECL asio::awaitable<result<void>> file_writer::restart()
{
    auto settled = co_await settle();
    if (!settled)
        co_return settled;
    filled_ = 0;
    job_ = detail::start_step(blocking_, shared_, [](shared& state) { state.empty(); });
    co_return co_await settle();
}

MAGIC_HOUR_DECL asio::awaitable<result<std::filesystem::path>> file_writer::finish()
{
    auto settled = co_await settle();
    if (!settled)
        co_return settled.error();
    if (filled_ > 0)
    {
        flush();
        settled = co_await settle();
        if (!settled)
            co_return settled.error();
    }
    job_ = detail::start_step(blocking_, shared_, [](shared& state) { state.finish(); });
    settled = co_await settle();
    if (!settled)
        co_return settled.error();
    co_return shared_->finished_as;
}

} // namespace magic_hour::jobs
