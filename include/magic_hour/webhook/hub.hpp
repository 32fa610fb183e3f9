#pragma once

#include <magic_hour/detail/wake_source.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace magic_hour::webhook
{

class event;
class verified_event;

struct hub_options
{
    /// How long an event is kept for a wait that has not begun: longer than a create may take to answer.
    http::duration keep = std::chrono::minutes{10};
    std::size_t max_kept = 4096;                ///< beyond it the oldest kept event goes first
    std::shared_ptr<http::time_source> clock{}; ///< null: the real one
};

/// Brings webhook events to the waits of the same process: give it to the options of `wait` or `generate`,
/// and every event to `notify`, or let a `webhook::server` do that. A wait then asks once, when the job has
/// ended, and otherwise polls slowly as a net, because a delivery can be lost and a canceled job sends none.
///
/// An event for a job that nobody waits for is kept a while, so a job that ends before its create has
/// answered is not missed.
///
/// Thread safety: all members may be called from any thread. A wait is woken on its own executor. Waits that
/// outlive the hub are not woken any more and end at their limit.
class hub final : public magic_hour::detail::wake_source
{
public:
    MAGIC_HOUR_DECL hub();
    MAGIC_HOUR_DECL explicit hub(hub_options options);
    MAGIC_HOUR_DECL ~hub() override;
    hub(hub const&) = delete;
    hub& operator=(hub const&) = delete;

    /// Wakes all waits for the job that `e` is about, or keeps the event when there is none. Events that only
    /// say that a job has started wake nobody; those of unknown types do. Returns false for a body without a
    /// job's id. Throws nothing but `std::bad_alloc`.
    MAGIC_HOUR_DECL bool notify(verified_event const& e);
    MAGIC_HOUR_DECL bool notify(event const& e);

    /// Does what `notify` does for news that came another way, for instance through a queue from the process
    /// that has the webhook's URL.
    MAGIC_HOUR_DECL void wake(std::string_view id);

    MAGIC_HOUR_DECL http::asio::awaitable<bool>
    wait(std::string id, http::time_source& clock, http::time_point until) override;

    [[nodiscard]] MAGIC_HOUR_DECL bool take(std::string_view id) override;

    /// How many events are kept for waits to come.
    [[nodiscard]] MAGIC_HOUR_DECL std::size_t kept() const;

    /// How many waits there are now.
    [[nodiscard]] MAGIC_HOUR_DECL std::size_t waiting() const;

private:
    struct state;
    std::shared_ptr<state> state_;
};

} // namespace magic_hour::webhook

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/webhook/impl/hub.ipp>
#endif
