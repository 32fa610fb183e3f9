#include "client/fixture.hpp"
#include "support/promptness.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <array>
#include <atomic>
#include <future>
#include <set>
#include <thread>
#include <vector>

using namespace client_test;
using namespace std::chrono_literals;

namespace
{

support::step serve_any()
{
    return [](support::link& l)
    {
        auto const request = l.expect_request();
        bool const posted = request.head.method == "POST";
        l.send(json_answer(200, posted ? created : project));
    };
}

mh::client_options options_for(support::script_server const& server, std::string api_key)
{
    mh::client_options out;
    out.api_key = std::move(api_key);
    out.base_url = server.base_url();
    out.tls.ca_pem = server.ca_pem();
    return out;
}

/// Waits in real time, so that a lost completion is a failure and not a hang.
bool comes_true(std::function<bool()> const& done, std::chrono::milliseconds limit = 20s)
{
    auto const until = std::chrono::steady_clock::now() + limit;
    while (!done())
    {
        if (std::chrono::steady_clock::now() > until)
            return false;
        std::this_thread::sleep_for(1ms);
    }
    return true;
}

/// How operations ended, counted from any thread.
struct tally
{
    std::atomic<int> ended = 0;
    std::atomic<int> good = 0;
    std::atomic<int> canceled = 0;
    std::atomic<int> closed = 0;
    std::atomic<int> unknown = 0;
    std::atomic<int> odd = 0;

    template <class T>
    void take(mh::result<T> const& outcome)
    {
        if (outcome)
            ++good;
        else if (outcome.error() == mh::errc::canceled)
            ++canceled;
        else if (outcome.error() == mh::errc::closed)
            ++closed;
        else if (outcome.error() == mh::errc::outcome_unknown)
            ++unknown;
        else
            ++odd;
        ++ended;
    }
    [[nodiscard]] bool adds_up(int operations) const
    {
        return ended == operations && good + canceled + closed + unknown == operations && odd == 0;
    }
};

} // namespace

TEST_CASE("X6: a client on a pool of four threads without a strand completes each operation once")
{
    support::script_server server;
    server.otherwise({steps::forever({serve_any()})});
    asio::thread_pool pool{4};
    mh::session const shared{pool, options_for(server, key)};
    mh::resource<mh::image_projects> const projects{shared};
    mh::resource<mh::ai_image_generator> const images{shared};
    mh::ai_image_generator::request const request = fixture::picture();
    int const operations = 200;
    tally seen;
    for (int i = 0; i < operations; ++i)
    {
        if (i % 10 == 0)
            images.create(request, [&](mh::result<mh::created_image> const& r) { seen.take(r); });
        else
            projects.get("job-1", [&](mh::result<mh::image_project> const& r) { seen.take(r); });
    }
    CHECK(comes_true([&] { return seen.ended == operations; }));
    pool.join();
    CHECK(seen.good == operations);
    CHECK(server.request_count() == operations);
    CHECK(server.connection_count() <= 16 + operations / 10);
}

TEST_CASE("X6: coroutines of four threads share one client")
{
    support::script_server server;
    server.otherwise({steps::forever({serve_any()})});
    asio::io_context io{4};
    mh::session const shared{io, options_for(server, key)};
    int const coroutines = 40;
    std::atomic<int> good = 0;
    auto const work = [&]() -> asio::awaitable<void>
    {
        mh::resource<mh::image_projects> const projects{shared};
        for (int i = 0; i < 5; ++i)
        {
            auto const outcome = co_await projects.get("job-1", mh::as_result);
            good += outcome.has_value() ? 1 : 0;
        }
    };
    for (int i = 0; i < coroutines; ++i)
        asio::co_spawn(asio::make_strand(io), work, [](std::exception_ptr) {});
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] { io.run(); });
    for (auto& each : threads)
        each.join();
    CHECK(good == coroutines * 5);
    CHECK(server.request_count() == coroutines * 5);
}

TEST_CASE("X6: cancellations from other threads end each operation exactly once")
{
    support::script_server server;
    server.otherwise({steps::forever(
        {steps::expect_request(), steps::wait(3ms), steps::send(json_answer(200, project))})});
    asio::thread_pool pool{4};
    mh::session const shared{pool, options_for(server, key)};
    mh::resource<mh::image_projects> const projects{shared};
    int const operations = 120;
    tally seen;
    using strand = asio::strand<asio::thread_pool::executor_type>;
    // A signal belongs to its operation's own executor: from other threads one goes through that.
    struct cancelable
    {
        explicit cancelable(strand s) : where(std::move(s)) {}
        strand where;
        asio::cancellation_signal signal{};
    };
    std::vector<std::unique_ptr<cancelable>> all;
    for (int i = 0; i < operations; ++i)
    {
        all.push_back(std::make_unique<cancelable>(asio::make_strand(pool.get_executor())));
        cancelable& mine = *all.back();
        asio::dispatch(
            mine.where,
            [&]
            {
                projects.get(
                    "job-1",
                    asio::bind_cancellation_slot(
                        mine.signal.slot(),
                        asio::bind_executor(
                            mine.where, [&](mh::result<mh::image_project> const& r) { seen.take(r); })));
            });
    }
    std::thread canceler{[&]
                         {
                             for (std::size_t i = 0; i < all.size(); i += 2)
                             {
                                 asio::post(
                                     all[i]->where, [&mine = *all[i]]
                                     { mine.signal.emit(asio::cancellation_type::terminal); });
                                 if (i % 16 == 0)
                                     std::this_thread::sleep_for(1ms);
                             }
                         }};
    canceler.join();
    CHECK(comes_true([&] { return seen.ended == operations; }));
    pool.join();
    CHECK(seen.adds_up(operations));
    CHECK(seen.good >= operations / 2);
    CHECK(seen.canceled > 0);
}

TEST_CASE("X6: close from another thread ends everything under way, each once")
{
    for (int round = 0; round < 3; ++round)
    {
        support::script_server server;
        server.otherwise(
            {steps::expect_request(), steps::wait(5ms), steps::send(json_answer(200, project)),
             steps::drain()});
        asio::thread_pool pool{4};
        mh::session shared{pool, options_for(server, key)};
        mh::resource<mh::image_projects> const projects{shared};
        mh::resource<mh::ai_image_generator> const images{shared};
        mh::ai_image_generator::request const request = fixture::picture();
        int const operations = 100;
        tally seen;
        for (int i = 0; i < operations; ++i)
        {
            if (i % 5 == 0)
                images.create(request, [&](mh::result<mh::created_image> const& r) { seen.take(r); });
            else
                projects.get("job-1", [&](mh::result<mh::image_project> const& r) { seen.take(r); });
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{10 * (round + 1)});
        auto const begin = std::chrono::steady_clock::now();
        shared.close();
        CHECK(comes_true([&] { return seen.ended == operations; }));
        CHECK(std::chrono::steady_clock::now() - begin < 1s);
        pool.join();
        CHECK(seen.adds_up(operations));
        CHECK(seen.closed > 0);
    }
}

TEST_CASE("X6: handles are copied, made and destroyed by many threads while operations run")
{
    support::script_server server;
    server.otherwise({steps::forever({serve_any()})});
    asio::thread_pool pool{4};
    mh::session const shared{pool, options_for(server, key)};
    tally seen;
    std::vector<std::thread> users;
    for (int t = 0; t < 4; ++t)
        users.emplace_back(
            [&]
            {
                for (int i = 0; i < 20; ++i)
                {
                    mh::session const copy = shared;
                    mh::resource<mh::image_projects>{copy}.get(
                        "job-1", [&](mh::result<mh::image_project> const& r) { seen.take(r); });
                }
            });
    for (auto& each : users)
        each.join();
    CHECK(comes_true([&] { return seen.ended == 80; }));
    pool.join();
    CHECK(seen.good == 80);
}

TEST_CASE("X6: a thread that has no executor waits on a future")
{
    support::script_server server;
    server.otherwise({steps::forever({serve_any()})});
    asio::thread_pool pool{2};
    mh::session const shared{pool, options_for(server, key)};
    std::array<std::thread, 4> users;
    std::atomic<int> good = 0;
    for (auto& each : users)
        each = std::thread{[&]
                           {
                               mh::resource<mh::image_projects> const projects{shared};
                               auto future = projects.get("job-1", asio::use_future);
                               good += future.get().has_value() ? 1 : 0;
                           }};
    for (auto& each : users)
        each.join();
    pool.join();
    CHECK(good == 4);
}

TEST_CASE("X4: a pool of threads may stop and end while operations run; nobody is called afterwards")
{
    auto const end_in_round = [](int round)
    {
        support::script_server server;
        server.otherwise({steps::forever({steps::wait(2ms), serve_any()})});
        auto pool = std::make_unique<asio::thread_pool>(4);
        mh::session const shared{*pool, options_for(server, key)};
        mh::resource<mh::image_projects> const projects{shared};
        tally seen;
        for (int i = 0; i < 100; ++i)
            projects.get("job-1", [&](mh::result<mh::image_project> const& r) { seen.take(r); });
        std::this_thread::sleep_for(std::chrono::milliseconds{10 * round});
        pool->stop();
        support::stopwatch const watch;
        pool.reset();
        auto const took = watch.elapsed();
        int const ended = seen.ended;
        std::this_thread::sleep_for(5ms);
        CHECK(seen.ended == ended);
        CHECK(seen.good == ended);
        return took;
    };
    for (int round = 0; round < 3; ++round)
        CHECK(support::within(100ms, [&] { return end_in_round(round); }));
}

TEST_CASE("L5: two clients with different keys beside each other: each request carries its own client's key")
{
    std::array<std::string, 2> const keys{"mhk_live_first_Zq7Xw2Vb9T", "mhk_live_second_Lp3Kd8Rm1"};
    support::script_server server;
    server.otherwise({steps::forever({serve_any()})});
    asio::thread_pool pool{4};
    std::array<mh::session, 2> const clients{
        mh::session{pool, options_for(server, keys[0])}, mh::session{pool, options_for(server, keys[1])}};
    int const rounds = 60;
    tally seen;
    mh::ai_image_generator::request const request = fixture::picture();
    std::array<std::thread, 4> users;
    for (std::size_t t = 0; t < users.size(); ++t)
        users[t] =
            std::thread{[&, t]
                        {
                            for (int i = 0; i < rounds; ++i)
                            {
                                std::size_t const which = (t + static_cast<std::size_t>(i)) % 2;
                                std::string const id = "of-client-" + std::to_string(which);
                                if (i % 10 == 0)
                                {
                                    mh::ai_image_generator::request named = request;
                                    named.name = id;
                                    mh::resource<mh::ai_image_generator>{clients[which]}.create(
                                        named, [&](mh::result<mh::created_image> const& r) { seen.take(r); });
                                }
                                else if (i % 10 == 5)
                                    mh::resource<mh::image_projects>{clients[which]}.delete_(
                                        id, [&](mh::result<void> const& r) { seen.take(r); });
                                else
                                    mh::resource<mh::image_projects>{clients[which]}.get(
                                        id, [&](mh::result<mh::image_project> const& r) { seen.take(r); });
                            }
                        }};
    for (auto& each : users)
        each.join();
    int const operations = rounds * 4;
    CHECK(comes_true([&] { return seen.ended == operations; }));
    pool.join();
    CHECK(seen.good == operations);
    auto const requests = server.requests();
    CHECK(requests.size() == static_cast<std::size_t>(operations));
    for (auto const& each : requests)
    {
        std::string const whole = each.head.target + each.body;
        std::size_t const whose = whole.find("of-client-0") != std::string::npos ? 0 : 1;
        CHECK(each.head.header("Authorization") == "Bearer " + keys[whose]);
        CHECK(whole.find("of-client-" + std::to_string(whose)) != std::string::npos);
    }
}
