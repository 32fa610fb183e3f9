// What waiting costs: memory of jobs that sleep, CPU and lateness of jobs that are asked for each second, and
// how often a job is asked for at all.

#include "harness.hpp"
#include "ours.hpp"
#include "reference_polling.hpp"

#include "support/manual_clock.hpp"

#include <magic_hour/testing/fake_server.hpp>
#include <magic_hour/v1/ai_image_generator.hpp>
#include <magic_hour/v1/video_to_video.hpp>
#include <magic_hour/webhook/hub.hpp>

#include <malloc.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace
{

namespace mh = bench::mh;
using real_clock = std::chrono::steady_clock;

double heap_in_use()
{
    return static_cast<double>(mallinfo2().uordblks);
}

/// Jobs that were made by `generate` and sleep for an hour.
class sleeping_jobs
{
public:
    explicit sleeping_jobs(bench::server_process const& server) : session_{io_, bench::options_for(server)}
    {
        mh::poll_options hourly;
        hourly.interval = std::chrono::hours{1};
        how_.poll(hourly).on_created([this](mh::job_status const&) { ++created_; });
        request_.style.prompt = "lighthouse";
    }

    /// Makes more of them, until there are so many; returns the seconds of CPU.
    double grow_to(long count)
    {
        double const begin = bench::cpu_seconds();
        for (long i = created_; i < count; ++i)
            boost::asio::co_spawn(
                io_, images_.generate(request_, mh::as_result, how_),
                [](std::exception_ptr, auto const&) { std::abort(); }); // none of them ends
        while (created_ < count)
            io_.run_one();
        io_.run_for(std::chrono::milliseconds{20});
        return bench::cpu_seconds() - begin;
    }

private:
    boost::asio::io_context io_{1};
    mh::session session_;
    mh::resource<mh::ai_image_generator> images_{session_};
    mh::ai_image_generator::request request_{};
    mh::generate_options how_{};
    long created_ = 0;
};

void memory_of_sleepers(bench::arguments const& arguments)
{
    // Without TLS: a create that costs money never shares a connection, and handshakes are not the question
    // here.
    bench::server_process const server{{"--plain"}};
    sleeping_jobs jobs{server};
    jobs.grow_to(64);
    constexpr double not_counted = sizeof(mh::ai_image_generator::request) + sizeof(mh::generate_options);
    double before = heap_in_use();
    double first = 0;
    double each = 0;
    long there = 64;
    for (long const count : {1'000L, 10'000L, arguments.quick ? 30'000L : 100'000L})
    {
        double const cpu = jobs.grow_to(count);
        double const now = heap_in_use();
        double const gross = (now - before) / static_cast<double>(count - there);
        each = (gross - not_counted) / 1024;
        first = first == 0 ? each : first;
        std::string const of = std::to_string(count) + " sleeping jobs, ";
        bench::row("P6", of + "heap of each without request and options", 2.0, each, "KiB");
        bench::note("P6", of + "heap of each with everything", gross / 1024, "KiB");
        bench::note("P6", of + "CPU to make each", cpu / static_cast<double>(count - there) * 1e6, "us");
        there = count;
        before = now;
    }
    bench::row("P6", "heap of a job among the most to one among 1,000", 1.05, each / first);
}

/// Jobs that are asked for each second by our whole path, started over a second.
class polled_jobs
{
public:
    polled_jobs(bench::server_process const& server, std::size_t connections)
        : session_{io_, bench::options_for(server, connections)}
    {
    }

    void start(int jobs)
    {
        for (int i = 0; i < jobs; ++i)
            boost::asio::co_spawn(
                io_, job(real_clock::now() + std::chrono::microseconds{1'000'000LL * i / jobs}),
                bench::abort_on_failure);
    }

    void run_until(real_clock::time_point when)
    {
        io_.restart();
        io_.run_until(when);
    }
    [[nodiscard]] long polls() const { return polls_; }
    [[nodiscard]] std::vector<double>& lateness() { return lateness_; }

private:
    static constexpr std::chrono::seconds interval{1};

    boost::asio::awaitable<void> job(real_clock::time_point begin)
    {
        boost::asio::steady_timer start{io_, begin};
        co_await start.async_wait(boost::asio::use_awaitable);
        mh::poll_options each_second;
        each_second.interval = interval;
        auto due = real_clock::time_point{};
        mh::generate_options how;
        how.poll(each_second).on_status([this, due](mh::job_status const&) mutable { answered(due); });
        auto const ended = co_await images_.attach("cm2xk1v9q0000abc-waiting", mh::as_result, how);
        if (ended)
            std::abort(); // it never ends
    }

    /// An answer is late by what it comes after its due time: the timer, the queue for a connection, the
    /// exchange.
    void answered(real_clock::time_point& due)
    {
        auto const now = real_clock::now();
        ++polls_;
        if (due != real_clock::time_point{})
            lateness_.push_back(std::chrono::duration<double, std::milli>(now - due).count());
        due = now + interval;
    }

    boost::asio::io_context io_{1};
    mh::session session_;
    mh::resource<mh::image_projects> images_{session_};
    long polls_ = 0;
    std::vector<double> lateness_{};
};

/// CPU of a poll in microseconds, in a window after all have begun.
template <class Jobs>
double cpu_of_poll(Jobs& jobs, real_clock::time_point begin, std::chrono::seconds window)
{
    jobs.run_until(begin + std::chrono::seconds{2});
    long const before = jobs.polls();
    double const cpu = bench::cpu_seconds();
    jobs.run_until(begin + std::chrono::seconds{2} + window);
    return (bench::cpu_seconds() - cpu) / static_cast<double>(jobs.polls() - before) * 1e6;
}

double percentile(std::vector<double> values, double part)
{
    std::sort(values.begin(), values.end());
    return values.at(static_cast<std::size_t>(static_cast<double>(values.size() - 1) * part));
}

void polls_each_second(bench::arguments const& arguments, int count, bool main_row)
{
    constexpr int connections = 32;
    bench::server_process const server{bench::beside_us_and_awake()};
    std::chrono::seconds const window{arguments.quick ? 2 : 4};
    std::vector<double> ours_us;
    std::vector<double> ratios;
    std::vector<double> late;
    for (int i = 0; i < (arguments.quick ? 1 : 3); ++i)
    {
        auto begin = real_clock::now();
        bench::polling_by_hand by_hand{server, connections};
        by_hand.start(count, begin + std::chrono::hours{1});
        double const theirs = cpu_of_poll(by_hand, begin, window);
        begin = real_clock::now();
        polled_jobs ours{server, connections};
        ours.start(count);
        ours_us.push_back(cpu_of_poll(ours, begin, window));
        ratios.push_back(ours_us.back() / theirs);
        late.push_back(percentile(ours.lateness(), 0.99));
    }
    std::string const of = std::to_string(count) + " jobs each second, ";
    if (main_row)
    {
        bench::row("P7", of + "CPU, to a loop by hand", 1.25, bench::median(ratios));
        bench::row("P7", of + "lateness of answers, p99", 10, bench::median(late), "ms");
    }
    bench::note("P7", of + "CPU of a poll", bench::median(ours_us), "us");
}

/// How often a video job of usual length is asked for, on a clock that jumps. With a hub, the webhook comes
/// at its end.
std::size_t questions_about_a_job(bool with_hub)
{
    auto const clock = std::make_shared<support::manual_clock>();
    std::chrono::seconds const length = mh::video_to_video::create.median;
    mh::testing::fake_options fake_options;
    fake_options.clock = clock;
    fake_options.step = length / 2; // queued, rendering, complete
    mh::testing::fake_server fake{fake_options};
    mh::client_options options;
    options.api_key = fake.api_key();
    options.base_url = fake.base_url();
    options.tls.ca_pem = fake.ca_pem();
    options.clock = clock;
    boost::asio::io_context io{1};
    mh::session const session{io, options};

    auto const hub = std::make_shared<mh::webhook::hub>();
    auto const webhook = [&, hub](std::string id) -> boost::asio::awaitable<void>
    {
        co_await mh::http::sleep_until(*clock, clock->now() + length);
        hub->wake(id);
    };
    mh::generate_options how;
    if (with_hub)
        how.hub(hub);
    how.on_created(
        [&](mh::job_status const& job)
        {
            if (with_hub)
                boost::asio::co_spawn(io, webhook(std::string{job.id}), bench::abort_on_failure);
        });
    mh::video_to_video::request request;
    request.assets.video_source = mh::video_to_video::video_source::file;
    request.assets.video_file_path = mh::asset::url("https://example.com/clip.mp4");
    request.style.art_style = mh::video_to_video::art_style::lego;
    request.end_seconds = 5;
    mh::resource<mh::video_to_video> const videos{session};
    bool done = false;
    boost::asio::co_spawn(
        io, videos.generate(request, mh::as_result, how),
        [&](std::exception_ptr, mh::result<mh::generated<mh::video_project>> const& made)
        {
            if (!made)
                std::fprintf(stderr, "%s\n", made.error().what());
            done = made.has_value();
            io.stop();
        });
    io.restart();
    support::run_virtual_until(io, *clock, [&] { return done; });
    if (!done)
        std::abort();
    return fake.ledger().count("GET", "/v1/video-projects/*");
}

void questions()
{
    bench::row(
        "P14", "requests about a video-to-video job of usual length", 35,
        static_cast<double>(questions_about_a_job(false)), "");
    bench::row("P14", "the same with webhooks", 1, static_cast<double>(questions_about_a_job(true)), "");
}

} // namespace

int main(int argc, char** argv)
{
    bench::arguments const arguments{argc, argv};
    memory_of_sleepers(arguments);
    bench::stay_on_processor(0);
    polls_each_second(arguments, 1'000, false);
    polls_each_second(arguments, 10'000, true);
    questions();
}
