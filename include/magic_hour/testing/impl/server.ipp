#pragma once

#include <magic_hour/testing/detail/server_core.hpp>
#include <magic_hour/testing/detail/session.hpp>
#include <magic_hour/testing/impl/session.ipp>
#include <magic_hour/testing/impl/wire.ipp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

namespace magic_hour::testing
{

MAGIC_HOUR_DECL https_server::implementation::implementation(
    asio::any_io_executor executor, server_settings s, server_handlers h, std::shared_ptr<testing::ledger> l)
    : strand(asio::make_strand(executor)),
      settings(std::move(s)),
      handlers(std::move(h)),
      ledger(std::move(l)),
      acceptor(strand)
{
    asio::ip::tcp::endpoint const where{asio::ip::make_address(settings.address), settings.port};
    acceptor.open(where.protocol());
    acceptor.set_option(asio::socket_base::reuse_address{true});
    acceptor.bind(where);
    acceptor.listen(4096);
    port = acceptor.local_endpoint().port();
    if (!settings.plain)
        tls = detail::make_server_context(settings.certificate);
}

MAGIC_HOUR_DECL asio::awaitable<void>
https_server::implementation::accept_all(std::shared_ptr<implementation> self)
{
    for (;;)
    {
        boost::system::error_code problem;
        asio::ip::tcp::socket socket{self->strand};
        co_await self->acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, problem));
        if (!self->acceptor.is_open())
            co_return;
        if (problem)
        {
            // Out of descriptors, most likely: give somebody the time to close some.
            asio::steady_timer pause{self->strand, std::chrono::milliseconds{5}};
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, problem));
            continue;
        }
        socket.set_option(asio::ip::tcp::no_delay{true}, problem);
        auto wire = self->tls ? detail::make_tls_wire(std::move(socket), self->tls)
                              : detail::make_plain_wire(std::move(socket));
        auto session = std::make_shared<detail::session>(std::move(wire), self);
        std::erase_if(self->sessions, [](auto const& each) { return each.expired(); });
        self->sessions.push_back(session);
        asio::co_spawn(self->strand, detail::session::run(std::move(session)), asio::detached);
    }
}

MAGIC_HOUR_DECL void https_server::implementation::close_sessions(bool reset)
{
    for (auto const& each : sessions)
        if (auto const session = each.lock())
            session->close(reset);
    sessions.clear();
}

MAGIC_HOUR_DECL void https_server::implementation::close_all()
{
    boost::system::error_code ignored;
    acceptor.close(ignored);
    close_sessions(false);
}

MAGIC_HOUR_DECL https_server::https_server(
    asio::any_io_executor executor, server_settings settings, server_handlers handlers,
    std::shared_ptr<testing::ledger> ledger)
    : impl_(std::make_shared<implementation>(
          std::move(executor), std::move(settings), std::move(handlers), std::move(ledger)))
{
    asio::co_spawn(impl_->strand, implementation::accept_all(impl_), asio::detached);
}

MAGIC_HOUR_DECL https_server::~https_server()
{
    stop();
}

MAGIC_HOUR_DECL std::uint16_t https_server::port() const noexcept
{
    return impl_->port;
}

MAGIC_HOUR_DECL void https_server::stop()
{
    asio::post(impl_->strand, [impl = impl_] { impl->close_all(); });
}

MAGIC_HOUR_DECL void https_server::drop_connections()
{
    asio::post(impl_->strand, [impl = impl_] { impl->close_sessions(false); });
}

MAGIC_HOUR_DECL void https_server::reset_connections()
{
    asio::post(impl_->strand, [impl = impl_] { impl->close_sessions(true); });
}

} // namespace magic_hour::testing
