#pragma once

#include <magic_hour/resource_base.hpp>

namespace magic_hour::detail
{

/// A POST that starts a job, or one that only answers.
template <class Resource, class Declaration>
class can_create : public verb_base<Resource, can_create<Resource, Declaration>>
{
public:
    using request = typename Declaration::request;
    using response = typename Declaration::response;

    /// Sends the request as it is: assets are URLs and stored paths, nothing is uploaded. The request is
    /// encoded before this returns; nothing refers to it afterwards.
    ///
    /// Throws `error`: `validation` before anything is sent; what the API refused by its class; for billable
    /// requests `outcome_unknown` when a job may exist all the same. Billable requests are repeated only when
    /// nothing was sent, or on 429. Cancellation: terminal.
    [[nodiscard]] asio::awaitable<response> create(arg<request> what, call_options options = {}) const
    {
        return or_throw(start(what, options));
    }

    /// The same without exceptions.
    [[nodiscard]] asio::awaitable<result<response>>
    create(arg<request> what, as_result_t, call_options options = {}) const
    {
        return start(what, options);
    }

    /// The same for any completion token; ends with a `result<response>`.
    template <token_for<response> Token>
    auto create(request const& what, Token&& token) const
    {
        return this->deliver(start(what, {}), std::forward<Token>(token));
    }

    template <token_for<response> Token>
    auto create(request const& what, call_options options, Token&& token) const
    {
        return this->deliver(start(what, options), std::forward<Token>(token));
    }

private:
    [[nodiscard]] asio::awaitable<result<response>> start(request const& what, call_options options) const
    {
        if (auto refused = refuse_uploads(what, Declaration::resource))
            return failed<response>(*std::move(refused));
        auto made = encode_create<Declaration>(this->shared(), what, options.validate);
        if (made.refused)
            return failed<response>(*std::move(made.refused));
        return call<response>(this->share(), create_request(Declaration::create, std::move(made), options));
    }
};

} // namespace magic_hour::detail
