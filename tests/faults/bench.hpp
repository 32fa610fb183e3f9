#pragma once

#include "client/fixture.hpp"

#include <magic_hour/http/observer.hpp>
#include <magic_hour/http/resolver.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faults
{

using namespace client_test;

using addresses = std::vector<asio::ip::address>;
using resolution = mh::result<addresses>;

inline resolution leads_to(std::initializer_list<char const*> where)
{
    addresses out;
    for (char const* const text : where)
        out.push_back(asio::ip::make_address(text));
    return out;
}

inline mh::error no_such_name(std::string const& host, boost::system::error_code why)
{
    return mh::error{mh::errc::resolve, "cannot resolve " + host}.with(
        [&](mh::error_info& info)
        {
            info.phase = mh::phase::resolve;
            info.system = why;
        });
}

/// Names lead where the test says: `answer(how often it was asked before, host)`.
class scripted_resolver : public mh::http::resolver
{
public:
    using answer_function = std::function<resolution(int, std::string const&)>;
    explicit scripted_resolver(answer_function answer) : answer_(std::move(answer)) {}

    asio::awaitable<resolution> resolve(std::string host) override { co_return answer_(asked++, host); }

    int asked = 0;

private:
    answer_function answer_;
};

/// Never answers; ends when it is canceled.
class silent_resolver : public mh::http::resolver
{
public:
    asio::awaitable<resolution> resolve(std::string host) override
    {
        asked.push_back(std::move(host));
        asio::steady_timer timer{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
        co_await timer.async_wait(asio::use_awaitable);
        co_return addresses{};
    }

    std::vector<std::string> asked{};
};

struct logged_event
{
    std::string hook{};
    std::string method{};
    std::string host{};
    std::string path{};
    int attempt = 0;
    int status = 0;
    mh::http::exchange_stats stats{};
    bool has_stats = false;
    mh::errc failure{};
    mh::http::duration delay{};
};

/// Everything that hooks are told.
class event_log : public mh::http::observer
{
public:
    void on_request(mh::http::attempt_event const& e) override { add("request", e); }
    void on_response(mh::http::attempt_event const& e) override { add("response", e); }
    void on_failure(mh::http::attempt_event const& e) override { add("failure", e); }
    void on_retry(mh::http::attempt_event const& e) override { add("retry", e); }

    [[nodiscard]] std::vector<logged_event> all() const
    {
        std::lock_guard const lock{mutex_};
        return events_;
    }
    [[nodiscard]] std::vector<logged_event> of(std::string_view hook) const
    {
        std::vector<logged_event> out;
        for (auto const& event : all())
            if (event.hook == hook)
                out.push_back(event);
        return out;
    }
    /// All words of all events.
    [[nodiscard]] std::string text() const
    {
        std::lock_guard const lock{mutex_};
        return text_;
    }

private:
    void add(std::string hook, mh::http::attempt_event const& e)
    {
        std::lock_guard const lock{mutex_};
        logged_event out;
        out.hook = std::move(hook);
        out.method = e.method;
        out.host = e.host;
        out.path = e.path;
        out.attempt = e.attempt;
        out.status = e.status;
        out.has_stats = e.stats != nullptr;
        if (e.stats)
            out.stats = *e.stats;
        out.failure = e.failure ? e.failure->code() : mh::errc{};
        out.delay = e.delay;
        text_ += out.method + ' ' + out.host + ' ' + out.path + ' ' + std::string{e.request_id} + '\n';
        if (e.failure)
            text_ += everything(*e.failure) + '\n';
        events_.push_back(std::move(out));
    }

    mutable std::mutex mutex_{};
    std::vector<logged_event> events_{};
    std::string text_{};
};

inline std::string const signature = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b";
inline std::string const signed_url =
    "https://storage.example/in/clip.mp4?X-Amz-Credential=AKIAQ7XW2VB9TN4RK8LP&X-Amz-Signature=" + signature;

/// A client whose hooks are logged. At its end nothing that was planted has shown and all descriptors are
/// closed again.
struct bench : fixture
{
    bench()
    {
        options.observer = log;
        options.retry.max_attempts = 2;
    }
    ~bench()
    {
        CHECK_FALSE(secrets.leaked_into(log->text()));
        CHECK(descriptors.back_to_baseline());
    }
    bench(bench const&) = delete;
    bench& operator=(bench const&) = delete;

    void let_names_lead(scripted_resolver::answer_function answer)
    {
        names = std::make_shared<scripted_resolver>(std::move(answer));
        options.resolver = names;
    }

    /// The error's code, after a look for secrets in the error.
    template <class T>
    mh::errc code_of(mh::result<T> const& outcome)
    {
        if (outcome)
            return mh::errc{};
        CHECK_FALSE(secrets.leaked_into(everything(outcome.error())));
        CHECK(std::string_view{outcome.error().what()}.find_first_of("\r\n") == std::string_view::npos);
        return outcome.error().code();
    }

    /// A create that was sent and broke because of `cause`: one request, nothing repeated.
    void must_stay_unknown(mh::result<mh::created_image> const& outcome, mh::errc cause)
    {
        CHECK(code_of(outcome) == mh::errc::outcome_unknown);
        CHECK(outcome.error()->cause == cause);
        CHECK(outcome.error()->job_may_exist);
        CHECK(server.request_count() == 1);
    }

    /// A create of which no byte was sent.
    void must_be_unsent(mh::result<mh::created_image> const& outcome, mh::errc code)
    {
        CHECK(code_of(outcome) == code);
        CHECK_FALSE(outcome.error()->job_may_exist);
        CHECK(server.request_count() == 0);
    }

    std::shared_ptr<event_log> log = std::make_shared<event_log>();
    std::shared_ptr<scripted_resolver> names{};
    support::secrets_guard secrets{key, signature, "AKIAQ7XW2VB9TN4RK8LP"};
    asio::steady_timer starts_reactor{io}; ///< it opens its own descriptors at first use
    support::fd_guard descriptors{};
};

/// An environment variable while this lives; without a value it is not there.
class variable
{
public:
    variable(char const* name, std::optional<std::string> const& value) : name_(name)
    {
        if (char const* const before = std::getenv(name))
            before_ = before;
        set(value);
    }
    ~variable() { set(before_); }
    variable(variable const&) = delete;
    variable& operator=(variable const&) = delete;

private:
    void set(std::optional<std::string> const& value)
    {
        if (value)
            ::setenv(name_, value->c_str(), 1);
        else
            ::unsetenv(name_);
    }

    char const* name_;
    std::optional<std::string> before_{};
};

/// The limits of a live exchange end in no real time, too.
inline support::auto_advance_options const through_limits{
    .limits_too = true, .quiet_before_limits = std::chrono::milliseconds{120}};

} // namespace faults
