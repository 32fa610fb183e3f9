#pragma once

#include <magic_hour/jobs/detail/task_group.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <exception>
#include <list>

namespace magic_hour::jobs::detail
{

/// Shared by the tasks and their parent, whichever goes last.
struct task_group
{
    std::function<asio::awaitable<void>(std::size_t)> task{};
    std::size_t count = 0;
    std::size_t next = 0;
    std::size_t running = 0;
    bool stopping = false;
    std::exception_ptr failure{};
    std::list<asio::cancellation_signal> signals{};
    asio::steady_timer* parent = nullptr; ///< null once the parent is gone

    void stop()
    {
        stopping = true;
        for (auto& signal : signals)
            signal.emit(asio::cancellation_type::terminal);
    }

    void on_end(std::exception_ptr why)
    {
        --running;
        if (why && !failure)
        {
            failure = why;
            stop();
        }
        if (running == 0 && parent != nullptr)
            parent->cancel();
    }
};

/// One of the parallel lanes: takes the next task until there is none.
MAGIC_HOUR_DECL asio::awaitable<void> run_lane(std::shared_ptr<task_group> group)
{
    while (!group->stopping && group->next < group->count)
    {
        auto const index = group->next++;
        co_await group->task(index);
    }
}

MAGIC_HOUR_DECL void
start_lane(asio::any_io_executor const& executor, std::shared_ptr<task_group> const& group)
{
    ++group->running;
    auto const slot = group->signals.emplace_back().slot();
    auto finish = [group](std::exception_ptr why) { group->on_end(why); };
    asio::co_spawn(
        executor, run_lane(group),
        asio::bind_cancellation_slot(slot, asio::bind_executor(executor, std::move(finish))));
}

/// Ties the group to the frame that waits for it.
struct group_parent
{
    std::shared_ptr<task_group> group;
    asio::steady_timer timer;

    group_parent(std::shared_ptr<task_group> g, asio::any_io_executor const& executor)
        : group(std::move(g)), timer(executor, asio::steady_timer::time_point::max())
    {
        group->parent = &timer;
    }
    group_parent(group_parent const&) = delete;
    group_parent& operator=(group_parent const&) = delete;
    ~group_parent() { group->parent = nullptr; }
};

MAGIC_HOUR_DECL asio::awaitable<void>
run_bounded(std::size_t count, std::size_t parallel, std::function<asio::awaitable<void>(std::size_t)> task)
{
    auto const executor = co_await asio::this_coro::executor;
    auto const group = std::make_shared<task_group>();
    group->task = std::move(task);
    group->count = count;
    group_parent parent{group, executor};
    for (std::size_t lane = 0; lane < std::min(count, parallel); ++lane)
        start_lane(executor, group);

    // The tasks use what the caller owns: also when canceled, nobody leaves before they have ended.
    co_await asio::this_coro::throw_if_cancelled(false);
    boost::system::error_code ignored;
    bool canceled = false;
    while (group->running > 0)
    {
        co_await parent.timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        auto const state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none && !canceled)
        {
            canceled = true;
            group->stop();
        }
    }
    co_await asio::this_coro::throw_if_cancelled(true);
    if (canceled)
        throw boost::system::system_error{asio::error::operation_aborted};
    if (group->failure)
        std::rethrow_exception(group->failure);
}

} // namespace magic_hour::jobs::detail
