#pragma once

#include <magic_hour/detail/strand.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <new>

namespace magic_hour::detail
{

using work_strand = asio::strand<asio::any_io_executor>;

MAGIC_HOUR_DECL bool needs_no_strand(workplace const& place, asio::any_io_executor const& caller)
{
    return (place.serialized && caller == place.executor) || caller.target<work_strand>() ||
           caller.target<asio::strand<asio::io_context::executor_type>>();
}

/// What a running operation shares with whoever may cancel it from another thread.
struct cancellation_link
{
    explicit cancellation_link(asio::any_io_executor executor)
        : strand{asio::make_strand(std::move(executor))}
    {
    }

    work_strand strand;
    asio::cancellation_signal signal{};
};

/// A slot belongs to the caller's executor and a signal to the strand: the request crosses over by a
/// dispatch. Handing the slot to co_spawn itself is a use after free on Asio 1.26 when the executors differ.
struct forward_cancellation
{
    std::weak_ptr<cancellation_link> link;

    void operator()(asio::cancellation_type requested) const
    {
        bool const is_terminal =
            (requested & asio::cancellation_type::terminal) != asio::cancellation_type::none;
        auto const running = link.lock();
        if (!is_terminal || !running) // weaker requests ask for promises that a sent request cannot keep
            return;
        asio::dispatch(
            running->strand, [running] { running->signal.emit(asio::cancellation_type::terminal); });
    }
};

/// Hands the outcome over to the caller's executor, which is kept from running out of work until then.
struct finish_on_caller
{
    completion handler;
    asio::executor_work_guard<asio::any_completion_executor> work;
    std::shared_ptr<cancellation_link> link;

    void operator()(std::exception_ptr failure)
    {
        auto const caller = work.get_executor();
        asio::dispatch(
            caller,
            [h = std::move(handler), w = std::move(work), failure]() mutable { std::move(h)(failure); });
    }
};

MAGIC_HOUR_DECL void launch(asio::any_io_executor executor, asio::awaitable<void> work, completion handler)
{
    auto link = std::make_shared<cancellation_link>(executor);
    auto slot = asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected())
        slot.emplace<forward_cancellation>(forward_cancellation{link});
    asio::any_completion_executor caller = asio::get_associated_executor(handler, executor);
    work_strand const strand = link->strand;
    auto const signal_slot = link->signal.slot();
    finish_on_caller finish{std::move(handler), asio::make_work_guard(std::move(caller)), std::move(link)};
    asio::co_spawn(
        strand, std::move(work),
        asio::bind_cancellation_slot(signal_slot, asio::bind_executor(strand, std::move(finish))));
}

struct start_launch
{
    template <class Handler>
    void operator()(Handler&& handler, asio::any_io_executor executor, asio::awaitable<void> work) const
    {
        launch(std::move(executor), std::move(work), completion{std::forward<Handler>(handler)});
    }
};

MAGIC_HOUR_DECL asio::awaitable<void>
run_on_strand(asio::any_io_executor executor, asio::awaitable<void> work)
{
    return asio::async_initiate<asio::use_awaitable_t<> const, void(std::exception_ptr)>(
        start_launch{}, asio::use_awaitable, std::move(executor), std::move(work));
}

MAGIC_HOUR_DECL error to_error(std::exception_ptr const& failure) noexcept
try
{
    std::rethrow_exception(failure);
}
catch (error const& e)
{
    return e;
}
catch (boost::system::system_error const& e)
{
    if (e.code() == asio::error::operation_aborted)
        return error{errc::canceled, "the operation was canceled"};
    return error{errc::internal_error, e.what()};
}
catch (std::bad_alloc const&)
{
    return error{errc::out_of_memory, "an allocation failed"};
}
catch (std::exception const& e)
{
    return error{errc::internal_error, e.what()};
}
catch (...)
{
    return error{errc::internal_error, "an exception of unknown type"};
}

} // namespace magic_hour::detail
