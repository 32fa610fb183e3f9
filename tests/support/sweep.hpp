#pragma once

#include "run.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <functional>

namespace support
{

/// What became of an operation that was canceled after some number of handlers.
struct swept
{
    std::size_t point = 0;               ///< handlers of the io_context that ran before the cancellation
    bool canceled = false;               ///< the signal was sent before the operation had ended
    std::exception_ptr failure{};        ///< what the operation threw; null when it succeeded
    std::chrono::milliseconds ending{0}; ///< real time from the signal to the end of the operation
};

struct sweep_options
{
    std::size_t first = 0;
    std::size_t step = 1;
    std::size_t most = 5000; ///< a sweep that needs more points has a defect
    manual_clock* clock = nullptr;
    std::chrono::milliseconds real_limit = std::chrono::seconds{20};
};

/// Runs what `make` returns again and again, canceled after 0, 1, 2 ... handlers, and hands each outcome to
/// `check`, until a run ends before its cancellation. Returns the number of points. `make` gets a fresh
/// io_context each time and must set up everything else afresh, too.
template <class Make, class Check>
std::size_t for_each_cancel_point(Make make, Check check, sweep_options const options = {})
{
    for (std::size_t point = options.first; point < options.most; point += options.step)
    {
        boost::asio::io_context io{1};
        boost::asio::cancellation_signal signal;
        auto const state = start(io, make(io), signal.slot());
        swept outcome{};
        outcome.point = point;
        std::size_t handlers = 0;
        auto begin = std::chrono::steady_clock::now();
        auto const until = begin + options.real_limit;
        auto last_progress = begin;
        while (!state->done)
        {
            if (!outcome.canceled && handlers >= point)
            {
                outcome.canceled = true;
                begin = std::chrono::steady_clock::now();
                signal.emit(boost::asio::cancellation_type::terminal);
            }
            if (io.stopped())
                io.restart();
            auto const ran = io.run_one_for(std::chrono::milliseconds{1});
            handlers += ran;
            auto const now = std::chrono::steady_clock::now();
            if (ran > 0)
                last_progress = now;
            else if (options.clock && now - last_progress > std::chrono::milliseconds{5})
            {
                if (auto const next = options.clock->next_pause())
                    options.clock->advance_to(*next);
            }
            if (now > until)
                throw hung{};
        }
        outcome.failure = state->failure;
        outcome.ending =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
        settle(io, std::chrono::milliseconds{1});
        check(outcome);
        if (!outcome.canceled)
            return point;
    }
    throw hung{};
}

} // namespace support
