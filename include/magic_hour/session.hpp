#pragma once

#include <magic_hour/detail/core.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <concepts>
#include <memory>
#include <utility>

namespace magic_hour
{

/// A connection to the API without its endpoints: what a `client` is made of, and what a program that
/// includes single endpoint headers makes its `resource`s from. A cheap handle; copies share everything.
///
/// Thread safety: distinct and shared handles may be used from any thread.
class session
{
public:
    /// Work runs on strands of `executor`; results come back on the executor of whoever awaits them.
    /// Throws `error` (invalid_argument, file) when an option cannot be used.
    MAGIC_HOUR_DECL explicit session(
        asio::any_io_executor executor, client_options options = client_options());

    template <class Context>
        requires requires(Context& context) { asio::any_io_executor{context.get_executor()}; }
    explicit session(Context& context, client_options options = client_options())
        : session(asio::any_io_executor{context.get_executor()}, std::move(options))
    {
    }

    /// Ends everything under way with `errc::closed`, closes idle connections and refuses further calls.
    /// Idempotent; does not wait.
    void close() noexcept { core_->close(); }

    [[nodiscard]] asio::any_io_executor get_executor() const noexcept { return core_->get_executor(); }
    /// As given, but for the key, which nobody can read back.
    [[nodiscard]] client_options const& options() const noexcept { return core_->options(); }

    /// For this library's own parts.
    [[nodiscard]] std::shared_ptr<detail::core> const& share() const noexcept { return core_; }

private:
    std::shared_ptr<detail::core> core_;
};

} // namespace magic_hour

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/impl/session.ipp>
#endif
