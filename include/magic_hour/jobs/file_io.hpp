#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/http/body.hpp>
#include <magic_hour/jobs/file_names.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

namespace magic_hour
{
struct client_options;
}

namespace magic_hour::jobs
{

namespace asio = boost::asio;

/// A file that can be uploaded, as it was when it was checked.
struct input_file
{
    std::filesystem::path path{};
    std::uint64_t size = 0;
    std::int64_t modified_ns = 0;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;

    /// Whether both are one file: equal device and inode.
    [[nodiscard]] bool same_file(input_file const& other) const noexcept
    {
        return device == other.device && inode == other.inode;
    }
};

/// Checks that a path names a regular, readable, not empty file. Fails with `errc::file`. Blocks.
[[nodiscard]] MAGIC_HOUR_DECL result<input_file> check_input_file(std::filesystem::path const& path);

/// Makes a directory with its parents and checks that files can be made in it. Fails with `errc::file`.
/// Blocks.
[[nodiscard]] MAGIC_HOUR_DECL result<void> prepare_directory(std::filesystem::path const& directory);

/// Checks that a file can be made under this name: its directory as above, and, unless it may be overwritten
/// or renamed, that nothing has that name. Fails with `errc::file`. Blocks.
[[nodiscard]] MAGIC_HOUR_DECL result<void>
prepare_target(std::filesystem::path const& target, on_collision collision);

/// Blocking work on another executor, awaited from a coroutine. When the coroutine is canceled or destroyed
/// meanwhile the work runs to its end and nobody hears of it: it must own everything that it uses.
class file_job
{
public:
    file_job() = default;
    file_job(file_job&&) noexcept = default;
    file_job& operator=(file_job&&) noexcept = default;

    /// Starts `work`, which must not throw, on `blocking`.
    MAGIC_HOUR_DECL static file_job start(asio::any_io_executor blocking, std::function<void()> work);

    /// Whether work was started and its end was not waited for.
    [[nodiscard]] bool pending() const noexcept { return state_ != nullptr; }

    /// Returns once the work has run. Must be awaited on a serialized executor. Throws
    /// `boost::system::system_error` (operation_aborted) when canceled.
    MAGIC_HOUR_DECL asio::awaitable<void> wait();

    struct state;

private:
    std::shared_ptr<state> state_{};
};

/// Runs `work` on `blocking` and returns its result.
template <class T>
asio::awaitable<result<T>> run_blocking(asio::any_io_executor blocking, std::function<result<T>()> work)
{
    auto const outcome = std::make_shared<std::optional<result<T>>>();
    std::function<void()> store = [outcome, run = std::move(work)] { outcome->emplace(run()); };
    auto job = file_job::start(std::move(blocking), std::move(store));
    co_await job.wait();
    if (!*outcome)
        co_return error{errc::closed, "the executor for files stopped"};
    co_return std::move(**outcome);
}

/// Where a file may be read and written.
enum class file_access
{
    elsewhere,        ///< always on the executor for blocking work
    here_without_disk ///< also where the body is sent or received, as long as that waits for no disk
};

/// Whoever gives a client an executor for files wants every access there.
[[nodiscard]] MAGIC_HOUR_DECL file_access access_to_files(client_options const& options) noexcept;

/// Reads a file as a request body. What the system has in its memory already is read as it is wanted; else
/// the next piece is read elsewhere while the network sends the one before. Fails with `errc::file` when the
/// file is not the one that was checked, or changes while it is read.
class file_reader final : public http::body_source
{
public:
    static constexpr std::size_t piece = 256 * 1024;

    MAGIC_HOUR_DECL
    file_reader(asio::any_io_executor blocking, input_file file, file_access where = file_access::elsewhere);
    MAGIC_HOUR_DECL ~file_reader() override;

    [[nodiscard]] std::uint64_t size() const noexcept override { return file_.size; }
    MAGIC_HOUR_DECL asio::awaitable<result<asio::const_buffer>> next() override;
    MAGIC_HOUR_DECL asio::awaitable<result<void>> rewind() override;
    [[nodiscard]] bool rewindable() const noexcept override { return true; }

    struct shared;

private:
    void read_elsewhere();

    asio::any_io_executor blocking_;
    input_file file_;
    file_access where_;
    std::shared_ptr<shared> shared_;
    file_job job_{};
    std::uint64_t handed_out_ = 0;
};

/// How a downloaded file comes into being.
struct file_target
{
    std::filesystem::path path{};
    on_collision collision = on_collision::fail;
    bool sync = true;        ///< flush to the disk before the file appears under its name
    std::uint32_t token = 0; ///< tells temporary files apart
};

/// Writes a file that appears under its name only when it is complete. Until then the bytes are in a
/// temporary file beside it, which is removed when the writer is destroyed or canceled. One piece is written
/// elsewhere while the network fills the next, unless the file is nothing but memory and may be written here.
class file_writer
{
public:
    static constexpr std::size_t piece = 256 * 1024;

    MAGIC_HOUR_DECL file_writer(
        asio::any_io_executor blocking, file_target target, file_access where = file_access::elsewhere);
    MAGIC_HOUR_DECL ~file_writer();
    file_writer(file_writer const&) = delete;
    file_writer& operator=(file_writer const&) = delete;

    /// Makes the temporary file. Must be the first call.
    MAGIC_HOUR_DECL asio::awaitable<result<void>> open();

    /// Where the next bytes go; never empty.
    [[nodiscard]] MAGIC_HOUR_DECL asio::mutable_buffer space();
    /// `count` bytes were put into `space()`.
    MAGIC_HOUR_DECL asio::awaitable<result<void>> commit(std::size_t count);

    /// Throws away what was written.
    MAGIC_HOUR_DECL asio::awaitable<result<void>> restart();

    /// Writes what is left and gives the file its name; returns it (another one than asked for with
    /// `on_collision::rename`). From then on nothing is removed.
    MAGIC_HOUR_DECL asio::awaitable<result<std::filesystem::path>> finish();

    struct shared;

private:
    asio::awaitable<result<void>> settle();
    void flush();

    asio::any_io_executor blocking_;
    std::shared_ptr<shared> shared_;
    file_job job_{};
    std::size_t active_ = 0; ///< which of the two pieces the network fills
    std::size_t filled_ = 0;
};

} // namespace magic_hour::jobs

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/jobs/impl/file_io.ipp>
#include <magic_hour/jobs/impl/file_reader.ipp>
#include <magic_hour/jobs/impl/file_writer.ipp>
#endif
