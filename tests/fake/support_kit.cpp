#include "support/fd_guard.hpp"
#include "support/promptness.hpp"
#include "support/secrets_guard.hpp"
#include "support/sweep.hpp"
#include "support/temp_dir.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <doctest/doctest.h>

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace
{

asio::awaitable<int> pause_for(support::manual_clock& clock, std::chrono::seconds time)
{
    asio::steady_timer timer{co_await asio::this_coro::executor};
    auto const when = clock.now() + time;
    boost::system::error_code problem;
    clock.arm(timer, when, support::http::time_source::purpose::pause);
    while (clock.now() < when)
    {
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, problem));
        if (clock.now() < when && problem)
        {
            clock.disarm(timer);
            throw boost::system::system_error(problem);
        }
    }
    clock.disarm(timer);
    co_return 7;
}

} // namespace

TEST_CASE("a manual clock jumps over pauses and keeps still otherwise")
{
    support::manual_clock clock;
    asio::io_context io;
    auto const begin = std::chrono::steady_clock::now();
    CHECK(support::run(io, clock, pause_for(clock, 5h)) == 7);
    CHECK(clock.elapsed() == 5h);
    CHECK(support::in_time(begin, 2s));
    CHECK(clock.armed() == 0);
}

TEST_CASE("a cancel sweep stops at the first run that ends by itself")
{
    std::size_t ended_by_itself = 0;
    std::size_t canceled = 0;
    support::manual_clock clock;
    support::sweep_options options;
    options.clock = &clock;
    auto const summary = support::for_each_cancel_point(
        [&](asio::io_context&) { return pause_for(clock, 1h); },
        [&](support::swept const& outcome)
        {
            CHECK(clock.armed() == 0);
            CHECK(outcome.interrupted == (outcome.failure != nullptr));
            ++(outcome.failure ? canceled : ended_by_itself);
        },
        options);
    CHECK(ended_by_itself == 1);
    CHECK(canceled >= 1);
    CHECK(summary.points == canceled + ended_by_itself);
    CHECK(summary.late == 0);
}

TEST_CASE(
    "a point of a sweep is late when each of its attempts is, and time does not pass after a cancellation")
{
    auto const late_points = [](int slow_attempts)
    {
        int attempts = 0;
        support::manual_clock clock;
        support::sweep_options options;
        options.clock = &clock;
        options.promised = 200ms;
        options.attempts = 3;
        auto const summary = support::for_each_cancel_point(
            [&](asio::io_context&) -> asio::awaitable<void>
            {
                try
                {
                    co_await pause_for(clock, 1h);
                }
                catch (boost::system::system_error const&)
                {
                    if (++attempts <= slow_attempts)
                        std::this_thread::sleep_for(220ms);
                    CHECK(clock.elapsed() == 0h);
                    throw;
                }
            },
            [](support::swept const&) {}, options);
        CHECK(summary.points > 1);
        return summary.late;
    };
    CHECK(late_points(0) == 0);
    CHECK(late_points(1) == 0);
    CHECK(late_points(1000) > 0);
}

TEST_CASE("a stopwatch counts waiting and working")
{
    support::stopwatch const watch;
    std::this_thread::sleep_for(30ms);
    CHECK(watch.elapsed() >= 30ms);
    support::stopwatch const other;
    auto const busy_until = std::chrono::steady_clock::now() + 20ms;
    while (std::chrono::steady_clock::now() < busy_until)
    {
    }
    CHECK(other.elapsed() > 0ms);
    CHECK(other.elapsed() <= 5s);
}

TEST_CASE("a promised time is kept when one of a few attempts keeps it")
{
    int attempts = 0;
    CHECK(support::within(
        20ms, [&] { return ++attempts < 3 ? 20ms : 10ms; }, 6, 0ms));
    CHECK(attempts == 3);
    auto const always_late = [] { return 20ms; };
    CHECK_FALSE(support::within(20ms, always_late, 2, 0ms));
    CHECK(support::within(20ms, always_late, 2, 1ms));
}

TEST_CASE("a cut sweep goes on with the clock until the operation ends by itself")
{
    support::manual_clock clock;
    support::sweep_options options;
    options.clock = &clock;
    std::size_t cuts = 0;
    auto const summary = support::for_each_cut_point(
        [&](asio::io_context&) -> asio::awaitable<void> { co_await pause_for(clock, 1h); }, [&] { ++cuts; },
        [](support::swept const& outcome) { CHECK_FALSE(outcome.failure); }, options);
    CHECK(cuts >= 1);
    CHECK(summary.points == cuts + 1);
    CHECK(clock.elapsed() == std::chrono::hours{summary.points});
}

TEST_CASE("eight bytes of a planted secret are a leak")
{
    support::secrets_guard const secrets{"mhk_live_0123456789"};
    CHECK(secrets.leaked_into("key: _live_01"));
    CHECK_FALSE(secrets.leaked_into("mhk_liv"));
}

TEST_CASE("a temporary directory is gone afterwards")
{
    std::filesystem::path path;
    {
        support::temp_dir const dir;
        path = dir.path();
        dir.write("a.txt", "hello");
        CHECK(support::temp_dir::read(dir / "a.txt") == "hello");
        CHECK(dir.names().count("a.txt") == 1);
    }
    CHECK_FALSE(std::filesystem::exists(path));
}
