#pragma once

#include <magic_hour/http/message.hpp>
#include <magic_hour/http/time_source.hpp>
#include <magic_hour/webhook/event.hpp>
#include <magic_hour/webhook/verify.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace magic_hour::webhook
{

struct receiver_options
{
    std::vector<secret> secrets{}; ///< at least one; several while a secret is being replaced
    std::chrono::seconds tolerance = default_tolerance;
    std::size_t body_limit = 1 << 20;           ///< larger deliveries are refused with 413
    std::shared_ptr<http::time_source> clock{}; ///< whose `wall_clock` is compared; null: the real one
};

/// What to answer. The API repeats a delivery for 24 hours until the status is 2xx.
struct answer
{
    int status = 200;
    std::string body{};                  ///< JSON
    std::vector<http::header> headers{}; ///< Content-Type, and Allow with 405
};

/// What became of one request.
struct reception
{
    webhook::answer answer{};
    std::optional<verified_event> verified{};      ///< set when the signature is right, whatever the body is
    std::optional<webhook::event> event{};         ///< set when it is an event: handle it
    std::optional<verify_error> refused{};         ///< why the signature was refused
    std::optional<magic_hour::error> body_error{}; ///< why a rightly signed body is no event

    /// Whether there is an event to handle.
    explicit operator bool() const noexcept { return event.has_value(); }
};

namespace detail
{

/// The parts of a request that decide about it.
struct incoming
{
    std::string_view method{};
    std::string_view content_type{};
    std::string_view body{};
    signature_headers signature{};
};

[[nodiscard]] MAGIC_HOUR_DECL reception receive(incoming const& in, receiver_options const& options);

/// A JSON answer with a message; for 405 with the method that is allowed.
[[nodiscard]] MAGIC_HOUR_DECL answer make_answer(int status, std::string_view message);

template <class T>
concept beast_request = requires(T const& r) {
    {
        static_cast<std::string_view>(r.method_string())
    };
    {
        static_cast<std::string_view>(r["Content-Type"])
    };
    {
        std::string_view{r.body()}
    };
    requires header_range<typename T::header_type>;
};

} // namespace detail

/// Turns a request into a verified event, or into the answer that refuses it:
/// 405 for another method than POST, 413 for a body beyond the limit, 415 for another type than
/// application/json, 400 for missing or malformed signature headers, 401 for a wrong signature or one that is
/// too old, 400 for a rightly signed body that is no event, else 200.
///
/// Answer at once, within 10 seconds at most, and handle the event after that. The same event can come
/// several times: see `dedupe`. Throws `error` (invalid_argument) when `options` have no secret, otherwise
/// nothing but `std::bad_alloc`, whatever the request is.
///
/// `request` is a `boost::beast::http::request<string_body>`, with any fields.
template <detail::beast_request Request>
[[nodiscard]] reception receive(Request const& request, receiver_options const& options)
{
    detail::incoming in;
    in.method = static_cast<std::string_view>(request.method_string());
    in.content_type = static_cast<std::string_view>(request["Content-Type"]);
    in.body = request.body();
    in.signature = detail::read_signature(static_cast<typename Request::header_type const&>(request));
    return detail::receive(in, options);
}

/// The same for other HTTP servers: the request's method, its headers and its body as received.
template <header_range Headers>
[[nodiscard]] reception receive(
    std::string_view method, Headers const& headers, std::string_view raw_body,
    receiver_options const& options)
{
    detail::incoming in;
    in.method = method;
    in.body = raw_body;
    in.signature = detail::read_signature(headers);
    for (auto const& f : headers)
        if (detail::same_name(detail::field_name(f), "content-type"))
            in.content_type = detail::field_value(f);
    return detail::receive(in, options);
}

} // namespace magic_hour::webhook

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/webhook/impl/receiver.ipp>
#endif
