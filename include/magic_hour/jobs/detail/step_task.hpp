#pragma once

#include <magic_hour/detail/strand.hpp>
#include <magic_hour/http/detail/sleep_queue.hpp>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <utility>

namespace magic_hour::jobs::detail
{

namespace asio = boost::asio;

/// An operation that works in steps and sleeps in between. A step is a coroutine on a strand of the task's
/// own. While the task sleeps there is no coroutine at all, only this object in the queue of sleepers: that
/// is what makes a hundred thousand of them affordable.
///
/// `Task` derives from this and has
///
///     asio::awaitable<void> step();       // what can be done without sleeping
///     std::optional<http::time_point> asleep_until() const noexcept;    // after a step: when the next is
///     due void ended(std::exception_ptr why) noexcept;     // the last call; `why` is what ended it early
///
/// A running task belongs to the queue or to its step, so that it goes with their execution context. Nobody
/// who awaits it may own it: it owns him.
template <class Task>
class step_task : public http::detail::sleeper, public std::enable_shared_from_this<Task>
{
public:
    using completion = asio::any_completion_handler<void(std::shared_ptr<Task>)>;

    /// Runs steps until one does not want to sleep. `on_end` is called on its own executor afterwards, never
    /// by `start` itself, and is given the task. Its cancellation slot takes terminal requests, from any
    /// thread.
    void
    start(magic_hour::detail::workplace const& where, http::detail::sleep_queue& queue, completion on_end)
    {
        queue_ = &queue;
        if (where.serialized)
            place_ = where.executor;
        else
            place_ = asio::make_strand(where.executor);
        on_end_.emplace(std::move(on_end));
        keep_caller_working(where.executor);
        auto slot = asio::get_associated_cancellation_slot(*on_end_);
        if (slot.is_connected())
            slot.template emplace<forward_cancellation>(forward_cancellation{this->weak_from_this()});
        wake();
    }

    /// Ends the step that runs, or the sleep, with operation_aborted. Any thread, once started.
    void cancel()
    {
        asio::dispatch(place_, [self = this->shared_from_this()] { self->on_cancel(); });
    }

protected:
    step_task() = default;
    ~step_task() = default;

private:
    /// Weaker requests than terminal ones ask for promises that a request that was sent cannot keep.
    struct forward_cancellation
    {
        std::weak_ptr<Task> to;

        void operator()(asio::cancellation_type requested) const
        {
            bool const terminal =
                (requested & asio::cancellation_type::terminal) != asio::cancellation_type::none;
            if (auto const task = terminal ? to.lock() : nullptr)
                task->cancel();
        }
    };

    [[nodiscard]] Task& task() noexcept { return static_cast<Task&>(*this); }
    [[nodiscard]] static std::exception_ptr canceled_exception()
    {
        return std::make_exception_ptr(boost::system::system_error{asio::error::operation_aborted});
    }

    [[nodiscard]] asio::any_completion_executor caller() const
    {
        return asio::get_associated_executor(*on_end_, asio::any_completion_executor{place_});
    }

    /// Steps and sleep are work enough for their own execution context.
    void keep_caller_working(asio::any_io_executor const& own)
    {
        asio::any_completion_executor const mine{own};
        auto const where = asio::get_associated_executor(*on_end_, mine);
        if (where != mine)
            caller_work_ = std::make_unique<asio::any_completion_executor>(
                asio::prefer(where, asio::execution::outstanding_work.tracked));
    }

    void wake() final
    {
        asio::dispatch(place_, [self = this->shared_from_this()] { self->run_step(); });
    }

    // From here on everything happens one after the other.

    void run_step()
    {
        if (canceled_)
            return end(canceled_exception());
        try
        {
            auto finish = [self = this->shared_from_this()](std::exception_ptr why)
            { self->after_step(why); };
            asio::co_spawn(
                place_, task().step(),
                asio::bind_cancellation_slot(signal_.slot(), asio::bind_executor(place_, std::move(finish))));
        }
        catch (std::bad_alloc const&)
        {
            end(std::current_exception());
        }
    }

    void after_step(std::exception_ptr why)
    {
        signal_.slot().clear(); // it holds memory
        auto const due = why ? std::nullopt : task().asleep_until();
        if (!due)
            return end(why);
        if (canceled_)
            return end(canceled_exception());
        try
        {
            queue_->add(this->shared_from_this(), *due);
        }
        catch (std::bad_alloc const&)
        {
            end(std::current_exception());
        }
    }

    void on_cancel()
    {
        if (std::exchange(canceled_, true))
            return;
        if (queue_->remove(*this))
            end(canceled_exception());
        else
            signal_.emit(asio::cancellation_type::terminal);
    }

    void end(std::exception_ptr why)
    {
        task().ended(why);
        auto const where = caller();
        asio::dispatch(
            where, [handler = *std::move(on_end_), work = std::move(caller_work_),
                    self = this->shared_from_this()]() mutable { std::move(handler)(std::move(self)); });
    }

    http::detail::sleep_queue* queue_ = nullptr;
    asio::any_io_executor place_{};      ///< runs one handler at a time
    asio::cancellation_signal signal_{}; ///< to the step that runs
    std::optional<completion> on_end_{}; ///< one does not assign to it: Asio 1.26 would recur for ever
    std::unique_ptr<asio::any_completion_executor> caller_work_{}; ///< when it is another execution context
    bool canceled_ = false;
};

} // namespace magic_hour::jobs::detail
