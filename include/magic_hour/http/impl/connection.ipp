#pragma once

#include <magic_hour/http/detail/connection.hpp>
#include <magic_hour/http/detail/failure.hpp>
#include <magic_hour/http/detail/parking.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <new>
#include <string>
#include <utility>

namespace magic_hour::http::detail
{

MAGIC_HOUR_DECL error closed_failure(phase where)
{
    return make_failure(errc::closed, where, "the client was closed");
}

MAGIC_HOUR_DECL error canceled_failure(phase where)
{
    return make_failure(errc::canceled, where, "the operation was canceled");
}

MAGIC_HOUR_DECL error timeout_failure(phase where)
{
    switch (where)
    {
    case phase::resolve:
        return make_failure(errc::timeout, where, "the host name was not resolved in time");
    case phase::connect:
        return make_failure(errc::timeout, where, "no connection was made in time");
    case phase::tls:
        return make_failure(errc::timeout, where, "the TLS handshake did not end in time");
    case phase::request:
        return make_failure(errc::timeout, where, "the request could not be sent in time");
    case phase::response:
        return make_failure(errc::timeout, where, "no answer came in time");
    case phase::body:
        return make_failure(errc::timeout, where, "the answer stalled");
    default:
        return make_failure(errc::timeout, where, "the deadline passed");
    }
}

MAGIC_HOUR_DECL bool connection_registry::add(connection& c)
{
    std::lock_guard const lock{mutex_};
    living_.insert(&c);
    return !closed_;
}

MAGIC_HOUR_DECL void connection_registry::remove(connection& c) noexcept
{
    std::lock_guard const lock{mutex_};
    living_.erase(&c);
}

MAGIC_HOUR_DECL void connection_registry::close_all() noexcept
{
    // A connection takes this mutex to end, so every pointer in the set is good while we hold it.
    std::lock_guard const lock{mutex_};
    closed_ = true;
    for (connection* const c : living_)
        c->close_from_anywhere();
}

MAGIC_HOUR_DECL void connection_registry::abandon_all() noexcept
{
    std::lock_guard const lock{mutex_};
    closed_ = true;
    for (connection* const c : living_)
        c->abandon();
}

MAGIC_HOUR_DECL connection::connection(
    std::shared_ptr<connection_registry> registry, asio::any_io_executor const& sockets,
    std::shared_ptr<time_source> clock)
    : registry_{std::move(registry)}, clock_{std::move(clock)}, sockets_{sockets}, socket_{sockets}
{
    killed_ = !registry_->add(*this);
}

MAGIC_HOUR_DECL connection::~connection()
{
    registry_->remove(*this);
    if (dog_)
        dog_->dismiss();
}

MAGIC_HOUR_DECL bool connection::enter(asio::any_io_executor const& where)
{
    std::lock_guard const lock{mutex_};
    if (killed_)
        return false;
    if (!dog_ || dog_->executor() != where)
    {
        auto dog = std::make_shared<watchdog>(sockets_, where, clock_, *this);
        if (dog_)
            dog_->dismiss();
        dog_ = std::move(dog);
    }
    where_ = where;
    entered_ = true;
    return true;
}

MAGIC_HOUR_DECL void connection::leave() noexcept
{
    if (dog_) // gone when the execution context is
        dog_->rest();
    parked_.reset();
    std::lock_guard const lock{mutex_};
    entered_ = false;
    where_ = {};
    if (killed_)
        close();
}

[[nodiscard]] inline asio::socket_base::wait_type kind_of(want what) noexcept
{
    return what == want::write ? asio::socket_base::wait_write : asio::socket_base::wait_read;
}

MAGIC_HOUR_DECL asio::awaitable<std::optional<error>>
connection::wait(want what, phase where, time_point deadline)
{
    if (killed_)
        co_return closed_failure(where);
    dog_->watch_until(deadline);
    boost::system::error_code ec = asio::error::operation_aborted;
    if (auto* const socket = socket_.native())
        co_await socket->async_wait(kind_of(what), asio::redirect_error(asio::use_awaitable, ec));
    co_return stopped(where, ec);
}

MAGIC_HOUR_DECL asio::awaitable<std::optional<error>> connection::yield(phase where, time_point deadline)
{
    dog_->watch_until(time_point::max()); // bytes move: what was set for the last wait means nothing now
    co_await asio::post(asio::use_awaitable);
    if (!killed_ && clock_->now() >= deadline)
        co_return timeout_failure(where);
    co_return stopped(where, {});
}

MAGIC_HOUR_DECL std::optional<error> connection::stopped(phase where, boost::system::error_code ec) const
{
    if (killed_)
        return closed_failure(where);
    if (dog_ && dog_->expired())
        return timeout_failure(where);
    if (ec == asio::error::operation_aborted)
        return canceled_failure(where);
    return std::nullopt;
}

MAGIC_HOUR_DECL void connection::interrupt() noexcept
{
    close();
    if (parked_)
        parked_->wake_here();
}

MAGIC_HOUR_DECL void connection::close() noexcept
{
    socket_.close();
}

MAGIC_HOUR_DECL void connection::close_from_anywhere() noexcept
{
    std::lock_guard const lock{mutex_};
    killed_ = true;
    if (!entered_)
        return close(); // and nobody enters any more
    try
    {
        asio::post(
            where_,
            [weak = weak_from_this()]
            {
                auto const self = weak.lock();
                if (!self)
                    return;
                std::lock_guard const inner{self->mutex_};
                if (self->entered_) // on this very executor, since nobody could enter after us
                    self->interrupt();
            });
    }
    catch (std::exception const&)
    {
        // Out of memory: the watchdog ends the exchange later.
    }
}

MAGIC_HOUR_DECL void connection::abandon() noexcept
{
    killed_ = true;
    socket_.abandon();
    if (dog_)
        dog_->dismiss();
    dog_.reset();
    sockets_ = {};
    where_ = {};
}

MAGIC_HOUR_DECL io_result connection::refill() noexcept
{
    constexpr std::size_t size = 4096;
    inbox_begin_ = 0;
    inbox_end_ = 0;
    io_result out;
    if (!inbox_)
        inbox_.reset(new (std::nothrow) char[size]);
    if (!inbox_)
    {
        out.ec = make_error_code(boost::system::errc::not_enough_memory);
        return out;
    }
    out = stream_->try_read(asio::buffer(inbox_.get(), size));
    inbox_end_ = out.n;
    return out;
}

MAGIC_HOUR_DECL void connection::rest() noexcept
{
    inbox_.reset();
    inbox_begin_ = 0;
    inbox_end_ = 0;
    stream_->rest();
}

} // namespace magic_hour::http::detail
