#pragma once

#include <magic_hour/http/detail/connection.hpp>
#include <magic_hour/http/engine_options.hpp>

#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace magic_hour::http::detail
{

class pool;
class pool_waiter;

/// Connections to one origin: those in use, those at rest and those who wait for one.
struct origin_entry
{
    std::string key{};
    std::size_t open = 0;                            ///< places taken, by leases and idle connections
    std::vector<std::shared_ptr<connection>> idle{}; ///< the last one was used last
    std::list<pool_waiter*> waiting{};               ///< first come, first served
};

/// A place among an origin's connections, with a connection once there is one. Its end gives both back: the
/// connection only when `keep` was called.
class lease
{
public:
    lease() = default;
    lease(std::shared_ptr<pool> owner, origin_entry& entry, std::shared_ptr<connection> reused) noexcept
        : pool_{std::move(owner)}, entry_{&entry}, connection_{std::move(reused)}
    {
    }
    lease(lease&& other) noexcept
        : pool_{std::move(other.pool_)},
          entry_{std::exchange(other.entry_, nullptr)},
          connection_{std::move(other.connection_)},
          keep_{std::exchange(other.keep_, false)}
    {
    }
    lease& operator=(lease&& other) noexcept
    {
        lease taken{std::move(other)};
        std::swap(pool_, taken.pool_);
        std::swap(entry_, taken.entry_);
        std::swap(connection_, taken.connection_);
        std::swap(keep_, taken.keep_);
        return *this;
    }
    ~lease() { release(); }

    [[nodiscard]] explicit operator bool() const noexcept { return entry_ != nullptr; }
    [[nodiscard]] std::shared_ptr<connection> const& get() const noexcept { return connection_; }
    void put(std::shared_ptr<connection> fresh) noexcept { connection_ = std::move(fresh); }
    /// The connection is good for another exchange.
    void keep() noexcept { keep_ = true; }
    /// Closes the connection that was found dead and takes the next idle one, if any.
    MAGIC_HOUR_DECL void replace();
    MAGIC_HOUR_DECL void release() noexcept;

private:
    std::shared_ptr<pool> pool_{};
    origin_entry* entry_ = nullptr;
    std::shared_ptr<connection> connection_{};
    bool keep_ = false;
};

/// Idle connections per origin and the right to open more. The mutex is held for list operations only.
///
/// Idle connections are closed by a timer while anything else goes on in the engine; a timer beside an idle
/// engine would keep `io_context::run` from returning, so there they are closed when the next operation
/// begins or the engine ends.
///
/// Thread safety: all members.
class pool : public std::enable_shared_from_this<pool>
{
public:
    MAGIC_HOUR_DECL
    pool(pool_options options, asio::any_io_executor const& executor, std::shared_ptr<time_source> clock);

    /// A place at `origin`, with an idle connection unless `fresh`; an empty lease when all are taken.
    [[nodiscard]] MAGIC_HOUR_DECL result<lease> try_acquire(std::string const& origin, bool fresh);
    /// The same, but waits its turn until `deadline`.
    MAGIC_HOUR_DECL asio::awaitable<result<lease>>
    acquire(std::string origin, bool fresh, time_point deadline);

    /// Closes idle connections and sends waiters away.
    MAGIC_HOUR_DECL void close() noexcept;
    /// The same for a context that is gone: wakes nobody.
    MAGIC_HOUR_DECL void abandon() noexcept;

private:
    friend class lease;
    friend class pool_waiter;
    using connections = std::vector<std::shared_ptr<connection>>;

    // All of these want the mutex held. What they put into `trash` is closed after it is released.
    [[nodiscard]] MAGIC_HOUR_DECL result<lease>
    take_place(std::string const& origin, bool fresh, connections& trash);
    [[nodiscard]] MAGIC_HOUR_DECL bool
    try_take(origin_entry& entry, bool fresh, std::shared_ptr<connection>& taken, connections& trash);
    [[nodiscard]] MAGIC_HOUR_DECL std::shared_ptr<connection>
    pop_idle(origin_entry& entry, connections& trash);
    /// What nobody wants is given back to be closed.
    [[nodiscard]] MAGIC_HOUR_DECL std::shared_ptr<connection>
    pass_on(origin_entry& entry, std::shared_ptr<connection> c, time_point now);
    MAGIC_HOUR_DECL void leave() noexcept;
    MAGIC_HOUR_DECL void schedule_reaping() noexcept;
    [[nodiscard]] MAGIC_HOUR_DECL time_point good_until(connection const& c) const noexcept;
    MAGIC_HOUR_DECL void collect_expired(connections& trash);

    MAGIC_HOUR_DECL void give_back(origin_entry& entry, std::shared_ptr<connection> c) noexcept;
    MAGIC_HOUR_DECL void reap();

    pool_options options_;
    std::shared_ptr<time_source> clock_;
    std::mutex mutex_{};
    std::map<std::string, origin_entry, std::less<>> origins_{};
    std::optional<asio::steady_timer> reaper_;
    std::uint64_t reaping_ = 0; ///< generation of the pending timer
    bool reaper_set_ = false;
    std::size_t active_ = 0; ///< leases and waiters
    bool closed_ = false;
};

/// A coroutine in the queue for a place. Its end, however it comes, passes on what it was granted.
class pool_waiter
{
public:
    pool_waiter(std::shared_ptr<pool> owner, bool wants_fresh) : fresh{wants_fresh}, pool_{std::move(owner)}
    {
    }
    MAGIC_HOUR_DECL ~pool_waiter();
    pool_waiter(pool_waiter const&) = delete;
    pool_waiter& operator=(pool_waiter const&) = delete;

    std::shared_ptr<parking_place> place{};
    origin_entry* entry = nullptr; ///< null when not in a queue (any more)
    origin_entry* granted = nullptr;
    std::shared_ptr<connection> with{};
    bool fresh;

private:
    std::shared_ptr<pool> pool_;
};

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/pool.ipp>
#endif
