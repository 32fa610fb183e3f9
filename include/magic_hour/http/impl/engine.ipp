#pragma once

#include <magic_hour/http/detail/engine_core.hpp>
#include <magic_hour/http/detail/exchange_state.hpp>
#include <magic_hour/http/detail/sending.hpp>
#include <magic_hour/http/engine.hpp>

#include <utility>

namespace magic_hour::http
{

struct engine::implementation
{
    std::shared_ptr<detail::engine_core> core;
};

MAGIC_HOUR_DECL engine::engine(asio::any_io_executor executor, engine_options options)
    : impl_{std::make_unique<implementation>()}
{
    impl_->core = std::make_shared<detail::engine_core>(std::move(executor), std::move(options));
}

MAGIC_HOUR_DECL engine::~engine()
{
    impl_->core->close();
}

MAGIC_HOUR_DECL asio::awaitable<result<response>> engine::send(request what, address_policy policy)
{
    return send(std::make_shared<request const>(std::move(what)), policy);
}

MAGIC_HOUR_DECL asio::awaitable<result<response>>
engine::send(std::shared_ptr<request const> what, address_policy policy)
{
    return detail::send_request(impl_->core, std::move(what), policy);
}

MAGIC_HOUR_DECL asio::awaitable<result<exchange>> engine::open(request what, address_policy policy)
{
    return detail::open_once(impl_->core, std::make_shared<request>(std::move(what)), policy);
}

MAGIC_HOUR_DECL void engine::close() noexcept
{
    impl_->core->close();
}

MAGIC_HOUR_DECL asio::any_io_executor engine::get_executor() const noexcept
{
    return impl_->core->executor;
}
MAGIC_HOUR_DECL time_source& engine::clock() const noexcept
{
    return *impl_->core->clock;
}
MAGIC_HOUR_DECL double engine::random() const
{
    return impl_->core->random();
}
MAGIC_HOUR_DECL engine_options const& engine::options() const noexcept
{
    return impl_->core->options;
}
MAGIC_HOUR_DECL retry_budget& engine::budget() noexcept
{
    return impl_->core->budget;
}
MAGIC_HOUR_DECL detail::sleep_queue& engine::sleepers() const noexcept
{
    return *impl_->core->sleepers;
}

} // namespace magic_hour::http
