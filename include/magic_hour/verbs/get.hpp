#pragma once

#include <magic_hour/resource_base.hpp>

#include <string_view>

namespace magic_hour::detail
{

/// One object by its id.
template <class Resource, class Declaration>
class can_get : public verb_base<Resource, can_get<Resource, Declaration>>
{
public:
    using project = typename Declaration::project;

    /// The current state of `id`. Throws `error`; `not_found` when there is none. Cancellation: terminal.
    [[nodiscard]] asio::awaitable<project> get(std::string_view id, call_options options = {}) const
    {
        return or_throw(start(id, options));
    }

    /// The same without exceptions.
    [[nodiscard]] asio::awaitable<result<project>>
    get(std::string_view id, as_result_t, call_options options = {}) const
    {
        return start(id, options);
    }

    /// The same for any completion token; ends with a `result<project>`.
    template <token_for<project> Token>
    auto get(std::string_view id, Token&& token) const
    {
        return this->deliver(start(id, {}), std::forward<Token>(token));
    }

private:
    [[nodiscard]] asio::awaitable<result<project>> start(std::string_view id, call_options options) const
    {
        auto what = request_by_id(Declaration::get, Declaration::kind_of, id, options);
        if (!what)
            return failed<project>(what.error());
        return call<project>(this->share(), *std::move(what));
    }
};

} // namespace magic_hour::detail
