#pragma once

#include <magic_hour/webhook/server.hpp>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <deque>

namespace magic_hour::webhook::detail
{

/// Runs the handler for each event, so many at a time and the others in the order of their arrival. All
/// members are called on `home`.
class handler_queue : public std::enable_shared_from_this<handler_queue>
{
public:
    using finished = std::function<void(std::exception_ptr)>;

    handler_queue(asio::any_io_executor home, server::handler run, server_options const& options)
        : home_{home},
          where_{options.handler_executor ? options.handler_executor : home},
          run_{std::make_shared<server::handler>(std::move(run))},
          parallel_{std::max<std::size_t>(1, options.parallel_handlers)},
          limit_{options.max_queued}
    {
    }

    /// Takes a place for an event that is about to be answered for; false when there is none.
    [[nodiscard]] bool reserve() noexcept
    {
        if (running_ + waiting_.size() + reserved_ >= parallel_ + limit_)
            return false;
        ++reserved_;
        return true;
    }

    /// Uses a reserved place. `done` is called on `home` when the handler has ended.
    void run(event e, finished done)
    {
        --reserved_;
        waiting_.push_back({std::move(e), std::move(done)});
        start();
    }

private:
    struct entry
    {
        webhook::event event;
        finished done;
    };

    static asio::awaitable<void> call(std::shared_ptr<server::handler> handler, webhook::event e)
    {
        co_await (*handler)(std::move(e));
    }

    void start()
    {
        while (running_ < parallel_ && !waiting_.empty())
        {
            entry next = std::move(waiting_.front());
            waiting_.pop_front();
            ++running_;
            spawn(std::move(next));
        }
    }

    void spawn(entry next)
    {
        auto ended = [self = shared_from_this(), done = std::move(next.done)](std::exception_ptr failure)
        {
            --self->running_;
            done(failure);
            self->start();
        };
        asio::co_spawn(
            asio::make_strand(where_), call(run_, std::move(next.event)),
            asio::bind_executor(home_, std::move(ended)));
    }

    asio::any_io_executor home_;
    asio::any_io_executor where_;
    std::shared_ptr<server::handler> run_;
    std::size_t parallel_;
    std::size_t limit_;
    std::size_t reserved_ = 0;
    std::size_t running_ = 0;
    std::deque<entry> waiting_{};
};

} // namespace magic_hour::webhook::detail
