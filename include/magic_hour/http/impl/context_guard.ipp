#pragma once

#include <magic_hour/http/detail/context_guard.hpp>

#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>

#include <utility>

namespace magic_hour::http::detail
{

MAGIC_HOUR_DECL context_dependents::list::iterator context_dependents::add(context_dependent& who)
{
    std::lock_guard const lock{mutex_};
    return all_.insert(all_.end(), &who);
}

MAGIC_HOUR_DECL void context_dependents::remove(list::iterator where) noexcept
{
    std::lock_guard const lock{mutex_};
    all_.erase(where);
}

MAGIC_HOUR_DECL context_dependent* context_dependents::take() noexcept
{
    std::lock_guard const lock{mutex_};
    for (context_dependent*& who : all_)
        if (who)
            return std::exchange(who, nullptr);
    return nullptr;
}

MAGIC_HOUR_DECL void context_dependents::tell_all() noexcept
{
    // Being told, one may end others: never hold the mutex or an iterator meanwhile.
    while (context_dependent* const who = take())
        who->context_gone();
}

/// Asio tells services about the end of their context while sockets may still be closed.
class context_end_service final : public asio::execution_context::service
{
public:
    static inline asio::execution_context::id id{};

    explicit context_end_service(asio::execution_context& context)
        : asio::execution_context::service{context}, dependents{std::make_shared<context_dependents>()}
    {
    }

    std::shared_ptr<context_dependents> const dependents;

private:
    void shutdown() noexcept override { dependents->tell_all(); }
};

MAGIC_HOUR_DECL std::shared_ptr<context_dependents> dependents_of(asio::any_io_executor const& executor)
{
    auto& context = asio::query(executor, asio::execution::context);
    return asio::use_service<context_end_service>(context).dependents;
}

MAGIC_HOUR_DECL context_guard::context_guard(asio::any_io_executor const& executor, context_dependent& who)
    : dependents_{dependents_of(executor)}, where_{dependents_->add(who)}
{
}

MAGIC_HOUR_DECL context_guard::~context_guard()
{
    dependents_->remove(where_);
}

} // namespace magic_hour::http::detail
