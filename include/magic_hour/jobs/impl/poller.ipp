#pragma once

#include <magic_hour/detail/identifier.hpp>
#include <magic_hour/jobs/poller.hpp>

namespace magic_hour::jobs::detail
{

MAGIC_HOUR_DECL std::shared_ptr<poll_handle> make_poll_handle(
    std::shared_ptr<magic_hour::detail::core> shared, std::string id, kind makes,
    std::optional<poll_options> const& options, std::shared_ptr<magic_hour::detail::wake_source> hub)
{
    auto handle = std::make_shared<poll_handle>();
    handle->shared = std::move(shared);
    handle->id = std::move(id);
    auto const usable = poll_options_to_use(options);
    if (!magic_hour::detail::is_identifier(handle->id))
        handle->refused = error{errc::invalid_argument, "this cannot be the id of a job"};
    else if (!usable)
        handle->refused = usable.error();
    else
    {
        job_reference job;
        job.id = handle->id;
        job.kind = makes;
        handle->poller.emplace(handle->shared, std::move(job), *usable, status_callback{}, std::move(hub));
    }
    return handle;
}

/// Marks a poller as in use.
struct busy_mark
{
    std::shared_ptr<poll_handle> handle;

    explicit busy_mark(std::shared_ptr<poll_handle> h) noexcept : handle(std::move(h))
    {
        handle->busy = true;
    }
    busy_mark(busy_mark const&) = delete;
    busy_mark& operator=(busy_mark const&) = delete;
    ~busy_mark() { handle->busy = false; }
};

/// `next()` on the strand, cancellation as an error that knows the job.
MAGIC_HOUR_DECL asio::awaitable<result<bool>> guarded_next(std::shared_ptr<poll_handle> handle)
{
    auto step = co_await magic_hour::detail::guarded(handle->poller->next());
    if (!step)
        co_return about_job(step.error(), handle->id, handle->poller->job().kind, handle->poller->status());
    co_return step;
}

MAGIC_HOUR_DECL asio::awaitable<result<bool>> poll_next(std::shared_ptr<poll_handle> handle)
{
    if (handle->refused)
        co_return *handle->refused;
    if (handle->busy)
        co_return error{errc::invalid_argument, "this poller is waiting already"};
    busy_mark const mark{handle};
    auto const executor = handle->shared->get_executor();
    co_return co_await magic_hour::detail::on_strand(executor, guarded_next(handle));
}

} // namespace magic_hour::jobs::detail
