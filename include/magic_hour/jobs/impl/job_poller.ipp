#pragma once

#include <magic_hour/detail/call.hpp>
#include <magic_hour/detail/wake_source.hpp>
#include <magic_hour/jobs/job_poller.hpp>
#include <magic_hour/json/decode.hpp>

#include <algorithm>

namespace magic_hour::jobs
{
namespace detail
{

/// With a hub polling is only a net: an event can be lost, and a canceled job sends none.
[[nodiscard]] MAGIC_HOUR_DECL poll_options slowed_down(poll_options options) noexcept
{
    if (options.interval > duration::zero() || options.first_pause > duration::zero())
        return options;
    options.first_pause = std::chrono::minutes{1};
    options.longest_pause = std::max<duration>(options.longest_pause, std::chrono::minutes{5});
    return options;
}

/// What one last question may take when the deadline is there already.
inline constexpr duration last_question = std::chrono::milliseconds{250};

} // namespace detail

MAGIC_HOUR_DECL error about_job(error const& why, std::string_view id, kind makes, std::string_view status)
{
    return why.with(
        [&](error_info& info)
        {
            info.project_id = id;
            info.project_kind = to_string(makes);
            info.last_status = magic_hour::detail::printable(status, 64);
            info.job_may_exist = true;
        });
}

MAGIC_HOUR_DECL job_poller::job_poller(
    std::shared_ptr<magic_hour::detail::core> shared, job_reference job, poll_options const& options,
    status_callback on_status, std::shared_ptr<magic_hour::detail::wake_source> hub)
    : shared_(std::move(shared)),
      job_(std::move(job)),
      schedule_(hub ? detail::slowed_down(options) : options, job_.kind, shared_->clock().now()),
      on_status_(std::move(on_status)),
      hub_(std::move(hub))
{
    auto const median = hub_ ? std::chrono::seconds{0} : job_.median;
    if (job_.just_created)
        due_ = schedule_.first_poll(median, schedule_.start(), shared_->engine().random());
}

MAGIC_HOUR_DECL asio::awaitable<void> job_poller::sleep_or_hear_news(time_point until)
{
    co_await hub_->wait(job_.id, shared_->clock(), until);
}

MAGIC_HOUR_DECL asio::awaitable<void> job_poller::sleep()
{
    forget_answer();
    return hub_ ? sleep_or_hear_news(*due_) : http::sleep_until(shared_->clock(), *due_);
}

MAGIC_HOUR_DECL asio::awaitable<result<bool>> job_poller::next()
{
    while (!ended())
    {
        if (due_)
        {
            co_await sleep();
        }
        auto answered = co_await ask(); // a constant one would be returned as whether it has a value
        if (!answered || *answered)
            co_return answered;
    }
    co_return false;
}

MAGIC_HOUR_DECL magic_hour::detail::api_request job_poller::request() const
{
    magic_hour::detail::api_request what;
    what.path = std::string{details_path(job_.kind)} + job_.id;
    what.project_id = job_.id;
    what.project_kind = job_.kind;
    what.options.max_attempts = 1; // the next poll is the next attempt: an outage must not multiply requests
    auto const soonest = http::saturating_add(shared_->clock().now(), detail::last_question);
    what.options.deadline = std::max(schedule_.deadline(), soonest);
    return what;
}

MAGIC_HOUR_DECL asio::awaitable<result<bool>> job_poller::ask()
{
    if (out_of_time_)
        co_return gave_up();
    due_.reset();
    auto const question = request();
    auto answer = co_await shared_->call(question);
    if (!answer)
        co_return on_failure(answer.error().with([](error_info& info) { info.phase = phase::poll; }));
    if (auto const why = take(*answer, question))
        co_return on_failure(*why);
    co_return on_answer();
}

MAGIC_HOUR_DECL result<bool> job_poller::on_answer()
{
    report();
    if (!ended())
        plan_next({});
    return true;
}

MAGIC_HOUR_DECL result<bool> job_poller::on_failure(error const& why)
{
    if (!is_passing(why))
        return about_job(why, job_.id, job_.kind, status_);
    last_failure_ = why.code();
    retry_after_ = why->retry_after;
    plan_next(retry_after_);
    return false;
}

MAGIC_HOUR_DECL std::optional<error>
job_poller::take(http::response& answer, magic_hour::detail::api_request const& question)
{
    auto details = json::decode<project>(answer.body);
    if (!details)
        return shared_->unusable_answer(details.error(), answer, question);
    if (details->id != job_.id)
    {
        wrong_job_ = true;
        error const why{errc::decode, "id: the API answered about another job than was asked for"};
        return shared_->unusable_answer(why, answer, question);
    }
    answer_ = std::make_unique<newest_answer>();
    answer_->body = std::move(answer.body);
    answer_->details = *std::move(details);
    status_ = answer_->details.status.str();
    verdict_ = classify(status_, answer_->details.enabled.value_or(true));
    return std::nullopt;
}

MAGIC_HOUR_DECL bool job_poller::is_passing(error const& why) const noexcept
{
    if (wrong_job_)
        return false;
    switch (why.code())
    {
    case errc::resolve:
    case errc::connect:
    case errc::tls:
    case errc::timeout:
    case errc::connection:
    case errc::protocol:
    case errc::integrity:
    case errc::decode:
    case errc::rate_limited:
    case errc::server:
        return true;
    case errc::not_found:
        return schedule_.may_be_too_new(shared_->clock().now());
    default:
        return why->http_status == 408 || why->http_status == 425;
    }
}

MAGIC_HOUR_DECL void job_poller::plan_next(std::optional<duration> retry_after)
{
    due_ = schedule_.next_poll(shared_->clock().now(), shared_->engine().random(), retry_after);
    out_of_time_ = !due_.has_value();
}

MAGIC_HOUR_DECL void job_poller::report() const
{
    if (!on_status_)
        return;
    job_status now;
    now.id = job_.id;
    now.kind = job_.kind;
    now.status = status_;
    now.elapsed = shared_->clock().now() - schedule_.start();
    now.median = job_.median;
    on_status_(now);
}

MAGIC_HOUR_DECL error job_poller::gave_up() const
{
    auto const elapsed =
        std::chrono::duration_cast<std::chrono::seconds>(shared_->clock().now() - schedule_.start());
    error_info info;
    info.code = errc::gave_up;
    info.message = "stopped waiting after " + std::to_string(elapsed.count()) + " s; the job goes on";
    info.phase = phase::poll;
    info.cause = last_failure_;
    info.retry_after = retry_after_;
    return about_job(error{std::move(info)}, job_.id, job_.kind, status_);
}

MAGIC_HOUR_DECL std::optional<error> job_poller::outcome_error() const
{
    if (!ended())
        return std::nullopt;
    auto const& found = answer_->details;
    error_info info;
    info.phase = phase::poll;
    if (found.credits_charged)
        info.credits_charged = static_cast<double>(*found.credits_charged);
    switch (verdict_)
    {
    case verdict::keep_waiting:
    case verdict::complete:
        return std::nullopt;
    case verdict::failed:
        info.code = errc::job_failed;
        info.job_error_code = "unknown_error";
        if (found.error && !found.error->code.empty())
            info.job_error_code = shared_->clean(found.error->code, 64);
        if (found.error)
            info.api_message = shared_->clean(found.error->message);
        info.message = "the job failed: " + info.job_error_code;
        break;
    case verdict::canceled:
        info.code = errc::job_canceled;
        info.message = "the job was canceled in the web app";
        break;
    case verdict::deleted:
        info.code = errc::job_deleted;
        info.message = "the project was deleted";
        break;
    }
    return about_job(error{std::move(info)}, job_.id, job_.kind, status_);
}

} // namespace magic_hour::jobs
