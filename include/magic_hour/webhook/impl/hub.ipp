#pragma once

#include <magic_hour/http/detail/parking.hpp>
#include <magic_hour/webhook/event.hpp>
#include <magic_hour/webhook/hub.hpp>
#include <magic_hour/webhook/verify.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <list>
#include <map>
#include <mutex>
#include <utility>

namespace magic_hour::webhook
{

namespace detail
{

/// One suspended `hub::wait`. `woken` belongs to the hub's mutex, the place to the wait's executor.
struct waiter
{
    explicit waiter(std::shared_ptr<http::detail::parking_place> where) : place{std::move(where)} {}

    std::shared_ptr<http::detail::parking_place> place;
    bool woken = false;
};

/// Events that came before their waits, oldest first.
class kept_events
{
public:
    explicit kept_events(std::size_t limit) noexcept : limit_{limit} {}

    void put(std::string id, http::time_point until)
    {
        take(id);
        if (limit_ == 0)
            return;
        std::list<entry> fresh;
        fresh.push_back(entry{std::move(id), until});
        index_.emplace(fresh.front().id, fresh.begin());
        order_.splice(order_.end(), fresh);
        if (order_.size() > limit_)
            drop_oldest();
    }

    bool take(std::string_view id) noexcept
    {
        auto const found = index_.find(id);
        if (found == index_.end())
            return false;
        auto const place = found->second;
        index_.erase(found);
        order_.erase(place);
        return true;
    }

    void expire(http::time_point now) noexcept
    {
        while (!order_.empty() && order_.front().until <= now)
            drop_oldest();
    }

    [[nodiscard]] std::size_t size() const noexcept { return order_.size(); }

private:
    struct entry
    {
        std::string id;
        http::time_point until;
    };

    void drop_oldest() noexcept
    {
        index_.erase(order_.front().id);
        order_.pop_front();
    }

    std::size_t limit_;
    std::list<entry> order_{};
    std::map<std::string_view, std::list<entry>::iterator> index_{};
};

} // namespace detail

struct hub::state
{
    explicit state(hub_options o)
        : options{std::move(o)},
          clock{options.clock ? options.clock : std::make_shared<http::time_source>()},
          kept{options.max_kept}
    {
    }

    bool notify(verified_event const& e)
    {
        auto const summary = detail::summarize(e.body());
        return summary && notify(summary->type, summary->id);
    }

    bool notify(std::string_view type, std::string_view id)
    {
        if (id.empty())
            return false;
        if (!detail::is_start(type))
            wake(id);
        return true;
    }

    /// The wake-up is posted under the mutex: a waiter that is still registered has a living executor.
    void wake(std::string_view id)
    {
        std::lock_guard const lock{mutex};
        auto const [first, last] = waiters.equal_range(id);
        if (first == last)
            return keep(id);
        for (auto it = first; it != last; ++it)
        {
            it->second->woken = true;
            http::detail::wake(it->second->place);
        }
    }

    void keep(std::string_view id)
    {
        auto const now = clock->now();
        kept.expire(now);
        kept.put(std::string{id}, http::saturating_add(now, options.keep));
    }

    bool take(std::string_view id)
    {
        kept.expire(clock->now());
        return kept.take(id);
    }

    hub_options const options;
    std::shared_ptr<http::time_source> const clock;
    mutable std::mutex mutex{};
    std::multimap<std::string, std::shared_ptr<detail::waiter>, std::less<>> waiters{};
    detail::kept_events kept;
};

namespace detail
{

/// Keeps a waiter known to the hub. News that the wait did not live to report goes back to the hub.
template <class State>
class registration
{
public:
    registration(std::shared_ptr<State> state, std::string id, std::shared_ptr<waiter> w)
        : state_{std::move(state)}, waiter_{std::move(w)}
    {
        std::lock_guard const lock{state_->mutex};
        waiter_->woken = state_->take(id);
        place_ = state_->waiters.emplace(std::move(id), waiter_);
    }

    registration(registration const&) = delete;
    registration& operator=(registration const&) = delete;

    ~registration()
    {
        std::lock_guard const lock{state_->mutex};
        auto node = state_->waiters.extract(place_);
        if (waiter_->woken)
            keep(node.key());
    }

    /// Whether there was news; it counts as reported.
    [[nodiscard]] bool report()
    {
        std::lock_guard const lock{state_->mutex};
        return std::exchange(waiter_->woken, false);
    }

private:
    void keep(std::string const& id) noexcept
    {
        try
        {
            state_->keep(id);
        }
        catch (...)
        {
            // Out of memory: the slow poll notices the end of the job.
        }
    }

    std::shared_ptr<State> state_;
    std::shared_ptr<waiter> waiter_;
    typename decltype(State::waiters)::iterator place_{};
};

} // namespace detail

MAGIC_HOUR_DECL hub::hub() : hub{hub_options{}} {}
MAGIC_HOUR_DECL hub::hub(hub_options options) : state_{std::make_shared<state>(std::move(options))} {}
MAGIC_HOUR_DECL hub::~hub() = default;

MAGIC_HOUR_DECL bool hub::notify(verified_event const& e)
{
    return state_->notify(e);
}

MAGIC_HOUR_DECL bool hub::notify(event const& e)
{
    return state_->notify(e.type(), e.id());
}

MAGIC_HOUR_DECL void hub::wake(std::string_view id)
{
    state_->wake(id);
}

/// The limit counts as one on a live exchange: the event comes from outside the process, so a clock that
/// skips pauses must not skip this one.
MAGIC_HOUR_DECL http::asio::awaitable<bool>
hub::wait(std::string id, http::time_source& clock, http::time_point until)
{
    auto const executor = co_await http::asio::this_coro::executor;
    auto const place = std::make_shared<http::detail::parking_place>(executor);
    auto const self = std::make_shared<detail::waiter>(place);
    detail::registration<state> known{state_, std::move(id), self};
    if (known.report())
        co_return true;
    co_await place->wait(clock, until, http::time_source::purpose::limit);
    auto const cancellation = co_await http::asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != http::asio::cancellation_type::none)
        throw boost::system::system_error{http::asio::error::operation_aborted};
    co_return known.report();
}

MAGIC_HOUR_DECL bool hub::take(std::string_view id)
{
    std::lock_guard const lock{state_->mutex};
    return state_->take(id);
}

MAGIC_HOUR_DECL std::size_t hub::kept() const
{
    std::lock_guard const lock{state_->mutex};
    state_->kept.expire(state_->clock->now());
    return state_->kept.size();
}

MAGIC_HOUR_DECL std::size_t hub::waiting() const
{
    std::lock_guard const lock{state_->mutex};
    return state_->waiters.size();
}

} // namespace magic_hour::webhook
