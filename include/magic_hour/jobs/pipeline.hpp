#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/jobs/generate.hpp>
#include <magic_hour/jobs/job_run.hpp>
#include <magic_hour/resource.hpp>

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace magic_hour
{
namespace jobs
{

/// One job of many that has ended, well or not.
struct batch_outcome
{
    std::size_t index = 0;
    result<job_outcome> outcome;
};

/// Many jobs, some of them under way at a time, whatever their endpoints.
class batch
{
public:
    using starter = std::function<asio::awaitable<result<job_outcome>>(std::size_t index)>;
    struct state;

    /// Nothing starts before the first `next()`.
    MAGIC_HOUR_DECL
    batch(asio::any_io_executor executor, std::size_t count, std::size_t parallel, starter start);
    batch(batch&&) noexcept = default;
    MAGIC_HOUR_DECL batch& operator=(batch&& other) noexcept;
    /// Cancels what is under way.
    MAGIC_HOUR_DECL ~batch();

    /// The next job that has ended; nothing when all have.
    [[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<std::optional<batch_outcome>> next();

    /// Starts no more jobs and ends what is under way with `errc::canceled`; jobs that were made go on at the
    /// server, their ids are in the errors. Idempotent; any thread.
    MAGIC_HOUR_DECL void cancel() noexcept;

private:
    std::shared_ptr<state> state_;
};

} // namespace jobs

/// One of many jobs that has ended.
template <class Generated>
struct batch_result
{
    std::size_t index = 0; ///< of its request
    result<Generated> job;
};

/// Jobs for a range of requests, so many at a time, results as they come:
///
/// @code
/// auto jobs = mh::generate_all(client.v1.ai_image_generator, requests, "outputs", 3);
/// while (auto done = co_await jobs.next())
///     std::cout << done->index << ' ' << (done->job ? "done" : done->job.error().what()) << '\n';
/// @endcode
///
/// Dropping it cancels the rest. Thread safety: none but `cancel`.
template <class Declaration>
class generate_batch
{
public:
    using generate_result =
        typename detail::can_generate<resource<Declaration>, Declaration>::generate_result;

    generate_batch(jobs::batch jobs, kind makes) : jobs_(std::move(jobs)), makes_(makes) {}

    /// The next job that has ended, well or not; nothing when all have. Cancellation: of the wait only.
    [[nodiscard]] asio::awaitable<std::optional<batch_result<generate_result>>> next()
    {
        using details = typename jobs::details_of<*Declaration::create.makes>::type;
        using item = std::optional<batch_result<generate_result>>;
        auto done = co_await jobs_.next();
        if (!done)
            co_return item{};
        auto typed = done->outcome ? jobs::typed_outcome<details>(*std::move(done->outcome), makes_)
                                   : result<generate_result>{done->outcome.error()};
        co_return item{batch_result<generate_result>{done->index, std::move(typed)}};
    }

    /// Starts no more jobs and ends waiting for those under way. Idempotent; any thread.
    void cancel() noexcept { jobs_.cancel(); }

private:
    jobs::batch jobs_;
    kind makes_;
};

/// Generates for each of `requests`, at most `parallel` at a time. Each result says which request it belongs
/// to; a failure does not stop the others. The requests are copied. Nothing starts before the first `next()`.
template <class Declaration, class Requests>
[[nodiscard]] generate_batch<Declaration> generate_all(
    resource<Declaration> const& on, Requests const& requests, generate_options options, std::size_t parallel)
{
    using request = typename Declaration::request;
    auto const all = std::make_shared<std::vector<request> const>(std::begin(requests), std::end(requests));
    auto const shared = static_cast<detail::resource_base const&>(on).share();
    auto start = [all, on, options](std::size_t index)
    { return jobs::run_job(on.new_job((*all)[index], options)); };
    jobs::batch batch{shared->get_executor(), all->size(), parallel, std::move(start)};
    return generate_batch<Declaration>{std::move(batch), *Declaration::create.makes};
}

/// An output of a finished job as an asset of another one: the API fetches it by its URL, nothing is
/// downloaded. Throws `error` (invalid_argument) when there is none of that number.
template <class Project>
[[nodiscard]] asset output_as_asset(Project const& project, std::size_t number = 0)
{
    if (number >= project.downloads.size())
        throw error{errc::invalid_argument, "the job has no output of this number"};
    return asset::url(project.downloads[number].url);
}

} // namespace magic_hour

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/jobs/impl/pipeline.ipp>
#endif
