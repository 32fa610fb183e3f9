#pragma once

#include <magic_hour/detail/call.hpp>
#include <magic_hour/detail/core.hpp>
#include <magic_hour/error.hpp>
#include <magic_hour/jobs/download.hpp>
#include <magic_hour/jobs/options.hpp>
#include <magic_hour/jobs/upload.hpp>
#include <magic_hour/model/operation.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/deferred.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace magic_hour::jobs
{

/// A job to make, whatever its endpoint.
struct job_description
{
    std::string_view resource{};
    operation create{};
    call_options call{};
    std::vector<asset_slot> slots{}; ///< in the order in which `encode` expects them
    /// Makes the request from the stored paths of the slots; an empty path means that the slot stays as it
    /// is.
    std::function<magic_hour::detail::encoded_create(
        magic_hour::detail::core const& shared, std::vector<std::string> const& stored)>
        encode{};
};

/// What became of a job.
struct job_outcome
{
    std::string id{};
    std::string body{}; ///< the details as they came; empty when nobody waited
    std::vector<saved_file> files{};
};

/// A job on its way. What one job needs while it sleeps is this and the coroutine that awaits it.
struct job_run;

/// A job to make: uploads, creates, waits and downloads, as the options say.
[[nodiscard]] MAGIC_HOUR_DECL std::shared_ptr<job_run> new_job(
    std::shared_ptr<magic_hour::detail::core> shared, job_description what, generate_options const& options);

/// A job that exists: only what comes after the create.
[[nodiscard]] MAGIC_HOUR_DECL std::shared_ptr<job_run> known_job(
    std::shared_ptr<magic_hour::detail::core> shared, kind makes, std::string id,
    generate_options const& options);

/// A job that cannot even begin.
[[nodiscard]] MAGIC_HOUR_DECL std::shared_ptr<job_run> refused_job(error why);

/// Whether the job was refused: then there is nothing to carry out, only an outcome.
[[nodiscard]] MAGIC_HOUR_DECL bool is_refused(job_run const& run) noexcept;

using job_completion = asio::any_completion_handler<void(std::shared_ptr<job_run>)>;

/// Carries the job out, on a strand of its own; `on_end` is called on its own executor when it has ended, and
/// is given the job. Until then nobody but the job's own work may own it.
MAGIC_HOUR_DECL void start_job(std::shared_ptr<job_run> run, job_completion on_end);

struct initiate_job
{
    template <class Handler>
    void operator()(Handler&& handler, std::shared_ptr<job_run> run) const
    {
        start_job(std::move(run), job_completion{std::forward<Handler>(handler)});
    }
};

/// The same as something to be awaited: it has no coroutine of its own, for many jobs may wait at a time.
/// Cancellation: terminal; the job, once made, goes on.
[[nodiscard]] inline auto execute(std::shared_ptr<job_run> run)
{
    return asio::async_initiate<asio::deferred_t const, void(std::shared_ptr<job_run>)>(
        initiate_job{}, asio::deferred, std::move(run));
}

/// What came of it. Every error after the create carries the job's id, kind and last status. Throws only what
/// the caller's callbacks threw.
[[nodiscard]] MAGIC_HOUR_DECL result<job_outcome> take_outcome(job_run& run);

/// Both together.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<result<job_outcome>> run_job(std::shared_ptr<job_run> run);

/// Saves outputs of a job, on a strand of its own. Each has its own outcome.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<result<std::vector<saved_file>>>
save_job(std::shared_ptr<magic_hour::detail::core> shared, output_list outputs, generate_options options);

/// Uploads one file on a strand of its own; returns its stored path.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<result<std::string>> upload_file(
    std::shared_ptr<magic_hour::detail::core> shared, asset what, std::optional<media> as,
    progress_callback on_progress);

} // namespace magic_hour::jobs

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/jobs/impl/job_run.ipp>
#endif
