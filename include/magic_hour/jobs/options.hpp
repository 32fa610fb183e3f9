#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/jobs/file_names.hpp>
#include <magic_hour/jobs/poll_schedule.hpp>
#include <magic_hour/model/operation.hpp>
#include <magic_hour/options.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace magic_hour::detail
{
class wake_source;
}

namespace magic_hour
{

using jobs::on_collision;
using jobs::poll_options;

/// A job as callbacks see it. The texts are valid during the call.
struct job_status
{
    std::string_view id{};
    magic_hour::kind kind{};
    std::string_view status{};     ///< "queued", "rendering" ...; empty before the first answer
    http::duration elapsed{};      ///< since the job was made or attached to
    std::chrono::seconds median{}; ///< documented for this tool; 0: unknown
};

/// How far a transfer is.
struct transfer_progress
{
    magic_hour::phase phase = phase::none; ///< upload or download
    std::size_t file = 0;                  ///< which of the files, from 0
    std::size_t files = 0;                 ///< of how many
    std::uint64_t bytes = 0;
    std::optional<std::uint64_t> total{}; ///< unknown when a server does not tell
};

/// A job's output, or why there is none.
struct saved_file
{
    std::filesystem::path path{}; ///< empty unless it was saved as a file
    std::string content{};        ///< filled when memory was asked for
    std::uint64_t bytes = 0;
    /// False when the server did not mark the end of the file, so that nobody can tell whether it is whole.
    bool length_verified = false;
    std::optional<error> failure{};
};

namespace jobs
{

namespace asio = boost::asio;

/// Called with the job's id before anything else can happen to it, cancellation included.
using created_callback = std::function<void(job_status const&)>;
using status_callback = std::function<void(job_status const&)>;
using progress_callback = std::function<void(transfer_progress const&)>;
/// Takes the bytes of the output number `file` in order. The buffer is valid until the awaitable ends.
using chunk_consumer = std::function<asio::awaitable<void>(std::size_t file, asio::const_buffer chunk)>;

/// Where outputs go, and how.
struct output_settings
{
    enum class destination
    {
        nowhere,
        directory,
        memory,
        consumer
    };
    destination to = destination::nowhere;
    std::filesystem::path directory{};
    std::string name_template{default_name_template};
    on_collision collision = on_collision::fail;
    bool sync = true;
    std::uint64_t max_bytes = std::numeric_limits<std::uint64_t>::max();
    std::size_t parallel = 4;
    duration deadline = std::chrono::hours{6}; ///< for all outputs together
    chunk_consumer consumer{};
    progress_callback on_progress{};
};

/// Everything that `generate` can be told.
struct generate_settings
{
    bool wait = true;
    bool allow_failure = false;
    duration deadline = duration::max();
    poll_options poll{};
    output_settings output{};
    std::size_t parallel_uploads = 4;
    created_callback on_created{};
    status_callback on_status{};
    call_options call{};
    std::shared_ptr<magic_hour::detail::wake_source> hub{};
};

} // namespace jobs

/// How to generate. A path alone means: wait for the job and save its outputs in that directory.
///
/// Callbacks run on the executor of the client, never at the same time for one job, and must not block. What
/// they throw ends the operation; the job goes on.
class generate_options
{
public:
    generate_options() {}
    generate_options(std::filesystem::path directory) { save_in(std::move(directory)); }
    generate_options(char const* directory) { save_in(directory); }
    generate_options(std::string const& directory) { save_in(directory); }

    /// False: return as soon as the job is made; only its id is known then.
    generate_options& wait(bool yes)
    {
        settings_.wait = yes;
        return *this;
    }
    /// Saves the outputs in a directory, which is made with its parents and checked before money is spent.
    generate_options& save_in(std::filesystem::path directory)
    {
        settings_.output.to = jobs::output_settings::destination::directory;
        settings_.output.directory = std::move(directory);
        return *this;
    }
    /// Keeps the outputs in memory; one that is larger than `max_bytes` is an error.
    generate_options& keep_in_memory(std::uint64_t max_bytes)
    {
        settings_.output.to = jobs::output_settings::destination::memory;
        settings_.output.max_bytes = max_bytes;
        return *this;
    }
    /// Hands the outputs' bytes to `consumer` as they arrive; outputs come one after the other.
    generate_options& stream_to(jobs::chunk_consumer consumer)
    {
        settings_.output.to = jobs::output_settings::destination::consumer;
        settings_.output.consumer = std::move(consumer);
        return *this;
    }
    /// False: leave the outputs where they are, whatever was said before; true: save them, in the current
    /// directory if nothing else was said.
    generate_options& download(bool yes)
    {
        using to = jobs::output_settings::destination;
        if (!yes)
            settings_.output.to = to::nowhere;
        else if (settings_.output.to == to::nowhere)
            save_in(".");
        return *this;
    }
    /// Names of saved files: "{id}-{n}{ext}" by default; {kind} is known, too.
    generate_options& name_template(std::string text)
    {
        settings_.output.name_template = std::move(text);
        return *this;
    }
    generate_options& collision(on_collision policy)
    {
        settings_.output.collision = policy;
        return *this;
    }
    /// Whether saved files are flushed to the disk before they appear under their names; true by default.
    generate_options& sync(bool yes)
    {
        settings_.output.sync = yes;
        return *this;
    }
    generate_options& max_file_size(std::uint64_t bytes)
    {
        settings_.output.max_bytes = bytes;
        return *this;
    }
    generate_options& parallel_uploads(std::size_t most)
    {
        settings_.parallel_uploads = most;
        return *this;
    }
    generate_options& parallel_downloads(std::size_t most)
    {
        settings_.output.parallel = most;
        return *this;
    }
    /// How to wait. Without it MAGIC_HOUR_POLL_INTERVAL is looked at, before anything is sent.
    generate_options& poll(poll_options how)
    {
        settings_.poll = how;
        poll_was_set_ = true;
        return *this;
    }
    /// A limit on everything together: uploads, the job, downloads. None by default, because each part has
    /// its own.
    generate_options& deadline(http::duration limit)
    {
        settings_.deadline = limit;
        return *this;
    }
    /// A job that failed or was canceled, and files that could not be had, are then values instead of errors.
    generate_options& allow_failure(bool yes = true)
    {
        settings_.allow_failure = yes;
        return *this;
    }
    /// Called with the id of the new job before anything else can fail.
    generate_options& on_created(jobs::created_callback callback)
    {
        settings_.on_created = std::move(callback);
        return *this;
    }
    /// Called after each answer about the job.
    generate_options& on_status(jobs::status_callback callback)
    {
        settings_.on_status = std::move(callback);
        return *this;
    }
    /// Called as bytes go up and down, ten times a second and file at most, and at each end.
    generate_options& on_progress(jobs::progress_callback callback)
    {
        settings_.output.on_progress = std::move(callback);
        return *this;
    }
    /// Options of the create call.
    generate_options& call(call_options options)
    {
        settings_.call = options;
        return *this;
    }
    /// Events of this hub end pauses between polls, which are much longer then.
    generate_options& hub(std::shared_ptr<magic_hour::detail::wake_source> source)
    {
        settings_.hub = std::move(source);
        return *this;
    }

    /// For this library's own parts.
    [[nodiscard]] jobs::generate_settings const& settings() const noexcept { return settings_; }
    [[nodiscard]] bool poll_was_set() const noexcept { return poll_was_set_; }

private:
    jobs::generate_settings settings_{};
    bool poll_was_set_ = false;
};

namespace jobs
{

/// `options` as they are to be used: with MAGIC_HOUR_POLL_INTERVAL unless they say how to poll, checked so
/// that nothing can turn out to be wrong after money was spent. Fails with `errc::invalid_argument`.
[[nodiscard]] MAGIC_HOUR_DECL result<generate_settings> settings_to_use(generate_options const& options);

/// The same for the options of a poller alone.
[[nodiscard]] MAGIC_HOUR_DECL result<poll_options>
poll_options_to_use(std::optional<poll_options> const& given);

} // namespace jobs
} // namespace magic_hour

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/jobs/impl/options.ipp>
#endif
