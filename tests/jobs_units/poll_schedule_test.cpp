#include <magic_hour/jobs/poll_schedule.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

using namespace magic_hour;
using namespace magic_hour::jobs;
using namespace std::chrono_literals;

namespace
{
constexpr time_point begin{1000h};

double seconds_between(time_point a, time_point b)
{
    return std::chrono::duration<double>(b - a).count();
}

/// The pauses of a job that answers at once, with no jitter to either side.
std::vector<double> pauses(poll_options const& options, kind makes, int count)
{
    poll_schedule schedule{options, makes, begin};
    std::vector<double> all;
    auto now = begin;
    for (int i = 0; i < count; ++i)
    {
        auto const next = schedule.next_poll(now, 0.5);
        if (!next)
            break;
        all.push_back(seconds_between(now, *next));
        now = *next;
    }
    return all;
}
} // namespace

TEST_CASE("P1: pauses start at the documented pause, grow by half and stop at half a minute")
{
    auto const image = pauses({}, kind::image, 9);
    std::vector<double> const expected{3, 4.5, 6.75, 10.125, 15.19, 22.79, 30, 30, 30};
    REQUIRE(image.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        CHECK(image[i] == doctest::Approx(expected[i]).epsilon(0.002));
    CHECK(pauses({}, kind::audio, 1).front() == 3);
    CHECK(pauses({}, kind::video, 2) == std::vector<double>{5, 7.5});
}

TEST_CASE(
    "L1: jobs that begin in one tick spread out: from the third poll on no second has three times its share")
{
    constexpr int jobs = 10'000;
    constexpr int rounds = 12;
    std::mt19937 numbers{7};
    std::uniform_real_distribution<double> random{0, 1};
    std::vector<std::vector<double>> times(rounds);
    for (int job = 0; job < jobs; ++job)
    {
        poll_schedule schedule{{}, kind::image, begin};
        auto now = begin;
        for (auto& of_round : times)
        {
            now = *schedule.next_poll(now, random(numbers));
            of_round.push_back(seconds_between(begin, now));
        }
    }
    for (std::size_t round = 2; round < times.size(); ++round)
    {
        CAPTURE(round);
        auto const [first, last] = std::ranges::minmax(times[round]);
        std::vector<int> of_second(static_cast<std::size_t>(last) + 1);
        for (auto const when : times[round])
            ++of_second[static_cast<std::size_t>(when)];
        CHECK(std::ranges::max(of_second) <= 3 * jobs / (last - first));
    }
}

TEST_CASE("P1: jitter stays within a fifth to both sides")
{
    for (double const random : {0.0, 0.25, 0.5, 0.999999})
    {
        poll_schedule schedule{{}, kind::image, begin};
        auto const pause = seconds_between(begin, *schedule.next_poll(begin, random));
        CHECK(pause >= 2.4);
        CHECK(pause <= 3.605);
    }
    poll_schedule low{{}, kind::image, begin};
    CHECK(seconds_between(begin, *low.next_poll(begin, 0)) == doctest::Approx(2.4));
}

TEST_CASE("a fixed interval neither grows nor jitters")
{
    poll_options options;
    options.interval = 100ms;
    CHECK(pauses(options, kind::video, 3) == std::vector<double>{0.1, 0.1, 0.1});
    poll_schedule schedule{options, kind::video, begin};
    CHECK(schedule.next_poll(begin, 0.0) == begin + 100ms);
    CHECK(schedule.first_poll(772s, begin, 0.99) == begin + 100ms);
}

TEST_CASE("W4: no option makes a hot loop")
{
    poll_options options;
    options.interval = 1ns;
    CHECK(pauses(options, kind::image, 1).front() >= 0.1);
    options = {};
    options.first_pause = 1ns;
    options.longest_pause = 1ns;
    CHECK(pauses(options, kind::image, 1).front() >= 0.1);
}

TEST_CASE("the first poll after a create comes at about half of the documented median")
{
    auto const first = [](std::chrono::seconds median, kind makes) {
        return seconds_between(begin, poll_schedule{{}, makes, begin}.first_poll(median, begin, 0.5));
    };
    CHECK(first(0s, kind::image) == 3);
    CHECK(first(0s, kind::video) == 5);
    CHECK(first(10s, kind::image) == 5);
    CHECK(first(3s, kind::image) == 2);
    CHECK(first(772s, kind::video) == 30);
}

TEST_CASE("P14, W5: a job of the median length of the slowest tool costs at most 35 requests")
{
    poll_schedule schedule{{}, kind::video, begin};
    int requests = 1;
    auto now = schedule.first_poll(772s, begin, 0.5);
    for (; now < begin + 772s; ++requests)
        now = *schedule.next_poll(now, 0.5);
    CHECK(requests <= 35);
}

TEST_CASE("P2: the server's Retry-After is obeyed, and the pauses go on growing")
{
    poll_schedule schedule{{}, kind::image, begin};
    CHECK(schedule.next_poll(begin, 0.5, 30s) == begin + 30s);
    CHECK(schedule.next_poll(begin, 0.5, 1s) == begin + 4500ms);
    CHECK(schedule.next_poll(begin, 0.5, 0s) == begin + 6750ms);
}

TEST_CASE("P4: the last poll happens at the deadline, and none after it")
{
    poll_options options;
    options.deadline = 10s;
    poll_schedule schedule{options, kind::image, begin};
    CHECK(schedule.deadline() == begin + 10s);
    CHECK(schedule.next_poll(begin + 9s, 0.5) == begin + 10s);
    CHECK_FALSE(schedule.next_poll(begin + 10s, 0.5).has_value());
    CHECK_FALSE(schedule.next_poll(begin + 9s, 0.5, 2s).has_value());
}

TEST_CASE("the default deadline is two hours, and for ever must be spelled out")
{
    CHECK(poll_schedule{{}, kind::image, begin}.deadline() == begin + 2h);
    poll_options options;
    options.deadline = duration::max();
    poll_schedule schedule{options, kind::image, begin};
    CHECK(schedule.deadline() == time_point::max());
    CHECK(schedule.next_poll(begin + 24h * 365, 0.5).has_value());
}

TEST_CASE("P8: after a jump of the clock there is one poll, not a burst of missed ones")
{
    poll_schedule schedule{{}, kind::image, begin};
    static_cast<void>(schedule.next_poll(begin, 0.5));
    auto const late = begin + 60s;
    CHECK(seconds_between(late, *schedule.next_poll(late, 0.5)) == doctest::Approx(4.5));
}

TEST_CASE("P8: a process that slept past the deadline asks once more before it gives up")
{
    poll_options options;
    options.deadline = 10s;
    poll_schedule schedule{options, kind::image, begin};
    CHECK(schedule.next_poll(begin + 3s, 0.5).has_value()); // the poll then runs, however late
    CHECK_FALSE(schedule.next_poll(begin + 70s, 0.5).has_value());
}

TEST_CASE("wake-ups lie on a grid of 5 ms and never before their time")
{
    std::minstd_rand random{7};
    std::uniform_real_distribution<double> distribution{0, 1};
    poll_schedule schedule{{}, kind::image, begin};
    for (int i = 0; i < 100; ++i)
    {
        auto const now = begin + std::chrono::nanoseconds{static_cast<long>(distribution(random) * 1e12)};
        auto const next = *schedule.next_poll(now, 0.0);
        CHECK(next.time_since_epoch() % 5ms == duration::zero());
        CHECK(next >= now + 2400ms);
    }
}

TEST_CASE("any mixture of answers keeps pauses between the floor and the cap")
{
    std::minstd_rand random{11};
    std::uniform_real_distribution<double> distribution{0, 1};
    for (int run = 0; run < 200; ++run)
    {
        poll_options options;
        options.growth = 1 + distribution(random) * 1e6;
        options.jitter = distribution(random);
        options.deadline = 1h;
        REQUIRE(check(options).has_value());
        poll_schedule schedule{options, kind::video, begin};
        auto now = begin;
        while (auto const next = schedule.next_poll(now, distribution(random)))
        {
            REQUIRE(*next > now);
            REQUIRE((*next - now >= 100ms || *next <= schedule.deadline() + 5ms));
            REQUIRE(*next - now <= 60s + 5ms);
            now = *next;
        }
        CHECK(now >= schedule.deadline());
    }
}

TEST_CASE("W4: the interval of the environment is decimal seconds and nothing else")
{
    CHECK(*parse_poll_interval("0.5") == duration{500ms});
    CHECK(*parse_poll_interval("2") == duration{2s});
    CHECK(*parse_poll_interval("0.1") == duration{100ms});
    CHECK(*parse_poll_interval("0.001") == duration{100ms});
    for (auto const* text :
         {"", "0", "0.0", "-1", "nan", "inf", "2s", "abc", "1e3", "0x10", " 1", "1 ", "1,5", "+1",
          "99999999999"})
    {
        CAPTURE(text);
        auto const parsed = parse_poll_interval(text);
        REQUIRE_FALSE(parsed.has_value());
        CHECK(parsed.error() == errc::invalid_argument);
    }
}

TEST_CASE("options that could not work are refused")
{
    auto const refused = [](auto change)
    {
        poll_options options;
        change(options);
        auto const checked = check(options);
        return !checked && checked.error() == errc::invalid_argument;
    };
    CHECK(check(poll_options{}).has_value());
    CHECK(refused([](poll_options& o) { o.interval = -1s; }));
    CHECK(refused([](poll_options& o) { o.first_pause = -1s; }));
    CHECK(refused([](poll_options& o) { o.longest_pause = 0s; }));
    CHECK(refused([](poll_options& o) { o.deadline = 0s; }));
    CHECK(refused([](poll_options& o) { o.growth = 0.5; }));
    CHECK(refused([](poll_options& o) { o.growth = std::numeric_limits<double>::quiet_NaN(); }));
    CHECK(refused([](poll_options& o) { o.jitter = 2; }));
}

TEST_CASE("P6, W3, W20: every status has its meaning, and unknown ones keep us waiting")
{
    CHECK(classify("complete", true) == verdict::complete);
    CHECK(classify("error", true) == verdict::failed);
    CHECK(classify("canceled", true) == verdict::canceled);
    for (auto const* status : {"draft", "queued", "rendering", "paused", "", "COMPLETE"})
        CHECK(classify(status, true) == verdict::keep_waiting);
    for (auto const* status : {"draft", "complete", "error", "rendering"})
        CHECK(classify(status, false) == verdict::deleted);
}

TEST_CASE("a job may be too new to be seen only during its grace")
{
    poll_options options;
    CHECK_FALSE(poll_schedule{options, kind::image, begin}.may_be_too_new(begin));
    options.not_found_grace = 10s;
    poll_schedule const schedule{options, kind::image, begin};
    CHECK(schedule.may_be_too_new(begin + 9s));
    CHECK_FALSE(schedule.may_be_too_new(begin + 10s));
}
