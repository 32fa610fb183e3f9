#pragma once

#include <magic_hour/detail/config.hpp>

#include <boost/assert/source_location.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace magic_hour
{

/// What went wrong, coarse enough to switch on. Comparable with `boost::system::error_code`.
enum class errc
{
    // Refused before anything was sent.
    invalid_argument = 1, ///< an option, key, id, path or URL that cannot be used
    validation,           ///< a request breaks a declared rule; see `error::json_path` and `error::rule`
    file,                 ///< a local file cannot be read or written; see `error::system`
    policy,               ///< a URL or address that the options forbid
    closed,               ///< the client was closed

    // The connection never carried the request.
    resolve, ///< the host name has no address
    connect, ///< no address accepted a connection
    tls,     ///< the peer is not who it must be, or speaks no acceptable TLS

    // The exchange broke.
    timeout,    ///< a limit passed; `error::phase` names it
    connection, ///< the peer went away
    protocol,   ///< the answer is not HTTP/1.1
    limit,      ///< the answer is larger than the options allow
    decode,     ///< the answer is not the JSON it must be; see `error::json_path`
    integrity,  ///< a transfer's length or identity does not match

    // The API answered no.
    invalid_request,   ///< 400, 409, 422
    authentication,    ///< 401
    payment_required,  ///< 402
    permission_denied, ///< 403
    not_found,         ///< 404
    rate_limited,      ///< 429
    server,            ///< 5xx
    unexpected_status, ///< any other

    // Jobs.
    outcome_unknown, ///< a billable request was sent and its fate is unknown: a job may exist
    job_failed,      ///< the API reports the job as failed
    job_canceled,    ///< somebody canceled the job in the web app
    job_deleted,     ///< the project was deleted
    gave_up,         ///< waiting ended; the job goes on
    expired,         ///< a signed URL expired and could not be renewed

    canceled,       ///< the caller canceled
    out_of_memory,  ///< an allocation failed
    internal_error, ///< a defect of this library
};

[[nodiscard]] MAGIC_HOUR_DECL boost::system::error_category const& error_category() noexcept;
[[nodiscard]] inline boost::system::error_code make_error_code(errc code) noexcept
{
    return {static_cast<int>(code), error_category()};
}

/// The stage of an exchange or of a job in which something happened.
enum class phase
{
    none,
    resolve,
    connect,
    tls,
    request,  ///< sending the request
    response, ///< waiting for or reading the response head
    body,     ///< reading the response body
    upload,
    create,
    poll,
    download,
    total ///< the deadline of the whole operation
};
[[nodiscard]] MAGIC_HOUR_DECL std::string_view to_string(phase) noexcept;

/// Everything that is known about a failure. No field ever holds a key, a secret or a URL's query.
struct error_info
{
    errc code = errc::internal_error;
    std::string message{};                 ///< one sentence for a person
    boost::system::error_code system{};    ///< the operating system's or TLS library's reason
    magic_hour::phase phase = phase::none; ///< where it happened

    int http_status = 0;        ///< 0 when there was no answer
    std::string api_code{};     ///< the API's machine-readable code
    std::string api_message{};  ///< the API's text, printable, at most 4 KiB
    std::string body_excerpt{}; ///< start of an answer that is not the API's JSON, at most 4 KiB
    std::string request_id{};   ///< as a gateway or the API reported it
    std::optional<std::chrono::milliseconds> retry_after{};

    std::string method{}; ///< "POST"
    std::string path{};   ///< without query
    std::string host{};
    int attempts = 0; ///< how often the request was started

    std::string json_path{}; ///< "style.prompt", "downloads[0].url"
    std::string rule{};      ///< "required", "at most 20000 characters"

    std::string project_id{};       ///< the job, once it is known
    std::string project_kind{};     ///< "image", "video", "audio", "face_detection"
    std::string last_status{};      ///< the job's last known status
    std::string job_error_code{};   ///< the job's own error code
    std::string correlation_name{}; ///< `name` of a create whose outcome is unknown
    std::optional<double> credits_charged{};
    bool job_may_exist = false; ///< a job was or may have been created and charged
    errc cause = errc{};        ///< with `outcome_unknown`: what broke the exchange
};

/// The one error type: what throwing forms throw and what `result<T>` holds. Copies are cheap and never
/// throw.
class error : public std::exception
{
public:
    /// No error: what `result<T>::error()` returns beside a value.
    error() noexcept = default;
    MAGIC_HOUR_DECL explicit error(error_info info);
    MAGIC_HOUR_DECL error(errc code, std::string message);

    [[nodiscard]] errc code() const noexcept { return info_ ? info_->code : errc{}; }
    [[nodiscard]] MAGIC_HOUR_DECL error_info const& info() const noexcept;
    [[nodiscard]] error_info const* operator->() const noexcept { return &info(); }

    /// One printable line of at most 1 KiB, without secrets.
    [[nodiscard]] MAGIC_HOUR_DECL char const* what() const noexcept override;

    /// The same failure with more of it known.
    template <class Change>
    [[nodiscard]] error with(Change&& change) const
    {
        error_info copy = info();
        std::forward<Change>(change)(copy);
        return error{std::move(copy)};
    }

    friend bool operator==(error const& e, errc c) noexcept { return e.code() == c; }

private:
    std::shared_ptr<error_info const> info_{};
    std::shared_ptr<std::string const> line_{};
};

/// A value or an `error`. `value()` throws the `error`.
template <class T>
using result = boost::system::result<T, error>;

[[noreturn]] MAGIC_HOUR_DECL void throw_exception_from_error(error const& e, boost::source_location const&);

/// Asks an operation for a `result<T>` instead of an exception: `co_await client.v1.account.get(as_result)`.
struct as_result_t
{
    explicit constexpr as_result_t() = default;
};
inline constexpr as_result_t as_result{};

namespace detail
{
/// `text` on one line: control characters and broken UTF-8 replaced, cut to `limit` bytes at a character.
[[nodiscard]] MAGIC_HOUR_DECL std::string printable(std::string_view text, std::size_t limit = 1024);
} // namespace detail

} // namespace magic_hour

template <>
struct boost::system::is_error_code_enum<magic_hour::errc> : std::true_type
{
};

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/impl/error.ipp>
#endif
