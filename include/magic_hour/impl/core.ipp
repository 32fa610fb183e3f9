#pragma once

#include <magic_hour/detail/core.hpp>
#include <magic_hour/http/detail/address_rules.hpp>
#include <magic_hour/http/detail/header_rules.hpp>
#include <magic_hour/http/detail/redact.hpp>
#include <magic_hour/json/decode.hpp>
#include <magic_hour/version.hpp>

#include <boost/asio/thread_pool.hpp>
#include <boost/describe/class.hpp>
#include <boost/version.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <new>
#include <thread>
#include <utility>

namespace magic_hour::detail
{

/// The body of a refusal; older servers leave `code` out, gateways both.
struct refusal_body
{
    std::optional<std::string> code{};
    std::optional<std::string> message{};
    BOOST_DESCRIBE_CLASS(refusal_body, (), (code, message), (), ())
};

MAGIC_HOUR_DECL std::string environment(char const* name)
{
    char const* const value = std::getenv(name);
    return value ? value : "";
}

[[noreturn]] inline void refuse_option(std::string message)
{
    throw error{errc::invalid_argument, std::move(message)};
}

MAGIC_HOUR_DECL std::string find_key(std::string const& given)
{
    for (std::string key : {given, environment("MAGIC_HOUR_API_KEY"), environment("MAGIC_HOUR_API_TOKEN")})
    {
        if (key.empty())
            continue;
        if (key.back() == '\n' || key.back() == '\r')
            refuse_option("the API key ends with a line break; read it without the newline at its end");
        if (!std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7F'; }))
            refuse_option("the API key holds a character that no key has (space, control or non-ASCII)");
        return key;
    }
    refuse_option("no API key: set client_options::api_key or the environment variable MAGIC_HOUR_API_KEY");
}

MAGIC_HOUR_DECL http::url find_base(std::string const& given)
{
    std::string text = given.empty() ? environment("MAGIC_HOUR_API_BASE_URL") : given;
    if (text.empty())
        text = "https://api.magichour.ai";
    if (text.find_first_of("?#") != std::string::npos)
        refuse_option("the base URL must not have a query or a fragment");
    auto base = http::parse_url(text);
    if (!base)
        throw base.error().with([](error_info& info) { info.message = "base URL: " + info.message; });
    while (base->target.ends_with('/'))
        base->target.pop_back();
    return *std::move(base);
}

MAGIC_HOUR_DECL std::string make_user_agent(std::string const& app_info)
{
    std::string agent = "magic-hour-cpp/" + std::string{version} + " (";
#if defined(__linux__)
    agent += "linux; ";
#elif defined(__APPLE__)
    agent += "macos; ";
#elif defined(_WIN32)
    agent += "windows; ";
#endif
    agent += "boost " + std::to_string(BOOST_VERSION / 100000) + '.' +
             std::to_string(BOOST_VERSION / 100 % 1000) + ')';
    if (!app_info.empty())
        agent += ' ' + app_info;
    return agent;
}

MAGIC_HOUR_DECL void check_options(client_options const& options)
{
    if (!http::detail::is_valid_header_value(options.app_info))
        refuse_option("app_info holds a control character");
    if (auto failure = http::detail::check_headers(options.headers))
        throw *std::move(failure);
    if (auto const proxy = http::proxy_for(options.proxy, "api.magichour.ai"); !proxy)
        throw proxy.error();
    if (options.retry.max_attempts < 1)
        refuse_option("retry.max_attempts must be at least 1");
    if (options.pool.max_connections < 1)
        refuse_option("pool.max_connections must be at least 1");
    http::timeouts const& t = options.timeouts;
    for (http::duration limit :
         {t.connect, t.per_address, t.response, t.billable_response, t.no_progress, t.total, t.exchange})
        if (limit <= http::duration::zero())
            refuse_option("a timeout must be positive; duration::max() means none");
    if (options.json_limit == 0)
        refuse_option("json_limit must be positive");
}

MAGIC_HOUR_DECL http::engine_options engine_options_for(client_options const& options)
{
    http::engine_options out;
    out.tls = options.tls;
    out.pool = options.pool;
    out.retry = options.retry;
    out.proxy = options.proxy;
    out.user_agent = make_user_agent(options.app_info);
    out.resolver = options.resolver;
    out.clock = options.clock;
    out.random = options.random;
    out.observer = options.observer;
    return out;
}

/// The statuses that the API documents as "no job was started".
MAGIC_HOUR_DECL bool is_definite_refusal(int status) noexcept
{
    constexpr std::array<int, 7> documented{400, 401, 402, 403, 404, 422, 429};
    return std::find(documented.begin(), documented.end(), status) != documented.end();
}

MAGIC_HOUR_DECL errc classify_status(int status) noexcept
{
    switch (status)
    {
    case 400:
    case 409:
    case 422:
        return errc::invalid_request;
    case 401:
        return errc::authentication;
    case 402:
        return errc::payment_required;
    case 403:
        return errc::permission_denied;
    case 404:
        return errc::not_found;
    case 429:
        return errc::rate_limited;
    default:
        return status >= 500 && status < 600 ? errc::server : errc::unexpected_status;
    }
}

MAGIC_HOUR_DECL std::string request_id_of(http::response_head const& head)
{
    for (std::string_view name : {"x-request-id", "request-id", "cf-ray", "x-amzn-requestid"})
        if (auto const value = http::find(head.headers, name))
            return printable(*value, 128);
    return {};
}

MAGIC_HOUR_DECL core::core(asio::any_io_executor executor, client_options options)
    : executor_{std::move(executor)}, options_{std::move(options)}, base_{find_base(options_.base_url)}
{
    key_ = find_key(std::exchange(options_.api_key, {}));
    check_options(options_);
    policy_.allow_plain_http = options_.allow_plain_http;
    policy_.allow_loopback = http::is_loopback_host(base_.host);
    policy_.allow_private_addresses = options_.allow_private_addresses;
    if (auto failure = http::detail::check_url(base_, policy_))
        throw failure->with(
            [](error_info& info)
            {
                info.code = errc::invalid_argument;
                info.message = "base URL: " + info.message;
            });
    headers_ = options_.headers;
    headers_.push_back({"Authorization", "Bearer " + key_});
    headers_.push_back({"Accept", "application/json"});
    engine_ = std::make_shared<http::engine>(executor_, engine_options_for(options_));
}

MAGIC_HOUR_DECL core::~core()
{
    engine_->close();
    // The last owner may be a file operation that ends on this very thread, which cannot join itself.
    if (file_thread_ && file_thread_->get_executor().running_in_this_thread())
        std::thread{[pool = std::move(file_thread_)] {}}.detach();
}

MAGIC_HOUR_DECL void core::close() noexcept
{
    {
        std::lock_guard const lock{mutex_};
        closed_ = true;
    }
    engine_->close();
}

MAGIC_HOUR_DECL bool core::closed() const noexcept
{
    std::lock_guard const lock{mutex_};
    return closed_;
}

MAGIC_HOUR_DECL asio::any_io_executor core::file_executor()
{
    if (options_.file_executor)
        return options_.file_executor;
    std::lock_guard const lock{mutex_};
    if (!file_thread_)
        file_thread_ = std::make_unique<asio::thread_pool>(1);
    return file_thread_->get_executor();
}

MAGIC_HOUR_DECL std::shared_ptr<http::request> core::prepare(api_request const& what) const
{
    auto out = std::make_shared<http::request>();
    out->method = what.method;
    out->target = base_;
    out->target.target += what.path;
    out->body = what.body;
    out->billable = what.billable;
    out->headers.reserve(headers_.size() + 1);
    out->headers.assign(headers_.begin(), headers_.end());
    if (!out->body.empty())
        out->headers.push_back({"Content-Type", "application/json"});
    out->body_limit = options_.json_limit;
    out->timeouts = options_.timeouts;
    if (what.options.timeout != http::duration::zero())
        out->timeouts.total = what.options.timeout;
    out->deadline = std::min(what.options.deadline, http::saturating_add(clock().now(), out->timeouts.total));
    out->max_attempts =
        what.options.max_attempts > 0 ? what.options.max_attempts : options_.retry.max_attempts;
    return out;
}

MAGIC_HOUR_DECL std::optional<http::duration> core::pause_before_resend(http::request const& request)
{
    http::retry_options const& retry = options_.retry;
    auto const longest = std::chrono::duration<double>{std::min(retry.base_delay * 4, retry.max_delay)};
    auto const pause = std::chrono::duration_cast<http::duration>(longest * (0.5 + engine_->random() / 2));
    bool const in_time = http::saturating_add(clock().now(), pause) < request.deadline;
    if (request.max_attempts < 1 || !in_time || !engine_->budget().try_spend(retry.retry_cost))
        return std::nullopt;
    return pause;
}

MAGIC_HOUR_DECL asio::awaitable<result<http::response>> core::call(api_request what)
{
    auto const self = shared_from_this();
    if (closed())
        co_return with_context(error{errc::closed, "the client was closed"}, what);
    if (what.options.timeout < http::duration::zero())
        co_return with_context(error{errc::invalid_argument, "a timeout must not be negative"}, what);
    std::exception_ptr thrown;
    try
    {
        auto const request = prepare(what);
        for (;;)
        {
            auto answer = co_await engine_->send(request, policy_);
            if (!answer)
                co_return with_context(answer.error(), what);
            int const status = answer->head.status;
            if (status >= 200 && status < 300)
                co_return answer;
            request->max_attempts -= answer->stats.attempts;
            bool const wanted = status == 502 && what.billable && what.options.resend_after_502;
            auto const pause = wanted ? pause_before_resend(*request) : std::nullopt;
            if (pause)
            {
                co_await http::sleep_until(clock(), http::saturating_add(clock().now(), *pause));
                continue;
            }
            if (http::deletion_happened_before(what.method, answer->stats.sent_before, status))
                co_return answer;
            co_return refusal(*answer, what);
        }
    }
    catch (boost::system::system_error const&)
    {
        thrown = std::current_exception();
    }
    catch (std::bad_alloc const&)
    {
        thrown = std::current_exception();
    }
    co_return with_context(to_error(thrown), what);
}

MAGIC_HOUR_DECL error core::with_context(error failure, api_request const& what) const
{
    return failure.with(
        [&](error_info& info)
        {
            info.method = to_string(what.method);
            info.path = what.path.substr(0, what.path.find('?'));
            info.host = base_.host;
            if (info.project_id.empty())
                info.project_id = what.project_id;
            if (what.project_kind)
                info.project_kind = to_string(*what.project_kind);
            if (what.billable)
                info.correlation_name = what.correlation_name;
            info.message = clean(info.message);
            if (info.request_id.find(key_) != std::string::npos)
                info.request_id.clear();
        });
}

MAGIC_HOUR_DECL error core::refusal(http::response const& answer, api_request const& what) const
{
    error_info info;
    info.http_status = answer.head.status;
    info.attempts = answer.stats.attempts;
    info.code = classify_status(info.http_status);
    info.request_id = request_id_of(answer.head);
    if (auto const value = http::find(answer.head.headers, "retry-after"))
        info.retry_after = http::parse_retry_after(*value, clock().wall_clock());
    if (auto const body = json::decode<refusal_body>(answer.body); body && (body->message || body->code))
    {
        info.api_code = clean(body->code.value_or(""), 64);
        info.api_message = clean(body->message.value_or(""));
    }
    else
        info.body_excerpt = clean(answer.body);
    info.message = "the API answered " + std::to_string(info.http_status);
    if (what.billable && !is_definite_refusal(info.http_status))
    {
        info.cause = info.code;
        info.code = errc::outcome_unknown;
        info.job_may_exist = true;
        info.phase = phase::create;
        if (info.http_status == 502)
            info.message += " (documented as: no job was created, unless a gateway said it)";
    }
    return with_context(error{std::move(info)}, what);
}

MAGIC_HOUR_DECL error
core::unusable_answer(error const& why, http::response const& answer, api_request const& what) const
{
    return with_context(
        why.with(
            [&](error_info& info)
            {
                info.code = what.billable ? errc::outcome_unknown : errc::decode;
                info.cause = errc::decode;
                info.job_may_exist = what.billable;
                info.http_status = answer.head.status;
                info.attempts = answer.stats.attempts;
                info.request_id = request_id_of(answer.head);
                info.body_excerpt = clean(answer.body);
            }),
        what);
}

MAGIC_HOUR_DECL std::string core::unique_name(std::string_view resource) const
{
    constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
    std::string name = "mh-" + std::string{resource} + '-';
    std::replace(name.begin(), name.end(), '_', '-');
    auto const day = std::chrono::floor<std::chrono::days>(clock().wall_clock());
    std::chrono::year_month_day const date{day};
    auto const number = static_cast<int>(date.year()) * 10000 +
                        static_cast<int>(unsigned{date.month()}) * 100 +
                        static_cast<int>(unsigned{date.day()});
    name += std::to_string(number) + '-';
    for (int i = 0; i < 12; ++i)
        name += digits[std::min<std::size_t>(35, static_cast<std::size_t>(engine_->random() * 36.0))];
    return name;
}

MAGIC_HOUR_DECL std::string core::clean(std::string_view text, std::size_t limit) const
{
    std::array<std::string_view, 1> const secrets{key_};
    return printable(http::detail::redact(text.substr(0, 64 * 1024), secrets), limit);
}

} // namespace magic_hour::detail
