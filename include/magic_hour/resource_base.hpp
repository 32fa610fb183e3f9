#pragma once

#include <magic_hour/detail/arg.hpp>
#include <magic_hour/detail/call.hpp>
#include <magic_hour/error.hpp>
#include <magic_hour/model/operation.hpp>
#include <magic_hour/options.hpp>
#include <magic_hour/session.hpp>

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <utility>

namespace magic_hour
{

/// A completion token for an operation that ends with a `result<T>`.
template <class Token, class T>
concept token_for = asio::completion_token_for<std::remove_cvref_t<Token>, void(result<T>)>;

namespace detail
{

/// What every resource is: a handle on what the client's copies share. Members of a client's `v1` do not own
/// it (the client does); copies of them do, so that a copied resource outlives its client.
class resource_base
{
public:
    explicit resource_base(std::shared_ptr<core> shared) noexcept
        : owner_(std::move(shared)), core_(owner_.get())
    {
    }
    explicit resource_base(core& owned_elsewhere) noexcept : core_(&owned_elsewhere) {}
    resource_base(resource_base const& other) : owner_(other.share()), core_(owner_.get()) {}
    resource_base& operator=(resource_base const& other)
    {
        owner_ = other.share();
        core_ = owner_.get();
        return *this;
    }
    ~resource_base() = default;

    /// For this library's own parts.
    [[nodiscard]] std::shared_ptr<core> share() const { return core_->shared_from_this(); }
    [[nodiscard]] core& shared() const noexcept { return *core_; }

private:
    std::shared_ptr<core> owner_{};
    core* core_;
};

/// What every verb is made of. A verb is a base class of the resource that has it, and finds the resource by
/// its own type, which a resource has only once.
template <class Resource, class Verb>
class verb_base
{
protected:
    [[nodiscard]] std::shared_ptr<core> share() const { return base().share(); }
    [[nodiscard]] core& shared() const noexcept { return base().shared(); }

    template <class T, class Token>
    auto deliver(asio::awaitable<result<T>> work, Token&& token) const
    {
        return launch_with_token<T>(shared().get_executor(), std::move(work), std::forward<Token>(token));
    }

private:
    [[nodiscard]] resource_base const& base() const noexcept
    {
        return static_cast<Resource const&>(static_cast<Verb const&>(*this));
    }
};

/// Stands where a resource lacks a verb.
template <class Resource, int Place>
struct no_verb
{
};

} // namespace detail

} // namespace magic_hour
