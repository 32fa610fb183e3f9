#pragma once

#include "promptness.hpp"
#include "run.hpp"
#include "stopwatch.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <algorithm>
#include <optional>
#include <thread>

namespace support
{

/// What became of an operation that was interrupted after some number of handlers.
struct swept
{
    std::size_t point = 0;               ///< handlers of the io_context that ran before the interruption
    bool interrupted = false;            ///< it came before the operation had ended
    std::exception_ptr failure{};        ///< what the operation threw; null when it succeeded
    std::chrono::milliseconds ending{0}; ///< time from the interruption to the end of the operation
};

struct sweep_options
{
    std::size_t first = 0;
    std::size_t step = 1;
    std::size_t most = 5000; ///< a sweep that needs more points has a defect
    manual_clock* clock = nullptr;
    std::chrono::milliseconds real_limit = std::chrono::seconds{20};
    /// Within what a canceled operation ends. A point that is late is tried again, since the machine may be
    /// busy: a defect is late each time.
    std::chrono::milliseconds promised = std::chrono::milliseconds{50} + patience();
    int attempts = 6;
};

struct sweep_summary
{
    std::size_t points = 0;
    std::size_t late = 0;                 ///< points at which no attempt kept what is promised
    std::chrono::milliseconds slowest{0}; ///< the best attempt of the worst point
};

/// Runs `work` to its end; calls `interrupt` before the handler number `point`. The clock of the options
/// jumps to the next pause when nothing happens, after the interruption only if `clock_goes_on`.
template <class T, class Interrupt>
swept run_with_interruption(
    boost::asio::io_context& io, finished<T> const& work, std::size_t point, Interrupt interrupt,
    sweep_options const& options, bool clock_goes_on)
{
    using real = std::chrono::steady_clock;
    swept outcome{};
    outcome.point = point;
    std::size_t handlers = 0;
    std::optional<stopwatch> since_interruption;
    auto last_progress = real::now();
    auto const until = last_progress + options.real_limit;
    while (!work.done)
    {
        if (!outcome.interrupted && handlers >= point)
        {
            outcome.interrupted = true;
            since_interruption.emplace();
            interrupt();
        }
        if (io.stopped())
            io.restart();
        auto const ran = io.run_one_for(std::chrono::milliseconds{1});
        handlers += ran;
        auto const now = real::now();
        bool const clock_may_jump = options.clock && (clock_goes_on || !outcome.interrupted);
        if (ran > 0)
            last_progress = now;
        else if (clock_may_jump && now - last_progress > std::chrono::milliseconds{5})
        {
            if (auto const next = options.clock->next_pause())
                options.clock->advance_to(*next);
        }
        if (now > until)
            throw hung{};
    }
    outcome.failure = work.failure;
    if (since_interruption)
        outcome.ending = std::chrono::duration_cast<std::chrono::milliseconds>(since_interruption->elapsed());
    return outcome;
}

/// Runs what `make` returns again and again, canceled after 0, 1, 2 ... handlers, and hands each outcome to
/// `check`, until a run ends before its cancellation. `make` gets a fresh io_context each time and must set
/// up everything else afresh, too. No time passes on the clock after a cancellation.
template <class Make, class Check>
sweep_summary for_each_cancel_point(Make make, Check check, sweep_options const options = {})
{
    auto const cancel_at = [&](std::size_t point)
    {
        boost::asio::io_context io{1};
        boost::asio::cancellation_signal signal;
        auto const work = start(io, make(io), signal.slot());
        auto const cancel = [&] { signal.emit(boost::asio::cancellation_type::terminal); };
        auto const outcome = run_with_interruption(io, *work, point, cancel, options, false);
        settle(io, std::chrono::milliseconds{1});
        check(outcome);
        return outcome;
    };
    sweep_summary summary;
    for (std::size_t point = options.first; point < options.most; point += options.step)
    {
        auto outcome = cancel_at(point);
        auto best = outcome.ending;
        for (int i = 1; outcome.interrupted && best >= options.promised && i < options.attempts; ++i)
        {
            std::this_thread::sleep_for(std::chrono::milliseconds{20 * i});
            outcome = cancel_at(point);
            best = std::min(best, outcome.ending);
        }
        ++summary.points;
        if (!outcome.interrupted)
            return summary;
        summary.late += best >= options.promised ? 1U : 0U;
        summary.slowest = std::max(summary.slowest, best);
    }
    throw hung{};
}

/// The same with a fault of the network instead of a cancellation: `cut` breaks the connections that are open
/// after 0, 1, 2 ... handlers. Time goes on on the clock.
template <class Make, class Cut, class Check>
sweep_summary for_each_cut_point(Make make, Cut cut, Check check, sweep_options const options = {})
{
    sweep_summary summary;
    for (std::size_t point = options.first; point < options.most; point += options.step)
    {
        boost::asio::io_context io{1};
        auto const work = start(io, make(io));
        auto const outcome = run_with_interruption(io, *work, point, cut, options, true);
        settle(io, std::chrono::milliseconds{1});
        check(outcome);
        ++summary.points;
        if (!outcome.interrupted)
            return summary;
    }
    throw hung{};
}

} // namespace support
