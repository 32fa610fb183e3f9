#pragma once

#include <magic_hour/http/engine.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

namespace magic_hour
{

namespace asio = boost::asio;

/// How a client behaves. Everything is checked when the client is made.
struct client_options
{
    std::string api_key{};  ///< empty: MAGIC_HOUR_API_KEY, then MAGIC_HOUR_API_TOKEN
    std::string base_url{}; ///< empty: MAGIC_HOUR_API_BASE_URL, then https://api.magichour.ai

    http::timeouts timeouts{};
    http::retry_options retry{};
    http::pool_options pool{};
    http::proxy_options proxy{}; ///< none by default; see `http::proxy_from_environment`
    http::tls_options tls{};

    std::string app_info{};              ///< "my-server/1.2", added to the User-Agent
    std::vector<http::header> headers{}; ///< sent with every API call, never to storage
    std::shared_ptr<http::observer> observer{};

    /// Whether a billable create without a `name` is given a unique one, so that a job whose answer was lost
    /// can be found again.
    bool name_jobs = true;
    /// Whether requests are checked against their declared rules before anything is sent.
    bool validate = true;
    std::uint64_t json_limit = 1 << 20; ///< largest JSON answer

    bool allow_plain_http = false;        ///< http, to loopback only: for tests
    bool allow_private_addresses = false; ///< upload and download URLs, and the API, on private networks

    /// A promise that the client's executor runs one handler at a time: a strand, or a context that a single
    /// thread runs. Calls that are awaited on this very executor, and jobs, then do without strands of their
    /// own. (A call that is awaited on a strand does without one anyway.) Such a call is canceled by
    /// whatever cancellation type its coroutine lets through, by default terminal alone.
    bool single_threaded = false;

    /// Where all file calls run. Empty: those that may wait for a disk on one thread that the client starts
    /// when it first needs it, those that need not where the bytes are sent or received.
    asio::any_io_executor file_executor{};

    std::shared_ptr<http::resolver> resolver{}; ///< null: the system's; see <magic_hour/http/resolver.hpp>
    std::shared_ptr<http::time_source> clock{}; ///< null: the real one
    std::function<double()> random{};           ///< null: seeded by the system; returns [0, 1)
};

/// How one call differs from the client's options. Trivially copyable: safe to brace inside `co_await`.
struct call_options
{
    http::duration timeout{0}; ///< all attempts and pauses; 0: the client's; `duration::max()`: none
    http::time_point deadline = http::time_point::max(); ///< when it must have ended, whatever `timeout` says
    int max_attempts = 0;                                ///< 0: the client's
    bool validate = true;                                ///< false: the server alone judges the request
    /// The vendor documents that a 502 without an id created no job. With this a create is sent again after
    /// one; a gateway in between can prove the documentation wrong.
    bool resend_after_502 = false;
};
static_assert(std::is_trivially_copyable_v<call_options>);

} // namespace magic_hour
