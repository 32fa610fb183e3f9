#pragma once

#include <magic_hour/detail/strand.hpp>
#include <magic_hour/error.hpp>
#include <magic_hour/model/operation.hpp>
#include <magic_hour/options.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace boost::asio
{
class thread_pool;
}

namespace magic_hour::detail
{

namespace asio = boost::asio;

/// One call of the API, before authentication and everything else that is the same for all.
struct api_request
{
    http::method method = http::method::get;
    std::string path{}; ///< "/v1/..." with encoded segments and query
    std::string body{};
    bool billable = false;
    call_options options{};

    // What an error should know.
    std::string project_id{};
    std::optional<magic_hour::kind> project_kind{};
    std::string correlation_name{};
};

/// What all copies of a client share: options, the HTTP engine, the thread for files.
///
/// Thread safety: all members. Coroutines must run on a serialized executor.
class core : public std::enable_shared_from_this<core>
{
public:
    /// Throws `error` when an option cannot be used.
    MAGIC_HOUR_DECL core(asio::any_io_executor executor, client_options options);
    MAGIC_HOUR_DECL ~core();
    core(core const&) = delete;
    core& operator=(core const&) = delete;

    /// One call: authentication, retries, and every status that is not 2xx turned into an error. A billable
    /// call whose fate is unknown fails with `outcome_unknown`. Cancellation and exhausted memory are errors
    /// as well; what a hook throws passes through. The one place that knows the key.
    MAGIC_HOUR_DECL asio::awaitable<result<http::response>> call(api_request what);

    /// An error that knows the request it belongs to, free of secrets that the server may have echoed.
    [[nodiscard]] MAGIC_HOUR_DECL error with_context(error failure, api_request const& what) const;

    /// A 2xx answer that makes no sense: `outcome_unknown` for a billable call, else `decode`.
    [[nodiscard]] MAGIC_HOUR_DECL error
    unusable_answer(error const& why, http::response const& answer, api_request const& what) const;

    /// A name nobody else uses: "mh-<resource>-<date>-<random>".
    [[nodiscard]] MAGIC_HOUR_DECL std::string unique_name(std::string_view resource) const;

    /// Text that came from outside, without our key and other credentials, on one line.
    [[nodiscard]] MAGIC_HOUR_DECL std::string clean(std::string_view text, std::size_t limit = 4096) const;

    /// Where blocking file calls run; starts the client's own thread at first use.
    [[nodiscard]] MAGIC_HOUR_DECL asio::any_io_executor file_executor();

    [[nodiscard]] http::engine& engine() const noexcept { return *engine_; }
    [[nodiscard]] http::time_source& clock() const noexcept { return engine_->clock(); }
    [[nodiscard]] client_options const& options() const noexcept { return options_; }
    [[nodiscard]] asio::any_io_executor get_executor() const noexcept { return executor_; }
    /// Where single calls run.
    [[nodiscard]] workplace place_of_calls() const { return {executor_, options_.single_threaded}; }
    /// Which URLs and addresses this client may talk to, storage included.
    [[nodiscard]] http::address_policy const& policy() const noexcept { return policy_; }
    [[nodiscard]] http::url const& base() const noexcept { return base_; }

    MAGIC_HOUR_DECL void close() noexcept;
    [[nodiscard]] MAGIC_HOUR_DECL bool closed() const noexcept;

private:
    /// The pause before a create that met a 502 is sent again; nothing when it must not be.
    [[nodiscard]] std::optional<http::duration> pause_before_resend(http::request const& request);
    [[nodiscard]] std::shared_ptr<http::request> prepare(api_request const& what) const;
    [[nodiscard]] error refusal(http::response const& answer, api_request const& what) const;

    asio::any_io_executor executor_;
    client_options options_; ///< without the key
    std::string key_{};
    std::vector<http::header> headers_{}; ///< of every call, the key among them
    http::url base_{};
    http::address_policy policy_{};
    std::shared_ptr<http::engine> engine_{};
    mutable std::mutex mutex_{};
    std::unique_ptr<asio::thread_pool> file_thread_{};
    bool closed_ = false;
};

} // namespace magic_hour::detail

#include <magic_hour/detail/guarded.hpp>

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/impl/core.ipp>
#endif
