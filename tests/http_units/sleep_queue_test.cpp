#include <magic_hour/http/detail/sleep_queue.hpp>

#include "support/manual_clock.hpp"

#include <boost/asio/io_context.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <new>
#include <vector>

namespace
{

using namespace std::chrono_literals;
using magic_hour::http::duration;
using magic_hour::http::detail::sleep_queue;
using magic_hour::http::detail::sleeper;

struct sleeping : sleeper
{
    std::vector<int>* log = nullptr;
    int number = 0;
    int failures = 0; ///< so often waking finds no memory

    void wake() override
    {
        if (failures-- > 0)
            throw std::bad_alloc{};
        log->push_back(number);
    }
};

struct bench
{
    boost::asio::io_context io{1};
    std::shared_ptr<support::manual_clock> clock = std::make_shared<support::manual_clock>();
    std::shared_ptr<sleep_queue> queue = std::make_shared<sleep_queue>(io.get_executor(), clock);
    std::vector<int> log{};

    std::shared_ptr<sleeping> add(int number, duration in, int failures = 0)
    {
        auto const who = std::make_shared<sleeping>();
        who->log = &log;
        who->number = number;
        who->failures = failures;
        queue->add(who, clock->now() + in);
        return who;
    }
};

} // namespace

TEST_CASE("sleepers wake in the order of their times, with one timer for all")
{
    bench b;
    b.add(2, 20s);
    b.add(1, 10s);
    b.add(3, 30s);
    b.io.poll();
    CHECK(b.clock->armed() == 1);
    CHECK(b.clock->next_pause() == b.clock->now() + 10s);
    b.clock->advance(20s);
    b.io.poll();
    CHECK(b.log == std::vector{1, 2});
    CHECK(support::run_virtual(b.io, *b.clock));
    CHECK(b.log == std::vector{1, 2, 3});
    CHECK(b.clock->armed() == 0);
}

TEST_CASE("sleepers of one moment all wake then, and nobody earlier")
{
    bench b;
    for (int i = 0; i < 50; ++i)
        b.add(i, 5ms);
    b.clock->advance(4ms);
    b.io.poll();
    CHECK(b.log.empty());
    b.clock->advance(1ms);
    b.io.poll();
    CHECK(b.log.size() == 50);
}

TEST_CASE("many sleepers of one moment let others run in between")
{
    bench b;
    for (int i = 0; i < 500; ++i)
        b.add(i, 5ms);
    b.clock->advance(5ms);
    b.io.run_one();
    CHECK(b.log.size() > 0);
    CHECK(b.log.size() < 100);
    b.io.poll();
    CHECK(b.log.size() == 500);
}

TEST_CASE("a queue that is empty leaves its execution context without work")
{
    bench b;
    auto const who = b.add(1, 1h);
    b.io.poll();
    CHECK_FALSE(b.io.stopped());
    CHECK(b.queue->remove(*who));
    CHECK_FALSE(b.queue->remove(*who));
    b.io.poll();
    CHECK(b.io.stopped());
    CHECK(b.log.empty());
}

TEST_CASE("whoever is removed, the others wake in their order")
{
    constexpr int count = 100;
    for (int removed = 0; removed < count; ++removed)
    {
        bench b;
        std::vector<std::shared_ptr<sleeping>> all;
        for (int i = 0; i < count; ++i) // in no order: 37 and 100 have no common divisor
            all.push_back(b.add(i * 37 % count, 1s * (1 + i * 37 % count)));
        CHECK(b.queue->remove(*all[static_cast<std::size_t>(removed)]));
        b.clock->advance(1h);
        b.io.poll();
        CHECK(b.log.size() == count - 1);
        CHECK(std::is_sorted(b.log.begin(), b.log.end()));
        CHECK_FALSE(b.queue->remove(*all.front()));
    }
}

TEST_CASE("a sleeper who was woken cannot be removed, and may sleep again")
{
    bench b;
    auto const who = b.add(1, 1s);
    auto const when = b.clock->now() + 1s;
    CHECK(support::run_virtual(b.io, *b.clock));
    CHECK_FALSE(b.queue->remove(*who));
    b.queue->add(who, when + 1s);
    CHECK(support::run_virtual(b.io, *b.clock));
    CHECK(b.log == std::vector{1, 1});
}

TEST_CASE("a sleeper who cannot be woken for want of memory is woken a little later")
{
    bench b;
    auto const begin = b.clock->now();
    b.add(1, 1s, 2);
    b.add(2, 1s);
    CHECK(support::run_virtual(b.io, *b.clock));
    CHECK(b.log == std::vector{2, 1});
    CHECK(b.clock->now() - begin == 1200ms);
}

TEST_CASE("the queue keeps sleepers alive, and lets them go with the execution context")
{
    bench b;
    std::weak_ptr<sleeping> const who = b.add(1, 1s);
    CHECK_FALSE(who.expired());
    b.queue->abandon();
    CHECK(who.expired());
    CHECK(b.clock->armed() == 0);
    std::weak_ptr<sleeping> const late = b.add(2, 1s);
    CHECK(late.expired());
    b.io.poll();
    CHECK(b.log.empty());
}
