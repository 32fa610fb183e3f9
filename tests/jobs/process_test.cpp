// Processes that are stopped and killed, and event loops that must not wait.

#include "disk_bench.hpp"

#include "support/isolation.hpp"
#include "support/promptness.hpp"

#include <magic_hour/files_resource.hpp>

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <functional>
#include <optional>
#include <thread>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace jobs_test;

namespace
{

/// Beats every 10 ms on an io_context and notes the latest beat.
class heart
{
public:
    explicit heart(asio::io_context& io) : timer_(io) { beat(); }

    [[nodiscard]] std::chrono::nanoseconds slip() const { return slip_; }
    [[nodiscard]] int beats() const { return beats_; }

private:
    void beat()
    {
        timer_.expires_after(10ms);
        since_last_.emplace();
        timer_.async_wait(
            [this](boost::system::error_code stopped)
            {
                if (stopped)
                    return;
                slip_ = std::max<std::chrono::nanoseconds>(slip_, since_last_->elapsed() - 10ms);
                ++beats_;
                beat();
            });
    }

    asio::steady_timer timer_;
    std::optional<support::stopwatch> since_last_{};
    std::chrono::nanoseconds slip_{0};
    std::atomic<int> beats_{0};
};

/// A thread for file calls on which each call waits behind a pause, until a heart has beaten three times.
class slow_disk
{
public:
    explicit slow_disk(heart const& beating) : beating_(beating) { stay_busy(); }
    ~slow_disk()
    {
        stop_ = true;
        thread_.join();
    }
    slow_disk(slow_disk const&) = delete;
    slow_disk& operator=(slow_disk const&) = delete;

    [[nodiscard]] asio::any_io_executor executor() { return thread_.get_executor(); }
    [[nodiscard]] int pauses() const { return pauses_; }
    /// The heart stood still while the disk worked.
    [[nodiscard]] bool held_up_the_loop() const { return held_up_; }

private:
    void stay_busy()
    {
        asio::post(
            thread_,
            [this]
            {
                pause();
                ++pauses_;
                if (!stop_)
                    stay_busy();
            });
    }

    void pause()
    {
        int const begin = beating_.beats();
        auto const until = std::chrono::steady_clock::now() + 5s;
        while (!stop_ && beating_.beats() < begin + 3)
        {
            if (std::chrono::steady_clock::now() > until)
            {
                held_up_ = true;
                return;
            }
            std::this_thread::sleep_for(1ms);
        }
    }

    heart const& beating_;
    std::atomic<bool> stop_{false};
    std::atomic<bool> held_up_{false};
    std::atomic<int> pauses_{0};
    asio::thread_pool thread_{1};
};

/// A client on the real clock whose files are on `disk`.
mh::client_options live_options(fixture const& f, slow_disk& disk)
{
    auto options = f.options();
    options.file_executor = disk.executor();
    options.clock = nullptr;
    return options;
}

} // namespace

TEST_CASE("F8: a slow disk that is written to does not hold up the loop that downloads")
{
    fixture f;
    f.fake.plan_all(job_plan::making({video(mh::testing::synthetic_content(2'000'000))}));
    heart const beating{f.io};
    slow_disk disk{beating};
    mh::session const session{f.io, live_options(f, disk)};
    auto const request = f.picture();
    mh::poll_options fast;
    fast.interval = 100ms;
    mh::generate_options how{f.dir / "out"};
    CHECK(ok(support::run(
        f.io,
        mh::resource<mh::ai_image_generator>{session}.generate(request, mh::as_result, how.poll(fast)))));
    CHECK(disk.pauses() >= 8);
    CHECK_FALSE(disk.held_up_the_loop());
}

TEST_CASE("F8: a slow disk that is read from does not hold up the loop that uploads")
{
    fixture f;
    auto const file = f.dir.write("in.png", pattern(2'000'000));
    heart const beating{f.io};
    slow_disk disk{beating};
    mh::session const session{f.io, live_options(f, disk)};
    auto const stored = support::run(f.io, mh::files_resource{session}.upload_file(file, mh::as_result));
    REQUIRE(ok(stored));
    CHECK(f.fake.upload(*stored)->size == 2'000'000);
    CHECK(disk.pauses() >= 8);
    CHECK_FALSE(disk.held_up_the_loop());
}

TEST_CASE("W1: waiting for a job does not hold up the loop")
{
    constexpr auto interval = 500ms;
    auto const slip = [&]
    {
        fixture f;
        f.fake.plan_all(job_plan::through({"queued", "queued", "rendering", "complete"}));
        auto options = f.options();
        options.clock = nullptr;
        mh::session const session{f.io, options};
        auto const id = f.make_job();
        mh::poll_options often;
        often.interval = interval;
        auto poller = mh::resource<mh::image_projects>{session}.poll(id, often);
        heart const beating{f.io};
        CHECK(ok(support::run(f.io, poller.result(mh::as_result))));
        CHECK(f.polls() == 4);
        return beating.slip();
    };
    CHECK(support::within(50ms, slip, 6, std::min(support::patience(), interval / 2)));
}

TEST_CASE("P8: a process that was stopped for a while asks once when it goes on, and does not give up early")
{
    fixture f;
    f.fake.plan_all(job_plan::through({"queued"}));
    auto const id = f.make_job();
    f.fake.ledger().clear();
    support::child_process child{[&]
                                 {
                                     asio::io_context io{1};
                                     auto options = f.options();
                                     options.clock = nullptr;
                                     mh::session const session{io, options};
                                     mh::poll_options often;
                                     often.interval = 150ms;
                                     auto poller = mh::resource<mh::image_projects>{session}.poll(id, often);
                                     auto const end = support::run(io, poller.result(mh::as_result), 20s);
                                     return end ? std::string{end->status.str()}
                                                : std::string{end.error().what()};
                                 }};
    auto const polls_reach = [&](std::size_t count)
    {
        auto const until = std::chrono::steady_clock::now() + 10s;
        while (f.polls() < count && std::chrono::steady_clock::now() < until)
            std::this_thread::sleep_for(5ms);
        return f.polls() >= count;
    };
    REQUIRE(polls_reach(2));
    child.signal(SIGSTOP);
    std::this_thread::sleep_for(100ms); // for a poll that was under way
    auto const before = f.polls();
    std::this_thread::sleep_for(1s);
    CHECK(f.polls() == before);
    child.signal(SIGCONT);
    REQUIRE(polls_reach(before + 3));
    auto const polls = f.requests("GET", "/v1/image-projects/*");
    CHECK(polls[before + 2].began - polls[before + 1].began > 75ms); // seven were missed
    CHECK(polls[before + 1].began - polls[before].began > 75ms);
    f.fake.set_status(id, "complete");
    CHECK(child.result() == "complete");
}

TEST_CASE("F7: a process that is killed while it downloads leaves the whole file or none")
{
    fixture f;
    auto const content = mh::testing::synthetic_content(3'000'000);
    f.fake.plan_all(job_plan::making({video(content)}));
    auto const expected = mh::testing::sha256(*content);
    f.fake.on("GET *.mp4").drip(200'000, 2ms);
    for (int run = 0; run < 6; ++run)
    {
        auto const out = f.dir / ("out" + std::to_string(run));
        auto const child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0)
        {
            auto options = f.options();
            options.clock = nullptr;
            asio::io_context io{1};
            mh::session const session{io, options};
            auto const request = f.picture();
            mh::poll_options fast;
            fast.interval = 100ms;
            mh::generate_options how{out};
            auto work =
                mh::resource<mh::ai_image_generator>{session}.generate(request, how.poll(fast).sync(false));
            asio::co_spawn(io, std::move(work), [](auto&&...) {});
            io.run();
            ::_exit(0);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{300 + 37 * run});
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        if (!std::filesystem::exists(out))
            continue;
        for (auto const& entry : std::filesystem::directory_iterator{out})
        {
            bool const whole = mh::testing::sha256(f.dir.read(entry.path())) == expected;
            CHECK((whole || entry.path().extension() == ".part"));
        }
    }
}
