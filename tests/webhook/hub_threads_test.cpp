#include <magic_hour/webhook/hub.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace asio = boost::asio;
namespace webhook = magic_hour::webhook;

namespace
{

constexpr int jobs = 400;

asio::awaitable<void> wait_for(
    webhook::hub& hub, magic_hour::http::time_source& clock, int number, std::atomic<int>& woken,
    std::atomic<int>& expired)
{
    auto const until = clock.now() + std::chrono::seconds{60};
    bool const news = co_await hub.wait(std::to_string(number), clock, until);
    ++(news ? woken : expired);
}

void start_waits(
    asio::thread_pool& pool, webhook::hub& hub, magic_hour::http::time_source& clock, std::atomic<int>& woken,
    std::atomic<int>& expired)
{
    for (int i = 0; i != jobs; ++i)
        asio::co_spawn(
            asio::make_strand(pool), wait_for(hub, clock, i, woken, expired),
            [](std::exception_ptr failure) { CHECK_FALSE(failure); });
}

} // namespace

TEST_CASE("events and waits that meet on many threads all find each other")
{
    magic_hour::http::time_source clock;
    webhook::hub hub;
    std::atomic<int> woken = 0;
    std::atomic<int> expired = 0;
    asio::thread_pool pool{3};
    {
        std::vector<std::jthread> notifiers;
        for (int t = 0; t != 2; ++t)
            notifiers.emplace_back(
                [&hub, t]
                {
                    for (int i = t; i < jobs; i += 2)
                        hub.wake(std::to_string(i));
                });
        start_waits(pool, hub, clock, woken, expired);
    }
    pool.join();
    CHECK(woken == jobs);
    CHECK(expired == 0);
    CHECK(hub.waiting() == 0);
    CHECK(hub.kept() == 0);
}

TEST_CASE("repeated news from many threads harms nobody")
{
    magic_hour::http::time_source clock;
    webhook::hub hub;
    std::atomic<int> woken = 0;
    std::atomic<int> expired = 0;
    asio::thread_pool pool{2};
    start_waits(pool, hub, clock, woken, expired);
    {
        std::vector<std::jthread> notifiers;
        for (int t = 0; t != 3; ++t)
            notifiers.emplace_back(
                [&hub]
                {
                    for (int i = 0; i != jobs; ++i)
                        hub.wake(std::to_string(i));
                });
    }
    pool.join();
    CHECK(woken == jobs);
    CHECK(hub.waiting() == 0);
    CHECK(hub.kept() <= jobs);
}
