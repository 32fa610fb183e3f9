#pragma once

#include <magic_hour/http/detail/engine_core.hpp>
#include <magic_hour/http/detail/parking.hpp>
#include <magic_hour/http/detail/system_resolver.hpp>

#include <boost/asio/this_coro.hpp>

#include <random>
#include <utility>

namespace magic_hour::http::detail
{

MAGIC_HOUR_DECL std::uint64_t random_seed()
{
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

MAGIC_HOUR_DECL std::shared_ptr<time_source> or_real_clock(std::shared_ptr<time_source> clock)
{
    return clock ? std::move(clock) : std::make_shared<time_source>();
}

MAGIC_HOUR_DECL engine_core::engine_core(asio::any_io_executor where, engine_options given)
    : options{std::move(given)},
      executor{std::move(where)},
      clock{or_real_clock(options.clock)},
      names{options.resolver ? options.resolver : std::make_shared<system_resolver>(clock)},
      tls{tls_context::find_or_make(options.tls).value()},
      connections{std::make_shared<connection_registry>()},
      pool{std::make_shared<detail::pool>(options.pool, executor, clock)},
      sleepers{std::make_shared<sleep_queue>(executor, clock)},
      budget{options.retry.budget_capacity},
      seed_{random_seed()},
      guard_{executor, *this}
{
    if (auto const proxy = proxy_for(options.proxy, "example.com"); !proxy)
        throw proxy.error();
}

MAGIC_HOUR_DECL double engine_core::random()
{
    if (options.random)
        return options.random();
    // splitmix64: one addition is all that threads share.
    std::uint64_t x = seed_.fetch_add(0x9E3779B97F4A7C15) + 0x9E3779B97F4A7C15;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
    x ^= x >> 31;
    return static_cast<double>(x >> 11) * 0x1.0p-53;
}

MAGIC_HOUR_DECL void engine_core::close() noexcept
{
    closed_ = true;
    pool->close();
    connections->close_all();
    std::lock_guard const lock{mutex_};
    for (auto const& place : pausing_)
        wake(place);
}

MAGIC_HOUR_DECL void engine_core::context_gone() noexcept
{
    auto const self = weak_from_this().lock(); // a sleeper may be the last owner
    closed_ = true;
    pool->abandon();
    connections->abandon_all();
    executor = {};
    sleepers->abandon();
}

/// Keeps a sleeper on the list of those whom `close` wakes.
class pausing
{
public:
    pausing(engine_core& core, std::shared_ptr<parking_place> place) : core_{core}
    {
        std::lock_guard const lock{core_.mutex_};
        where_ = core_.pausing_.insert(core_.pausing_.end(), std::move(place));
    }
    ~pausing()
    {
        std::lock_guard const lock{core_.mutex_};
        core_.pausing_.erase(where_);
    }
    pausing(pausing const&) = delete;
    pausing& operator=(pausing const&) = delete;

private:
    engine_core& core_;
    std::list<std::shared_ptr<parking_place>>::iterator where_{};
};

MAGIC_HOUR_DECL asio::awaitable<std::optional<error>> engine_core::pause_until(time_point when)
{
    auto const self = shared_from_this();
    auto const place = std::make_shared<parking_place>(co_await asio::this_coro::executor);
    pausing const listed{*this, place};
    if (closed_)
        co_return closed_failure(phase::none);
    auto const why = co_await place->wait(*clock, when, time_source::purpose::pause);
    if (closed_)
        co_return closed_failure(phase::none);
    if (why == parking_place::end::canceled)
        co_return canceled_failure(phase::none);
    co_return std::nullopt;
}

} // namespace magic_hour::http::detail
