#pragma once

#include <magic_hour/http/detail/context_guard.hpp>
#include <magic_hour/http/detail/failure.hpp>
#include <magic_hour/http/detail/parking.hpp>
#include <magic_hour/http/detail/system_resolver.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <netdb.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace magic_hour::http::detail
{

using address_list = std::vector<asio::ip::address>;

class lookup_wait;

/// One name that is being looked up, or is to be.
struct lookup
{
    std::list<lookup_wait*> waiting{};
    bool running = false;
};

struct system_resolver::shared_state
{
    static constexpr int most_threads = 4;
    static constexpr std::chrono::seconds lifetime{30};

    struct answer
    {
        address_list found{};
        time_point good_until{};
    };

    explicit shared_state(std::shared_ptr<time_source> c) : clock{std::move(c)} {}

    std::shared_ptr<time_source> clock;
    std::mutex mutex{};
    std::map<std::string, answer> known{};
    std::map<std::string, lookup> lookups{};
    std::deque<std::string> queue{};
    int threads = 0;
};

using resolver_state = system_resolver::shared_state;

/// A coroutine that waits for an answer. Ending it, or its execution context, takes it off the list.
class lookup_wait final : public context_dependent
{
public:
    lookup_wait(std::shared_ptr<resolver_state> state, std::string host, asio::any_io_executor const& where)
        : place{std::make_shared<parking_place>(where)},
          state_{std::move(state)},
          host_{std::move(host)},
          guard_{where, *this}
    {
    }
    MAGIC_HOUR_DECL ~lookup_wait();

    MAGIC_HOUR_DECL void context_gone() noexcept override;

    std::shared_ptr<parking_place> place;
    std::optional<result<address_list>> answer{};
    bool listed = false; ///< guarded by the resolver's mutex, like `answer` until the wake

private:
    std::shared_ptr<resolver_state> state_;
    std::string host_;
    context_guard guard_;
};

MAGIC_HOUR_DECL lookup_wait::~lookup_wait()
{
    context_gone();
}

MAGIC_HOUR_DECL void lookup_wait::context_gone() noexcept
{
    std::lock_guard const lock{state_->mutex};
    if (!std::exchange(listed, false))
        return;
    auto const found = state_->lookups.find(host_);
    found->second.waiting.remove(this);
    if (!found->second.waiting.empty() || found->second.running)
        return;
    std::erase(state_->queue, host_);
    state_->lookups.erase(found);
}

/// Why there is no answer, as an error that tells whether asking again makes sense.
MAGIC_HOUR_DECL error no_answer(std::string const& host, int code)
{
    bool const may_change = code == EAI_AGAIN || code == EAI_SYSTEM || code == EAI_MEMORY;
    return make_failure(errc::resolve, phase::resolve, "cannot resolve " + host + ": " + ::gai_strerror(code))
        .with(
            [&](error_info& info) {
                info.system =
                    may_change ? asio::error::host_not_found_try_again : asio::error::host_not_found;
            });
}

MAGIC_HOUR_DECL result<address_list> ask_system(std::string const& host)
{
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* raw = nullptr;
    int const code = ::getaddrinfo(host.c_str(), nullptr, &hints, &raw);
    std::unique_ptr<addrinfo, void (*)(addrinfo*)> const list{raw, &::freeaddrinfo};
    if (code != 0)
        return no_answer(host, code);
    address_list found;
    for (addrinfo const* entry = raw; entry; entry = entry->ai_next)
    {
        asio::ip::tcp::endpoint endpoint;
        if (entry->ai_addrlen > endpoint.capacity())
            continue;
        std::memcpy(endpoint.data(), entry->ai_addr, entry->ai_addrlen);
        endpoint.resize(entry->ai_addrlen);
        if (std::find(found.begin(), found.end(), endpoint.address()) == found.end())
            found.push_back(endpoint.address());
    }
    if (found.empty())
        return make_failure(errc::resolve, phase::resolve, "cannot resolve " + host + ": it has no address");
    return found;
}

/// Hands the answer to everybody who waits. The mutex must be held: it keeps their execution contexts alive.
MAGIC_HOUR_DECL void
deliver(resolver_state& state, std::string const& host, result<address_list> const* answer)
{
    auto const found = state.lookups.find(host);
    for (lookup_wait* const waiter : found->second.waiting)
    {
        if (answer)
            waiter->answer = *answer;
        waiter->listed = false;
        wake(waiter->place);
    }
    state.lookups.erase(found);
}

/// The next name whose turn it is; the mutex must be held.
MAGIC_HOUR_DECL std::optional<std::string> next_lookup(resolver_state& state)
{
    if (state.queue.empty())
    {
        --state.threads;
        return std::nullopt;
    }
    std::string host = std::move(state.queue.front());
    state.queue.pop_front();
    state.lookups[host].running = true;
    return host;
}

MAGIC_HOUR_DECL void remember(resolver_state& state, std::string const& host, address_list const& found)
{
    constexpr std::size_t most = 256;
    time_point const now = state.clock->now();
    if (state.known.size() >= most)
        std::erase_if(state.known, [&](auto const& entry) { return entry.second.good_until <= now; });
    if (state.known.size() < most)
        state.known[host] = {found, saturating_add(now, resolver_state::lifetime)};
}

/// What a thread does: one lookup after the other until none is left.
MAGIC_HOUR_DECL void look_up_until_done(std::shared_ptr<resolver_state> const& state, std::string host)
try
{
    for (;;)
    {
        result<address_list> const answer = ask_system(host);
        std::lock_guard const lock{state->mutex};
        if (answer)
            remember(*state, host, *answer);
        deliver(*state, host, &answer);
        auto next = next_lookup(*state);
        if (!next)
            return;
        host = *std::move(next);
    }
}
catch (std::exception const&) // memory is exhausted
{
    std::lock_guard const lock{state->mutex};
    --state->threads;
    if (state->lookups.contains(host))
        deliver(*state, host, nullptr);
}

/// Signals are the program's own business: none is delivered to our threads.
class signals_blocked
{
public:
    signals_blocked()
    {
        sigset_t all;
        sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    signals_blocked(signals_blocked const&) = delete;
    signals_blocked& operator=(signals_blocked const&) = delete;

private:
    sigset_t before_{};
};

/// Joins or starts the lookup of `host`; the mutex must be held.
MAGIC_HOUR_DECL void
join_lookup(std::shared_ptr<resolver_state> const& state, std::string const& host, lookup_wait& waiter)
{
    auto const [entry, is_new] = state->lookups.try_emplace(host);
    entry->second.waiting.push_back(&waiter);
    waiter.listed = true;
    if (!is_new)
        return;
    if (state->threads >= resolver_state::most_threads)
        return state->queue.push_back(host);
    entry->second.running = true;
    ++state->threads;
    try
    {
        signals_blocked const quiet;
        std::thread{[state, host] { look_up_until_done(state, host); }}.detach();
    }
    catch (std::system_error const& e)
    {
        --state->threads;
        result<address_list> const failure =
            make_failure(errc::resolve, phase::resolve, "cannot start a thread to resolve " + host, e.code());
        deliver(*state, host, &failure);
    }
}

MAGIC_HOUR_DECL system_resolver::system_resolver(std::shared_ptr<time_source> clock)
    : state_{std::make_shared<shared_state>(std::move(clock))}
{
}

MAGIC_HOUR_DECL asio::awaitable<result<address_list>>
wait_for_lookup(std::shared_ptr<resolver_state> state, std::string host)
{
    auto const where = co_await asio::this_coro::executor;
    lookup_wait waiter{state, host, where};
    {
        std::lock_guard const lock{state->mutex};
        auto const found = state->known.find(host);
        if (found != state->known.end() && state->clock->now() < found->second.good_until)
            co_return found->second.found;
        join_lookup(state, host, waiter);
    }
    auto const why =
        co_await waiter.place->wait(*state->clock, time_point::max(), time_source::purpose::limit);
    if (why == parking_place::end::canceled)
        throw boost::system::system_error{asio::error::operation_aborted};
    std::lock_guard const lock{state->mutex};
    if (!waiter.answer)
        throw std::bad_alloc{};
    co_return *std::move(waiter.answer);
}

MAGIC_HOUR_DECL asio::awaitable<result<address_list>> system_resolver::resolve(std::string host)
{
    return wait_for_lookup(state_, std::move(host));
}

} // namespace magic_hour::http::detail
