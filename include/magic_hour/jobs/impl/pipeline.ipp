#pragma once

#include <magic_hour/detail/guarded.hpp>
#include <magic_hour/detail/strand.hpp>
#include <magic_hour/jobs/pipeline.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <deque>
#include <list>
#include <mutex>

namespace magic_hour::jobs
{

/// Everything but `strand` is touched on the strand only. Lanes live in the io_context; when it goes, so do
/// they, and the last one lets go of the strand, which must not outlive the io_context.
struct batch::state
{
    asio::any_io_executor executor{};
    std::size_t count = 0;
    std::size_t parallel = 1;
    starter start{};

    std::mutex mutex{};
    bool ended = false; ///< guarded by `mutex`
    asio::any_io_executor
        strand{}; ///< guarded by `mutex`; made by the first `next()`, gone with the last lane

    std::size_t started = 0;
    std::size_t lanes = 0;
    bool begun = false;
    bool stopping = false;
    std::deque<batch_outcome> finished{};
    std::list<asio::cancellation_signal> signals{};
    asio::steady_timer* waiter = nullptr;

    void wake()
    {
        if (waiter != nullptr)
            waiter->cancel();
    }
    /// Where the state may be touched. Once no lane is left any place will do.
    [[nodiscard]] asio::any_io_executor get_strand()
    {
        std::lock_guard const lock{mutex};
        if (!strand && !ended)
            strand = asio::make_strand(executor);
        return strand ? strand : executor;
    }
    void stop()
    {
        stopping = true;
        for (auto& signal : signals)
            signal.emit(asio::cancellation_type::terminal);
        wake();
    }
};

namespace detail
{

/// Counts one lane for as long as its coroutine exists.
class lane_mark
{
public:
    explicit lane_mark(std::shared_ptr<batch::state> s) noexcept : state_(std::move(s)) {}
    lane_mark(lane_mark const&) = delete;
    lane_mark& operator=(lane_mark const&) = delete;
    ~lane_mark()
    {
        if (--state_->lanes > 0)
            return;
        state_->wake();
        std::lock_guard const lock{state_->mutex};
        state_->ended = true;
        state_->strand = {};
    }

private:
    std::shared_ptr<batch::state> state_;
};

MAGIC_HOUR_DECL asio::awaitable<void> run_batch_lane(std::shared_ptr<batch::state> s)
{
    lane_mark const mark{s};
    while (!s->stopping && s->started < s->count)
    {
        auto const index = s->started++;
        std::optional<result<job_outcome>> outcome;
        std::exception_ptr failure;
        try
        {
            outcome.emplace(co_await s->start(index));
        }
        catch (...)
        {
            failure = std::current_exception();
        }
        if (!outcome)
            outcome.emplace(magic_hour::detail::to_error(failure));
        s->finished.push_back({index, *std::move(outcome)});
        s->wake();
    }
}

MAGIC_HOUR_DECL void
start_batch_lanes(std::shared_ptr<batch::state> const& s, asio::any_io_executor const& strand)
{
    auto const most = std::min(std::max<std::size_t>(s->parallel, 1), s->count);
    s->lanes = most;
    for (std::size_t lane = 0; lane < most; ++lane)
    {
        auto const slot = s->signals.emplace_back().slot();
        auto finish = [s](std::exception_ptr) {}; // a lane turns everything into outcomes
        asio::co_spawn(
            strand, run_batch_lane(s),
            asio::bind_cancellation_slot(slot, asio::bind_executor(strand, std::move(finish))));
    }
}

struct batch_waiter
{
    std::shared_ptr<batch::state> state;
    asio::steady_timer timer;

    batch_waiter(std::shared_ptr<batch::state> s, asio::any_io_executor const& executor)
        : state(std::move(s)), timer(executor, asio::steady_timer::time_point::max())
    {
        state->waiter = &timer;
    }
    batch_waiter(batch_waiter const&) = delete;
    batch_waiter& operator=(batch_waiter const&) = delete;
    ~batch_waiter() { state->waiter = nullptr; }
};

/// On the strand: the next outcome, however long it takes.
MAGIC_HOUR_DECL asio::awaitable<std::optional<batch_outcome>>
take_outcome(std::shared_ptr<batch::state> s, asio::any_io_executor strand)
{
    if (!std::exchange(s->begun, true) && !s->stopping)
        start_batch_lanes(s, strand);
    auto const executor = co_await asio::this_coro::executor;
    batch_waiter waiter{s, executor};
    boost::system::error_code ignored;
    while (s->finished.empty() && s->lanes > 0)
    {
        co_await waiter.timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    std::optional<batch_outcome> taken;
    if (!s->finished.empty())
    {
        taken.emplace(std::move(s->finished.front()));
        s->finished.pop_front();
    }
    co_return taken;
}

} // namespace detail

MAGIC_HOUR_DECL
batch::batch(asio::any_io_executor executor, std::size_t count, std::size_t parallel, starter start)
    : state_(std::make_shared<state>())
{
    state_->executor = std::move(executor);
    state_->count = count;
    state_->parallel = parallel;
    state_->start = std::move(start);
}

MAGIC_HOUR_DECL batch& batch::operator=(batch&& other) noexcept
{
    std::swap(state_, other.state_);
    return *this;
}

MAGIC_HOUR_DECL batch::~batch()
{
    cancel();
}

MAGIC_HOUR_DECL void batch::cancel() noexcept
try
{
    if (!state_)
        return;
    auto const shared = state_;
    std::lock_guard const lock{shared->mutex};
    if (shared->strand)
        asio::post(shared->strand, [shared] { shared->stop(); });
}
catch (std::bad_alloc const&)
{
}

MAGIC_HOUR_DECL asio::awaitable<std::optional<batch_outcome>> batch::next()
{
    auto const shared = state_;
    auto const strand = shared->get_strand();
    co_return co_await magic_hour::detail::on_strand(strand, detail::take_outcome(shared, strand));
}

} // namespace magic_hour::jobs
