#pragma once

#include <magic_hour/resource_base.hpp>

namespace magic_hour::detail
{

/// One object that needs no id: `account.list()`, with `account.get()` as the name that one would look for.
template <class Resource, class Declaration>
class can_fetch : public verb_base<Resource, can_fetch<Resource, Declaration>>
{
public:
    using response = typename Declaration::response;

    /// Throws `error`. Cancellation: terminal.
    [[nodiscard]] asio::awaitable<response> list(call_options options = {}) const
    {
        return or_throw(start(options));
    }
    [[nodiscard]] asio::awaitable<response> get(call_options options = {}) const
    {
        return or_throw(start(options));
    }

    /// The same without exceptions.
    [[nodiscard]] asio::awaitable<result<response>> list(as_result_t, call_options options = {}) const
    {
        return start(options);
    }
    [[nodiscard]] asio::awaitable<result<response>> get(as_result_t, call_options options = {}) const
    {
        return start(options);
    }

    /// The same for any completion token; ends with a `result<response>`.
    template <token_for<response> Token>
    auto list(Token&& token) const
    {
        return this->deliver(start({}), std::forward<Token>(token));
    }

private:
    [[nodiscard]] asio::awaitable<result<response>> start(call_options options) const
    {
        api_request what;
        what.path = Declaration::list.path;
        what.options = options;
        return call<response>(this->share(), std::move(what));
    }
};

/// Walks a paged list. Not thread-safe; one `next()` at a time.
template <class Declaration>
class pages
{
public:
    using query = typename Declaration::query;
    using page = typename Declaration::response;

    pages(std::shared_ptr<core> shared, query from, call_options options)
        : core_(std::move(shared)), query_(std::move(from)), options_(options)
    {
    }

    /// The next page, or nothing after the last. Throws `error`; the same page is asked for again after that.
    /// Cancellation: terminal.
    [[nodiscard]] asio::awaitable<std::optional<page>> next()
    {
        if (done_)
            co_return std::nullopt;
        api_request what;
        what.path = with_query(std::string{Declaration::list.path}, query_);
        what.options = options_;
        auto answer = co_await call<page>(core_, what);
        if (!answer)
            throw answer.error();
        bool const same_again = answer->next_cursor && query_.cursor == answer->next_cursor;
        done_ = !answer->next_cursor || answer->next_cursor->empty() || same_again;
        query_.cursor = answer->next_cursor;
        co_return *std::move(answer);
    }

private:
    std::shared_ptr<core> core_;
    query query_;
    call_options options_;
    bool done_ = false;
};

/// A list in pages.
template <class Resource, class Declaration>
class can_list : public verb_base<Resource, can_list<Resource, Declaration>>
{
public:
    using query = typename Declaration::query;
    using response = typename Declaration::response;

    /// One page. Throws `error`; `validation` before anything is sent. Cancellation: terminal.
    [[nodiscard]] asio::awaitable<response> list(arg<query> which, call_options options = {}) const
    {
        return or_throw(start(which, options));
    }
    [[nodiscard]] asio::awaitable<response> list() const
    {
        query const everything{};
        return or_throw(start(everything, {}));
    }

    /// The same without exceptions.
    [[nodiscard]] asio::awaitable<result<response>>
    list(arg<query> which, as_result_t, call_options options = {}) const
    {
        return start(which, options);
    }

    /// The same for any completion token; ends with a `result<response>`.
    template <token_for<response> Token>
    auto list(query const& which, Token&& token) const
    {
        return this->deliver(start(which, {}), std::forward<Token>(token));
    }

    /// All pages from `from` on: `auto all = saved_items.all(); while (auto page = co_await all.next())`.
    [[nodiscard]] pages<Declaration> all(query from = query(), call_options options = {}) const
    {
        return pages<Declaration>{this->share(), std::move(from), options};
    }

private:
    [[nodiscard]] asio::awaitable<result<response>> start(query const& which, call_options options) const
    {
        if (auto broken = json::validate(which))
            return failed<response>(validation_error(*std::move(broken), Declaration::resource));
        api_request what;
        what.path = with_query(std::string{Declaration::list.path}, which);
        what.options = options;
        return call<response>(this->share(), std::move(what));
    }
};

} // namespace magic_hour::detail
