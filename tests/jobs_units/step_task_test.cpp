#include <magic_hour/jobs/detail/step_task.hpp>

#include "support/manual_clock.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>

namespace
{

namespace asio = boost::asio;
namespace http = magic_hour::http;
using namespace std::chrono_literals;

/// So many steps with a sleep of a second between two.
struct counting_task final : magic_hour::jobs::detail::step_task<counting_task>
{
    std::shared_ptr<support::manual_clock> clock{};
    int steps_left = 3;
    int steps = 0;
    std::optional<http::duration> work{};
    std::function<void()> in_step{};
    std::optional<http::time_point> due{};
    std::exception_ptr why{};

    asio::awaitable<void> step()
    {
        due.reset();
        ++steps;
        auto const executor = co_await asio::this_coro::executor;
        co_await asio::post(executor, asio::use_awaitable);
        if (in_step)
            in_step();
        if (work)
        {
            co_await http::sleep_until(*clock, clock->now() + *work);
        }
        if (--steps_left > 0)
            due = clock->now() + 1s;
    }
    [[nodiscard]] std::optional<http::time_point> asleep_until() const noexcept { return due; }
    void ended(std::exception_ptr reason) noexcept { why = reason; }
};

struct bench
{
    asio::io_context io{1};
    std::shared_ptr<support::manual_clock> clock = std::make_shared<support::manual_clock>();
    std::shared_ptr<http::detail::sleep_queue> queue =
        std::make_shared<http::detail::sleep_queue>(io.get_executor(), clock);
    asio::cancellation_signal cancel{};
    std::shared_ptr<counting_task> ended{};
    bool serialized = false;

    static std::shared_ptr<counting_task> task(std::shared_ptr<support::manual_clock> clock)
    {
        auto made = std::make_shared<counting_task>();
        made->clock = std::move(clock);
        return made;
    }

    void start(std::shared_ptr<counting_task> task)
    {
        auto done = [this](std::shared_ptr<counting_task> t) { ended = std::move(t); };
        auto bound = asio::bind_executor(io.get_executor(), std::move(done));
        magic_hour::detail::workplace const where{io.get_executor(), serialized};
        task->start(where, *queue, asio::bind_cancellation_slot(cancel.slot(), std::move(bound)));
    }
    /// Runs what can run without the clock.
    void settle()
    {
        io.restart();
        io.poll();
    }
};

bool was_canceled(std::exception_ptr const& why)
{
    if (!why)
        return false;
    try
    {
        std::rethrow_exception(why);
    }
    catch (boost::system::system_error const& e)
    {
        return e.code() == asio::error::operation_aborted;
    }
}

} // namespace

TEST_CASE("a task in steps sleeps between them and is handed over at its end")
{
    for (bool const serialized : {false, true})
    {
        bench b;
        b.serialized = serialized;
        auto const begin = b.clock->now();
        b.start(b.task(b.clock));
        CHECK(b.ended == nullptr);
        CHECK(support::run_virtual(b.io, *b.clock));
        REQUIRE(b.ended);
        CHECK(b.ended->steps == 3);
        CHECK(b.clock->now() - begin == 2s);
        CHECK_FALSE(b.ended->why);
    }
}

TEST_CASE("a task whose first step is its last has not ended when it was only started")
{
    bench b;
    auto const task = b.task(b.clock);
    task->steps_left = 1;
    b.start(task);
    CHECK(b.ended == nullptr);
    b.settle();
    CHECK(b.ended == task);
}

TEST_CASE("canceling a task that sleeps ends it at once")
{
    bench b;
    b.start(b.task(b.clock));
    b.settle();
    b.cancel.emit(asio::cancellation_type::partial);
    b.settle();
    CHECK(b.ended == nullptr);
    b.cancel.emit(asio::cancellation_type::terminal);
    b.cancel.emit(asio::cancellation_type::terminal);
    b.settle();
    REQUIRE(b.ended);
    CHECK(b.ended->steps == 1);
    CHECK(was_canceled(b.ended->why));
    CHECK(b.io.stopped());
}

TEST_CASE("canceling a task in its step cancels the step")
{
    bench b;
    auto const task = b.task(b.clock);
    task->work = 1h;
    b.start(task);
    b.settle();
    b.cancel.emit(asio::cancellation_type::terminal);
    b.settle();
    REQUIRE(b.ended);
    CHECK(was_canceled(b.ended->why));
    CHECK(b.ended->steps_left == 3);
}

TEST_CASE("a task that is canceled at the end of a step does not go to sleep")
{
    bench b;
    auto const task = b.task(b.clock);
    task->in_step = [&] { task->cancel(); };
    b.start(task);
    b.settle();
    REQUIRE(b.ended);
    CHECK(was_canceled(b.ended->why));
    CHECK(b.ended->steps == 1);
    task->in_step = nullptr;
}

TEST_CASE("what a step throws ends the task")
{
    bench b;
    auto const task = b.task(b.clock);
    task->in_step = [] { throw std::runtime_error{"enough"}; };
    b.start(task);
    b.settle();
    REQUIRE(b.ended);
    CHECK_THROWS_WITH_AS(std::rethrow_exception(b.ended->why), "enough", std::runtime_error);
}

TEST_CASE("a task goes with the execution context, asleep or not")
{
    for (bool const asleep : {false, true})
    {
        CAPTURE(asleep);
        std::weak_ptr<counting_task> gone;
        auto const clock = std::make_shared<support::manual_clock>();
        auto b = std::make_unique<bench>();
        auto task = b->task(clock);
        if (!asleep)
            task->work = 1h;
        gone = task;
        b->start(std::move(task));
        b->settle();
        CHECK_FALSE(gone.expired());
        if (asleep)
            b->queue->abandon();
        b.reset();
        CHECK(gone.expired());
    }
}
