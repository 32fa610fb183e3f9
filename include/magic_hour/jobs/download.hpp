#pragma once

#include <magic_hour/detail/core.hpp>
#include <magic_hour/error.hpp>
#include <magic_hour/jobs/detail/transfer.hpp>
#include <magic_hour/jobs/options.hpp>
#include <magic_hour/model/operation.hpp>
#include <magic_hour/model/project.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace magic_hour
{

/// A file that is downloaded piece by piece, at the reader's pace and in bounded memory:
///
/// @code
/// auto stream = client.download(project.downloads.at(0));
/// while (auto chunk = co_await stream.next())
///     co_await reply.write(*chunk);
/// @endcode
///
/// A broken transfer goes on where it was, if the storage proves that the file is the same.
///
/// Thread safety: none; distinct streams are independent. Dropping it closes its connection.
class download_stream
{
public:
    struct state;
    /// A stream of nothing.
    download_stream() = default;
    explicit download_stream(std::shared_ptr<state> shared) noexcept : state_(std::move(shared)) {}

    /// The next bytes, valid until the next call; nothing at the verified end. Throws `error`. Cancellation:
    /// terminal; the stream cannot be read afterwards.
    [[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<std::optional<asio::const_buffer>> next();
    /// The same without exceptions.
    [[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<result<std::optional<asio::const_buffer>>>
        next(as_result_t);

    /// Connects, so that size and type are known before the first bytes are taken. Throws `error`.
    [[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<void> open();

    /// The file's size, once it is open and if the storage tells it.
    [[nodiscard]] MAGIC_HOUR_DECL std::optional<std::uint64_t> size() const noexcept;
    [[nodiscard]] MAGIC_HOUR_DECL std::uint64_t received() const noexcept;
    /// After the end: whether the storage marked it.
    [[nodiscard]] MAGIC_HOUR_DECL bool length_verified() const noexcept;
    /// As the storage says, once it is open.
    [[nodiscard]] MAGIC_HOUR_DECL std::string const& content_type() const noexcept;

private:
    std::shared_ptr<state> state_{};
};

namespace jobs
{

/// A stream of one file; nothing is sent before its first `next()`.
[[nodiscard]] MAGIC_HOUR_DECL download_stream open_download(
    std::shared_ptr<magic_hour::detail::core> shared, detail::download_origin origin, duration deadline);

/// Opens the file behind a signed URL; nobody can be asked for a fresh one.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<download_stream>
start_download(std::shared_ptr<magic_hour::detail::core> shared, download_link link);

/// The outputs of a job.
struct output_list
{
    std::string project_id{};
    magic_hour::kind kind{};
    std::vector<download_link> links{};
};

/// Opens one output of a job. Throws `error` (invalid_argument) when there is none of that number.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<download_stream>
start_download(std::shared_ptr<magic_hour::detail::core> shared, output_list outputs, std::size_t number);

/// Fails when outputs could not be saved as the settings say. Blocks: touches the file system.
[[nodiscard]] MAGIC_HOUR_DECL result<void> prepare_output(output_settings const& settings);

/// Fetches all outputs, some at a time. Each has an outcome of its own; one failure does not end the others.
/// Must run on a serialized executor. Cancellation: terminal; leaves complete files and nothing else.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<std::vector<saved_file>> save_outputs(
    std::shared_ptr<magic_hour::detail::core> shared, output_list outputs, output_settings settings,
    time_point deadline);

/// The first failure among outcomes, which tells how many there are; nothing when all is well.
[[nodiscard]] MAGIC_HOUR_DECL std::optional<error> first_failure(std::vector<saved_file> const& files);

} // namespace jobs
} // namespace magic_hour

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/jobs/impl/download.ipp>
#endif
