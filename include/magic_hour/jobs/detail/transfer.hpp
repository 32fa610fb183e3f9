#pragma once

#include <magic_hour/detail/core.hpp>
#include <magic_hour/error.hpp>
#include <magic_hour/http/engine.hpp>
#include <magic_hour/jobs/download_plan.hpp>

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace magic_hour::jobs::detail
{

namespace asio = boost::asio;

/// Where a file comes from: a URL, and the job that can be asked for a fresh one.
struct download_origin
{
    std::string url{};
    std::string project_id{}; ///< empty: nobody can be asked
    magic_hour::kind kind{};
    std::size_t number = 0; ///< position among the job's outputs
};

/// Carries out a `download_plan`: pulls one file over as many connections as it takes. Must be used on a
/// serialized executor by one coroutine at a time.
class transfer
{
public:
    enum class event
    {
        bytes,     ///< `read` put some into the buffer
        restarted, ///< throw away what was received so far; nothing was put into the buffer
        finished
    };
    struct outcome
    {
        transfer::event event{};
        std::size_t bytes = 0;
    };

    MAGIC_HOUR_DECL transfer(
        std::shared_ptr<magic_hour::detail::core> shared, download_origin origin, http::url target,
        download_limits const& limits, time_point deadline);

    /// A transfer of `origin`, or why its URL cannot be used.
    [[nodiscard]] MAGIC_HOUR_DECL static result<transfer> make(
        std::shared_ptr<magic_hour::detail::core> shared, download_origin origin, download_limits limits,
        time_point deadline);

    /// Connects, so that what the first answer's head tells is known. `read` does it otherwise.
    MAGIC_HOUR_DECL asio::awaitable<result<void>> begin();

    /// The next event. Fails for good when the plan does.
    MAGIC_HOUR_DECL asio::awaitable<result<outcome>> read(asio::mutable_buffer into);

    [[nodiscard]] download_plan const& plan() const noexcept { return plan_; }
    /// Of the newest answer; empty when it said nothing.
    [[nodiscard]] std::string const& content_type() const noexcept { return content_type_; }
    /// `why` with the job that the file is of.
    [[nodiscard]] error describe(error const& why) const;

private:
    using step = download_plan::step;

    [[nodiscard]] bool must_connect() const noexcept
    {
        return next_ == step::send_again || next_ == step::renew_url;
    }
    asio::awaitable<step> reconnect();
    asio::awaitable<step> connect();
    asio::awaitable<step> renew();
    asio::awaitable<step> read_some(asio::mutable_buffer into, std::size_t& delivered);
    [[nodiscard]] http::request next_request() const;

    std::shared_ptr<magic_hour::detail::core> shared_;
    download_origin origin_;
    download_plan plan_;
    time_point deadline_;
    step next_ = step::send_again;
    std::optional<http::exchange> exchange_{};
    std::optional<error> failure_{}; ///< says more than the plan's
    std::string content_type_{};
    bool first_ = true;
};

} // namespace magic_hour::jobs::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/jobs/impl/transfer.ipp>
#endif
