#include "support/fd_guard.hpp"
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
    CHECK(std::chrono::steady_clock::now() - begin < 2s);
    CHECK(clock.armed() == 0);
}

TEST_CASE("a cancel sweep stops at the first run that ends by itself")
{
    std::size_t ended_by_itself = 0;
    std::size_t canceled = 0;
    support::manual_clock clock;
    support::sweep_options options;
    options.clock = &clock;
    support::for_each_cancel_point(
        [&](asio::io_context&) { return pause_for(clock, 1h); },
        [&](support::swept const& outcome)
        {
            CHECK(clock.armed() == 0);
            CHECK(outcome.canceled == (outcome.failure != nullptr));
            ++(outcome.failure ? canceled : ended_by_itself);
        },
        options);
    CHECK(ended_by_itself == 1);
    CHECK(canceled >= 1);
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
