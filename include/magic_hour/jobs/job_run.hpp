#pragma once

#include <magic_hour/detail/core.hpp>
#include <magic_hour/error.hpp>
#include <magic_hour/jobs/download.hpp>
#include <magic_hour/jobs/options.hpp>
#include <magic_hour/jobs/upload.hpp>
#include <magic_hour/model/operation.hpp>

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace magic_hour::jobs
{

/// A job to make, whatever its endpoint.
struct job_description
{
    std::string_view resource{};
    operation create{};
    std::vector<asset_slot> slots{}; ///< in the order in which `encode` expects them
    /// Makes the create call from the stored paths of the slots; an empty path means that the slot stays as
    /// it is.
    std::function<result<magic_hour::detail::api_request>(std::vector<std::string> const& stored)> encode{};
};

/// What became of a job.
struct job_outcome
{
    std::string id{};
    std::string body{}; ///< the details as they came; empty when nobody waited
    std::vector<saved_file> files{};
};

/// A job on its way, shared by its coroutines. What one job needs while it sleeps is this and three frames.
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

/// Carries the job out, on a strand of its own; what came of it is in `take_outcome`. Throws only what the
/// caller's callbacks throw. Cancellation: terminal; the job, once made, goes on.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<void> execute(std::shared_ptr<job_run> run);

/// Every error after the create carries the job's id, kind and last status.
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
