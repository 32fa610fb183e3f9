#pragma once

#include "reference_asio.hpp"

#include <magic_hour/json/decode.hpp>
#include <magic_hour/model/asset_codec.hpp>
#include <magic_hour/model/project.hpp>

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace bench
{

/// Many jobs asked for once a second, as one would write it by hand: a timer each, wake-ups rounded up to a
/// grid of 5 ms, a few connections for all.
class polling_by_hand
{
public:
    using clock = std::chrono::steady_clock;
    using timer = asio::basic_waitable_timer<clock, asio::wait_traits<clock>, hand_written::executor>;

    polling_by_hand(server_process const& server, int connections) : link_{server}
    {
        for (int i = 0; i < connections; ++i)
            idle_.push_back(&connections_.emplace_back());
    }

    /// Asks for `jobs` jobs until `end`.
    void start(int jobs, clock::time_point end)
    {
        for (int i = 0; i < jobs; ++i)
            asio::co_spawn(
                io_, job(clock::now() + std::chrono::microseconds{1'000'000LL * i / jobs}, end),
                asio::detached);
    }

    void run_until(clock::time_point when)
    {
        io_.restart();
        io_.run_until(when);
    }
    [[nodiscard]] long polls() const { return polls_; }

private:
    template <class T>
    using task = hand_written::task<T>;
    using connection = std::unique_ptr<hand_written::stream>;

    static clock::time_point round_up(clock::time_point when)
    {
        constexpr clock::duration grid = std::chrono::milliseconds{5};
        auto const past = when.time_since_epoch() % grid;
        return past == clock::duration::zero() ? when : when + (grid - past);
    }

    task<void> job(clock::time_point first, clock::time_point end)
    {
        timer pause{io_};
        for (auto when = round_up(first); when < end; when = round_up(clock::now() + std::chrono::seconds{1}))
        {
            pause.expires_at(when);
            co_await pause.async_wait(hand_written::await);
            connection* const c = co_await acquire();
            std::string const body =
                co_await link_.exchange(io_, *c, "/v1/image-projects/cm2xk1v9q0000abc-waiting");
            release(c);
            if (magic_hour::json::decode<magic_hour::project>(body).value().id.empty())
                std::abort();
            ++polls_;
        }
    }

    task<connection*> acquire()
    {
        while (idle_.empty())
        {
            timer turn{io_, clock::time_point::max()};
            waiting_.push_back(&turn);
            boost::system::error_code ignored;
            co_await turn.async_wait(asio::redirect_error(hand_written::await, ignored));
        }
        connection* const c = idle_.back();
        idle_.pop_back();
        co_return c;
    }

    void release(connection* c)
    {
        idle_.push_back(c);
        if (waiting_.empty())
            return;
        waiting_.front()->cancel();
        waiting_.pop_front();
    }

    asio::io_context io_{1};
    hand_written link_;
    std::deque<connection> connections_{};
    std::vector<connection*> idle_{};
    std::deque<timer*> waiting_{};
    long polls_ = 0;
};

} // namespace bench
