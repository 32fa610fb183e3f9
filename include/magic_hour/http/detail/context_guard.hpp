#pragma once

#include <magic_hour/detail/config.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <list>
#include <memory>
#include <mutex>

namespace magic_hour::http::detail
{

namespace asio = boost::asio;

/// Somebody who holds sockets or timers of an execution context that may end before he does.
class context_dependent
{
public:
    /// Called once, before the context's services are gone: give up everything that belongs to it.
    virtual void context_gone() noexcept = 0;

protected:
    ~context_dependent() = default;
};

/// Who depends on one execution context.
///
/// Thread safety: all members.
class context_dependents
{
public:
    /// A node stays where it is and is emptied when its owner was told, so that iterators stay valid.
    using list = std::list<context_dependent*>;

    MAGIC_HOUR_DECL list::iterator add(context_dependent& who);
    MAGIC_HOUR_DECL void remove(list::iterator where) noexcept;
    MAGIC_HOUR_DECL void tell_all() noexcept;

private:
    [[nodiscard]] context_dependent* take() noexcept;

    std::mutex mutex_{};
    list all_{};
};

/// Keeps `who` informed about the end of `executor`'s context for as long as this lives.
class context_guard
{
public:
    MAGIC_HOUR_DECL context_guard(asio::any_io_executor const& executor, context_dependent& who);
    MAGIC_HOUR_DECL ~context_guard();
    context_guard(context_guard const&) = delete;
    context_guard& operator=(context_guard const&) = delete;

private:
    std::shared_ptr<context_dependents> dependents_;
    context_dependents::list::iterator where_;
};

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/context_guard.ipp>
#endif
