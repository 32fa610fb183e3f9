#pragma once

#include <magic_hour/jobs/file_io.hpp>

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

namespace magic_hour::jobs
{
namespace detail
{

/// Reads what the system has cached: the count of bytes, or -1 when it would have to wait for a disk or the
/// file system cannot tell.
[[nodiscard]] MAGIC_HOUR_DECL ::ssize_t
read_cached(int fd, char* into, std::size_t size, std::uint64_t offset) noexcept
{
#ifdef RWF_NOWAIT
    ::iovec const memory{into, size};
    return retry_interrupted([&]
                             { return ::preadv2(fd, &memory, 1, static_cast<::off_t>(offset), RWF_NOWAIT); });
#else
    static_cast<void>(fd), static_cast<void>(into), static_cast<void>(size), static_cast<void>(offset);
    return -1;
#endif
}

[[nodiscard]] MAGIC_HOUR_DECL ::ssize_t
read_at(int fd, char* into, std::size_t size, std::uint64_t offset) noexcept
{
    return retry_interrupted([&] { return ::pread(fd, into, size, static_cast<::off_t>(offset)); });
}

} // namespace detail

struct file_reader::shared
{
    input_file file{};
    detail::descriptor fd{};
    std::array<std::unique_ptr<char[]>, 2> pieces{};
    std::size_t active = 0; ///< the piece that is filled next
    std::size_t filled = 0;
    std::uint64_t offset = 0;
    bool in_memory = false; ///< nothing ever comes from a disk
    bool cached = false;    ///< the newest piece did not have to
    std::optional<error> failure{};

    /// The bodies of jobs: they run on the blocking executor, one at a time.
    void open();
    void read_piece();
    void read_rest(std::size_t wanted);
    [[nodiscard]] bool ended_as_checked() const;

    /// Fills a piece without waiting; false when there is nothing to be had that way.
    [[nodiscard]] bool try_read_here();

    [[nodiscard]] ::ssize_t read_without_waiting(std::size_t count);
    [[nodiscard]] std::size_t wanted() const noexcept
    {
        return static_cast<std::size_t>(std::min<std::uint64_t>(piece, file.size - offset));
    }
    [[nodiscard]] char* memory();
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
    in_memory = detail::is_in_memory(fd.get());
}

MAGIC_HOUR_DECL ::ssize_t file_reader::shared::read_without_waiting(std::size_t count)
{
    return in_memory ? detail::read_at(fd.get(), memory(), count, offset)
                     : detail::read_cached(fd.get(), memory(), count, offset);
}

MAGIC_HOUR_DECL char* file_reader::shared::memory()
{
    auto& made = pieces[active];
    if (!made)
        made.reset(new char[piece]); // not zeroed: only what is read is ever touched
    return made.get();
}

MAGIC_HOUR_DECL void file_reader::shared::read_piece()
{
    failure.reset();
    filled = 0;
    if (!fd)
        open();
    if (failure)
        return;
    auto const count = wanted();
    auto const at_once = read_without_waiting(count);
    filled = at_once > 0 ? static_cast<std::size_t>(at_once) : 0;
    cached = filled == count;
    read_rest(count);
    offset += filled;
    if (!failure && offset == file.size && !ended_as_checked())
        failure = detail::changed_file(file.path);
}

MAGIC_HOUR_DECL void file_reader::shared::read_rest(std::size_t wanted)
{
    while (filled < wanted && !failure)
    {
        auto const got = detail::read_at(fd.get(), memory() + filled, wanted - filled, offset + filled);
        if (got < 0)
            failure = detail::file_error("cannot read", file.path, errno);
        else if (got == 0)
            failure = detail::changed_file(file.path);
        else
            filled += static_cast<std::size_t>(got);
    }
}

MAGIC_HOUR_DECL bool file_reader::shared::ended_as_checked() const
{
    struct ::stat found = {};
    return ::fstat(fd.get(), &found) == 0 && detail::is_as_checked(found, file);
}

MAGIC_HOUR_DECL bool file_reader::shared::try_read_here()
{
    auto const count = wanted();
    bool const last = offset + count == file.size; // after it the file is looked at again
    if (!cached || last)
        return false;
    auto const got = read_without_waiting(count);
    if (got <= 0)
        return false;
    filled = static_cast<std::size_t>(got);
    offset += filled;
    return true;
}

MAGIC_HOUR_DECL
file_reader::file_reader(asio::any_io_executor blocking, input_file file, file_access where)
    : blocking_(std::move(blocking)),
      file_(std::move(file)),
      where_(where),
      shared_(std::make_shared<shared>())
{
    shared_->file = file_;
}

MAGIC_HOUR_DECL file_reader::~file_reader() = default;

MAGIC_HOUR_DECL void file_reader::read_elsewhere()
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
    bool const may_read_here = where_ == file_access::here_without_disk;
    if (!job_.pending() && !(may_read_here && shared_->try_read_here()))
        read_elsewhere();
    co_await job_.wait();
    if (shared_->failure)
        co_return *shared_->failure;
    asio::const_buffer const ready{shared_->memory(), shared_->filled};
    handed_out_ += shared_->filled;
    if (handed_out_ == file_.size || (may_read_here && shared_->cached))
        co_return ready;
    shared_->active ^= 1U;
    read_elsewhere();
    co_return ready;
}

MAGIC_HOUR_DECL asio::awaitable<result<void>> file_reader::rewind()
{
    co_await job_.wait();
    shared_->offset = 0;
    handed_out_ = 0;
    co_return result<void>{};
}

} // namespace magic_hour::jobs
