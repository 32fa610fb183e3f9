#pragma once

#include <magic_hour/resource_base.hpp>

#include <string_view>

namespace magic_hour::detail
{

/// The deletion of one object by its id.
template <class Resource, class Declaration>
class can_delete : public verb_base<Resource, can_delete<Resource, Declaration>>
{
public:
    /// Deletes the rendered files of project `id` for good. Repeating it is harmless: when an answer was lost
    /// and the repeat finds nothing, that is success. Throws `error`; `not_found` when the first try finds
    /// nothing. Cancellation: terminal.
    [[nodiscard]] asio::awaitable<void> delete_(std::string_view id, call_options options = {}) const
    {
        return or_throw(start(id, options));
    }

    /// The same without exceptions.
    [[nodiscard]] asio::awaitable<result<void>>
    delete_(std::string_view id, as_result_t, call_options options = {}) const
    {
        return start(id, options);
    }

    /// The same for any completion token; ends with a `result<void>`.
    template <token_for<void> Token>
    auto delete_(std::string_view id, Token&& token) const
    {
        return this->deliver(start(id, {}), std::forward<Token>(token));
    }

private:
    [[nodiscard]] asio::awaitable<result<void>> start(std::string_view id, call_options options) const
    {
        auto what = request_by_id(Declaration::delete_, Declaration::kind_of, id, options);
        if (!what)
            return failed<void>(what.error());
        return call<void>(this->share(), *std::move(what));
    }
};

} // namespace magic_hour::detail
