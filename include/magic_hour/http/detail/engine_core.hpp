#pragma once

#include <magic_hour/http/detail/connection.hpp>
#include <magic_hour/http/detail/context_guard.hpp>
#include <magic_hour/http/detail/pool.hpp>
#include <magic_hour/http/detail/session_cache.hpp>
#include <magic_hour/http/detail/sleep_queue.hpp>
#include <magic_hour/http/detail/tls_context.hpp>
#include <magic_hour/http/engine_options.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>

namespace magic_hour::http::detail
{

class parking_place;

/// What exchanges share, and what outlives the engine while one of them goes on.
///
/// Thread safety: all members; the plain ones never change after construction.
class engine_core final : public context_dependent, public std::enable_shared_from_this<engine_core>
{
public:
    MAGIC_HOUR_DECL engine_core(asio::any_io_executor executor, engine_options options);

    MAGIC_HOUR_DECL void close() noexcept;
    MAGIC_HOUR_DECL void context_gone() noexcept override;
    [[nodiscard]] bool closed() const noexcept { return closed_; }

    /// A number in [0, 1).
    [[nodiscard]] MAGIC_HOUR_DECL double random();

    /// Sleeps until `when`. An error when the engine was closed or the caller canceled.
    MAGIC_HOUR_DECL asio::awaitable<std::optional<error>> pause_until(time_point when);

    engine_options options;
    asio::any_io_executor executor; ///< empty once its context is gone
    std::shared_ptr<time_source> clock;
    std::shared_ptr<resolver> names;
    std::shared_ptr<tls_context const> tls;
    session_cache sessions{};
    std::shared_ptr<connection_registry> connections;
    std::shared_ptr<detail::pool> pool;
    std::shared_ptr<sleep_queue> sleepers;
    retry_budget budget;

private:
    friend class pausing;

    std::atomic<bool> closed_ = false;
    std::atomic<std::uint64_t> seed_;
    std::mutex mutex_{};
    std::list<std::shared_ptr<parking_place>> pausing_{};
    context_guard guard_;
};

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/engine_core.ipp>
#endif
