#pragma once

#include <magic_hour/detail/core.hpp>
#include <magic_hour/error.hpp>
#include <magic_hour/jobs/options.hpp>
#include <magic_hour/jobs/poll_schedule.hpp>
#include <magic_hour/model/operation.hpp>
#include <magic_hour/model/project.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace magic_hour::jobs
{

/// A job to wait for.
struct job_reference
{
    std::string id{};
    magic_hour::kind kind{};
    std::chrono::seconds median{0};
    bool just_created = false; ///< a first poll at once would be in vain
};

/// `why` with the job that it is about. An error that has a job of its own keeps it.
[[nodiscard]] MAGIC_HOUR_DECL error
about_job(error const& why, std::string_view id, kind makes, std::string_view status);

/// Waits for one job of any kind: asks, sleeps, asks again. Holds no connection in between. Must be used on a
/// serialized executor, by one coroutine at a time.
class job_poller
{
public:
    MAGIC_HOUR_DECL job_poller(
        std::shared_ptr<magic_hour::detail::core> shared, job_reference job, poll_options const& options,
        status_callback on_status, std::shared_ptr<magic_hour::detail::wake_source> hub);

    /// Waits for the next answer about the job. True: there is one, see `details()`. False: the answer before
    /// was the last one. Fails when the job cannot be asked for (the key was revoked, there is no such job),
    /// and with `gave_up` at the deadline; passing failures are lived through. Cancellation: terminal, but
    /// `next()` may be called again.
    MAGIC_HOUR_DECL asio::awaitable<result<bool>> next();

    /// The same in parts, for a caller who sleeps by other means: when the next question is due (nothing: at
    /// once), and the question. False: there was no answer, but there may be one to the next question.
    [[nodiscard]] std::optional<time_point> due() const noexcept { return due_; }
    MAGIC_HOUR_DECL asio::awaitable<result<bool>> ask();

    /// Whether there is a hub that can end a sleep early, and that sleep. Forgets the newest answer.
    [[nodiscard]] bool hears_news() const noexcept { return hub_ != nullptr; }
    MAGIC_HOUR_DECL asio::awaitable<void> sleep();

    /// What is kept of a job that sleeps counts ten-thousandfold.
    void forget_answer() noexcept { answer_.reset(); }

    /// What the newest answer says, and as it came. Only after `next()` or `ask()` has returned true, and
    /// until the next call of either.
    [[nodiscard]] project const& details() const noexcept { return answer_->details; }
    [[nodiscard]] std::string const& body() const noexcept { return answer_->body; }
    [[nodiscard]] std::string const& status() const noexcept { return status_; }
    [[nodiscard]] job_reference const& job() const noexcept { return job_; }
    [[nodiscard]] bool ended() const noexcept { return verdict_ != verdict::keep_waiting; }

    /// Why the job that ended has no result; nothing when it is complete.
    [[nodiscard]] MAGIC_HOUR_DECL std::optional<error> outcome_error() const;

private:
    struct newest_answer
    {
        std::string body{};
        project details{};
    };

    asio::awaitable<void> sleep_or_hear_news(time_point until);
    [[nodiscard]] std::optional<error>
    take(http::response& answer, magic_hour::detail::api_request const& question);
    [[nodiscard]] result<bool> on_answer();
    [[nodiscard]] result<bool> on_failure(error const& why);
    [[nodiscard]] bool is_passing(error const& why) const noexcept;
    void plan_next(std::optional<duration> retry_after);
    void report() const;
    [[nodiscard]] error gave_up() const;
    [[nodiscard]] magic_hour::detail::api_request request() const;

    std::shared_ptr<magic_hour::detail::core> shared_;
    job_reference job_;
    poll_schedule schedule_;
    status_callback on_status_;
    std::shared_ptr<magic_hour::detail::wake_source> hub_;
    std::optional<time_point> due_{};
    bool out_of_time_ = false;
    bool wrong_job_ = false;
    verdict verdict_ = verdict::keep_waiting;
    errc last_failure_{};
    std::optional<std::chrono::milliseconds> retry_after_{};
    std::string status_{};
    std::unique_ptr<newest_answer> answer_{};
};

} // namespace magic_hour::jobs

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/jobs/impl/job_poller.ipp>
#endif
