#pragma once

#include <magic_hour/detail/call.hpp>
#include <magic_hour/detail/guarded.hpp>
#include <magic_hour/detail/strand.hpp>
#include <magic_hour/error.hpp>
#include <magic_hour/jobs/job_poller.hpp>
#include <magic_hour/json/decode.hpp>
#include <magic_hour/resource_base.hpp>

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace magic_hour
{
namespace jobs::detail
{

/// A poller as its handle shares it with the operations under way.
struct poll_handle
{
    std::shared_ptr<magic_hour::detail::core> shared{};
    std::optional<job_poller> poller{};
    std::optional<error> refused{}; ///< why there can be no poller
    std::string id{};
    bool busy = false;
};

[[nodiscard]] MAGIC_HOUR_DECL std::shared_ptr<poll_handle> make_poll_handle(
    std::shared_ptr<magic_hour::detail::core> shared, std::string id, kind makes,
    std::optional<poll_options> const& options, std::shared_ptr<magic_hour::detail::wake_source> hub);

/// `next()` of the poller, on a strand, for one caller at a time.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<result<bool>> poll_next(std::shared_ptr<poll_handle> handle);

} // namespace jobs::detail

/// Waits for one job, step by step:
///
/// @code
/// auto poll = client.v1.image_projects.poll(id);
/// while (auto update = co_await poll.next())
///     log(update->status);
/// @endcode
///
/// Asks in growing pauses, lives through passing failures, and holds no connection in between. Dropping it
/// stops asking; the job goes on, and any new poller with the same id continues.
///
/// Thread safety: none; distinct pollers are independent.
template <class Project>
class poller
{
public:
    explicit poller(std::shared_ptr<jobs::detail::poll_handle> handle)
        : state_(std::make_shared<state>(state{std::move(handle), {}}))
    {
    }

    /// The next answer about the job: the first at once, then after a pause. After a terminal one (complete,
    /// failed, canceled, deleted) nothing, without a further pause.
    ///
    /// Throws `error`: `gave_up` at the deadline, `authentication`, `permission_denied`, `not_found` and the
    /// like at once; all carry the job's id. Cancellation: terminal; `next()` may be called again afterwards.
    [[nodiscard]] asio::awaitable<std::optional<Project>> next()
    {
        return magic_hour::detail::or_throw(take_next(state_));
    }
    /// The same without exceptions.
    [[nodiscard]] asio::awaitable<magic_hour::result<std::optional<Project>>> next(as_result_t)
    {
        return take_next(state_);
    }

    /// Waits for the end and returns the complete project. Throws `error`: as `next()`, and `job_failed`,
    /// `job_canceled` or `job_deleted` when that was the end.
    [[nodiscard]] asio::awaitable<Project> result()
    {
        return magic_hour::detail::or_throw(take_result(state_));
    }
    /// The same without exceptions.
    [[nodiscard]] asio::awaitable<magic_hour::result<Project>> result(as_result_t)
    {
        return take_result(state_);
    }

    /// What the newest answer said. Throws `error` (invalid_argument) before the first.
    [[nodiscard]] Project const& project() const
    {
        if (!state_->newest)
            throw error{errc::invalid_argument, "the poller has no answer yet"};
        return *state_->newest;
    }

    [[nodiscard]] std::string const& id() const noexcept { return state_->handle->id; }

private:
    struct state
    {
        std::shared_ptr<jobs::detail::poll_handle> handle{};
        std::optional<Project> newest{};
    };

    static asio::awaitable<magic_hour::result<std::optional<Project>>> take_next(std::shared_ptr<state> s)
    {
        auto const step = co_await jobs::detail::poll_next(s->handle);
        if (!step)
            co_return step.error();
        if (!*step)
            co_return std::optional<Project>{};
        auto decoded = json::decode<Project>(s->handle->poller->body());
        if (!decoded)
            co_return jobs::about_job(
                decoded.error(), s->handle->id, s->handle->poller->job().kind, s->handle->poller->status());
        s->newest = *std::move(decoded);
        co_return s->newest;
    }

    static asio::awaitable<magic_hour::result<Project>> take_result(std::shared_ptr<state> s)
    {
        for (;;)
        {
            auto const step = co_await take_next(s);
            if (!step)
                co_return step.error();
            if (!*step)
                break;
        }
        if (auto const failure = s->handle->poller->outcome_error())
            co_return *failure;
        co_return *s->newest;
    }

    std::shared_ptr<state> state_;
};

namespace detail
{

/// Waiting for what has details.
template <class Resource, class Declaration>
class can_poll : public verb_base<Resource, can_poll<Resource, Declaration>>
{
public:
    using poller_type = magic_hour::poller<typename Declaration::project>;

    /// Waits for the job `id`, whoever made it and whenever. Without options MAGIC_HOUR_POLL_INTERVAL is
    /// looked at. What is wrong with the id or the options is what the first `next()` fails with.
    [[nodiscard]] poller_type poll(std::string_view id) const { return make(id, std::nullopt, nullptr); }
    [[nodiscard]] poller_type poll(std::string_view id, poll_options options) const
    {
        return make(id, options, nullptr);
    }
    /// The same, woken by the events that the hub receives.
    [[nodiscard]] poller_type
    poll(std::string_view id, poll_options options, std::shared_ptr<wake_source> hub) const
    {
        return make(id, options, std::move(hub));
    }

private:
    [[nodiscard]] poller_type make(
        std::string_view id, std::optional<poll_options> const& options,
        std::shared_ptr<wake_source> hub) const
    {
        return poller_type{jobs::detail::make_poll_handle(
            this->share(), std::string{id}, Declaration::kind_of, options, std::move(hub))};
    }
};

} // namespace detail
} // namespace magic_hour

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/jobs/impl/poller.ipp>
#endif
