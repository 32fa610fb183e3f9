#pragma once

#include <magic_hour/jobs/file_io.hpp>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace magic_hour::jobs
{

struct file_writer::shared
{
    file_target target{};
    std::filesystem::path temporary{};
    detail::descriptor fd{};
    std::array<std::unique_ptr<char[]>, 2> pieces{};
    file_access where = file_access::elsewhere;
    bool in_memory = false; ///< nothing ever goes to a disk
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
    in_memory = detail::is_in_memory(fd.get());
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

MAGIC_HOUR_DECL
file_writer::file_writer(asio::any_io_executor blocking, file_target target, file_access where)
    : blocking_(std::move(blocking)), shared_(std::make_shared<shared>())
{
    shared_->target = std::move(target);
    shared_->where = where;
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
    std::size_t const count = std::exchange(filled_, 0);
    if (shared_->in_memory && shared_->where == file_access::here_without_disk)
        return shared_->write(active_, count);
    job_ = detail::start_step(
        blocking_, shared_, [which = active_, count](shared& state) { state.write(which, count); });
    active_ ^= 1U;
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
