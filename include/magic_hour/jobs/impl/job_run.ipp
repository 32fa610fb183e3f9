#pragma once

#include <magic_hour/detail/call.hpp>
#include <magic_hour/detail/guarded.hpp>
#include <magic_hour/detail/strand.hpp>
#include <magic_hour/jobs/detail/step_task.hpp>
#include <magic_hour/jobs/download.hpp>
#include <magic_hour/jobs/file_io.hpp>
#include <magic_hour/jobs/job_poller.hpp>
#include <magic_hour/jobs/job_run.hpp>
#include <magic_hour/model/created.hpp>

#include <boost/system/system_error.hpp>

#include <exception>
#include <new>

namespace magic_hour::jobs
{

/// What only a job has that is still to be made.
struct creation
{
    job_description what{};
    std::string correlation_name{};
    bool on_its_way = false;
};

/// What each stage leaves for the next, and for an error. Ten thousand of these may sleep at a time.
struct job_run final : detail::step_task<job_run>
{
    std::shared_ptr<magic_hour::detail::core> shared{};
    generate_settings settings{};
    time_point deadline = time_point::max();
    job_reference job{};                ///< until there is a poller
    std::unique_ptr<creation> making{}; ///< until the job is made; null for one that exists
    std::optional<job_poller> poller{};
    bool asleep = false;
    std::unique_ptr<job_outcome> outcome{};
    std::unique_ptr<error> failure{};
    std::exception_ptr thrown{}; ///< by a callback of the caller's

    asio::awaitable<void> step();
    [[nodiscard]] std::optional<time_point> asleep_until() const noexcept
    {
        return asleep ? poller->due() : std::nullopt;
    }
    void ended(std::exception_ptr why) noexcept;
    void note_end(std::exception_ptr why);

    asio::awaitable<result<void>> advance();
    asio::awaitable<result<void>> begin();
    asio::awaitable<result<void>> check_output() const;
    asio::awaitable<result<std::vector<std::string>>> upload();
    asio::awaitable<result<void>> create();
    void begin_to_wait();
    [[nodiscard]] bool must_sleep() const;
    asio::awaitable<result<void>> save();
    [[nodiscard]] result<void> look_at_end();
    [[nodiscard]] job_reference const& about() const noexcept { return poller ? poller->job() : job; }
    [[nodiscard]] poll_options poll_until_deadline() const;
    [[nodiscard]] error describe(error const& why) const;
    void report_created() const;
};

MAGIC_HOUR_DECL error job_run::describe(error const& why) const
{
    if (!about().id.empty())
        return about_job(
            why, about().id, about().kind, poller ? std::string_view{poller->status()} : std::string_view{});
    if (!making || !making->on_its_way || why.code() != errc::canceled)
        return why;
    // The request may have left: only the server knows whether there is a job.
    return why.with(
        [&](error_info& info)
        {
            info.cause = info.code;
            info.code = errc::outcome_unknown;
            info.message = "canceled while the job was being created";
            info.phase = phase::create;
            info.correlation_name = making->correlation_name;
            info.project_kind = to_string(job.kind);
            info.job_may_exist = true;
        });
}

namespace detail
{

/// Everything that can be found wrong without the network, before it costs anything.
[[nodiscard]] MAGIC_HOUR_DECL result<upload_plan>
check_files(std::vector<asset_slot> const& slots, output_settings const& output)
{
    auto plan = plan_uploads(slots);
    if (!plan)
        return plan;
    if (auto const prepared = prepare_output(output); !prepared)
        return prepared.error();
    return plan;
}

/// The part of it that is about outputs.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<result<bool>>
check_destination(magic_hour::detail::core& shared, output_settings const& output)
{
    std::function<result<bool>()> check = [output]
    {
        auto const prepared = prepare_output(output);
        return prepared ? result<bool>{true} : prepared.error();
    };
    return run_blocking<bool>(shared.file_executor(), std::move(check));
}

} // namespace detail

MAGIC_HOUR_DECL asio::awaitable<result<std::vector<std::string>>> job_run::upload()
{
    auto const output = settings.wait ? settings.output : output_settings{};
    std::function<result<upload_plan>()> check = [slots = making->what.slots, output]
    { return detail::check_files(slots, output); };
    auto planned = co_await run_blocking<upload_plan>(shared->file_executor(), std::move(check));
    if (!planned)
        co_return planned.error();
    upload_settings how;
    how.parallel = settings.parallel_uploads;
    how.deadline = deadline;
    how.on_progress = settings.output.on_progress;
    auto const done = co_await run_uploads(shared, *std::move(planned), std::move(how));
    if (!done)
        co_return done.error();
    std::vector<std::string> stored;
    for (auto const item : done->item_of_slot)
        stored.push_back(item == upload_plan::not_uploaded ? std::string{} : done->items[item].stored);
    co_return stored;
}

MAGIC_HOUR_DECL asio::awaitable<result<void>> job_run::create()
{
    auto& what = making->what;
    job.kind = what.create.makes.value_or(kind::image);
    job.median = what.create.median;
    auto const stored = co_await upload();
    if (!stored)
        co_return stored.error();
    auto encoded = what.encode(*shared, *stored);
    if (encoded.refused)
        co_return *encoded.refused;
    auto request = magic_hour::detail::create_request(what.create, std::move(encoded), what.call);
    what = {}; // the request's text is all that is needed from here on
    request.options.deadline = std::min(request.options.deadline, deadline);
    making->correlation_name = request.correlation_name;
    making->on_its_way = true;
    auto const answer = co_await shared->call(request);
    if (!answer)
        co_return answer.error();
    auto created = magic_hour::detail::decode_answer<created_audio>(*shared, *answer, request);
    making.reset();
    if (!created)
        co_return created.error();
    job.id = std::move(created->id);
    job.just_created = true;
    report_created();
    co_return result<void>{};
}

MAGIC_HOUR_DECL asio::awaitable<result<void>> job_run::check_output() const
{
    auto const checked = co_await detail::check_destination(*shared, settings.output);
    if (!checked)
        co_return checked.error();
    co_return result<void>{};
}

MAGIC_HOUR_DECL asio::awaitable<result<void>> job_run::begin()
{
    return making ? create() : check_output();
}

MAGIC_HOUR_DECL void job_run::report_created() const
{
    if (!settings.on_created)
        return;
    job_status now;
    now.id = job.id;
    now.kind = job.kind;
    now.median = job.median;
    settings.on_created(now);
}

MAGIC_HOUR_DECL poll_options job_run::poll_until_deadline() const
{
    auto options = settings.poll;
    if (job.just_created)
        options.not_found_grace = std::max<duration>(options.not_found_grace, std::chrono::seconds{10});
    if (deadline != time_point::max())
    {
        auto const left = std::max<duration>(deadline - shared->clock().now(), std::chrono::milliseconds{1});
        options.deadline = std::min(options.deadline, left);
    }
    return options;
}

MAGIC_HOUR_DECL void job_run::begin_to_wait()
{
    auto const options = poll_until_deadline();
    poller.emplace(
        shared, std::exchange(job, {}), options, std::exchange(settings.on_status, nullptr),
        std::exchange(settings.hub, nullptr));
}

MAGIC_HOUR_DECL bool job_run::must_sleep() const
{
    return poller->due() && shared->clock().now() < *poller->due();
}

MAGIC_HOUR_DECL result<void> job_run::look_at_end()
{
    outcome = std::make_unique<job_outcome>();
    outcome->body = poller->body();
    if (auto const why = poller->outcome_error(); why && !settings.allow_failure)
        return *why;
    return {};
}

MAGIC_HOUR_DECL asio::awaitable<result<void>> job_run::save()
{
    output_list outputs;
    outputs.project_id = about().id;
    outputs.kind = about().kind;
    if (!poller->outcome_error())
        outputs.links = poller->details().downloads;
    outcome->files = co_await save_outputs(shared, std::move(outputs), settings.output, deadline);
    if (auto const why = first_failure(outcome->files); why && !settings.allow_failure)
        co_return *why;
    co_return result<void>{};
}

/// All stages, up to the next sleep. Each one's coroutines are gone before the next begins.
MAGIC_HOUR_DECL asio::awaitable<result<void>> job_run::advance()
{
    if (!poller)
    {
        auto const begun = co_await begin();
        if (!begun || !settings.wait)
            co_return begun;
        begin_to_wait();
    }
    while (!poller->ended())
    {
        bool const sleeps = must_sleep();
        if (sleeps && !poller->hears_news())
        {
            poller->forget_answer();
            asleep = true;
            co_return result<void>{};
        }
        if (sleeps)
        {
            co_await poller->sleep();
        }
        auto const answered = co_await poller->ask();
        if (!answered)
            co_return answered.error();
    }
    auto const end = look_at_end();
    if (!end)
        co_return end;
    co_return co_await save();
}

MAGIC_HOUR_DECL asio::awaitable<void> job_run::step()
{
    asleep = false;
    auto const done = co_await advance();
    if (!done)
        failure = std::make_unique<error>(describe(done.error()));
}

MAGIC_HOUR_DECL void job_run::note_end(std::exception_ptr why)
{
    try
    {
        std::rethrow_exception(why);
    }
    catch (boost::system::system_error const&)
    {
        failure = std::make_unique<error>(describe(magic_hour::detail::to_error(why)));
    }
    catch (std::bad_alloc const&)
    {
        failure = std::make_unique<error>(describe(magic_hour::detail::to_error(why)));
    }
    catch (...)
    {
        thrown = why;
    }
}

MAGIC_HOUR_DECL void job_run::ended(std::exception_ptr why) noexcept
try
{
    if (why)
        note_end(why);
}
catch (std::bad_alloc const&)
{
    thrown = std::current_exception();
}

namespace detail
{

[[nodiscard]] MAGIC_HOUR_DECL std::shared_ptr<job_run>
make_job_run(std::shared_ptr<magic_hour::detail::core> shared, generate_options const& options)
{
    auto run = std::make_shared<job_run>();
    auto settings = settings_to_use(options);
    if (!settings)
    {
        run->failure = std::make_unique<error>(settings.error());
        return run;
    }
    run->deadline = http::saturating_add(shared->clock().now(), settings->deadline);
    run->settings = *std::move(settings);
    run->shared = std::move(shared);
    return run;
}

} // namespace detail

MAGIC_HOUR_DECL std::shared_ptr<job_run> new_job(
    std::shared_ptr<magic_hour::detail::core> shared, job_description what, generate_options const& options)
{
    auto run = detail::make_job_run(std::move(shared), options);
    run->making = std::make_unique<creation>();
    run->making->what = std::move(what);
    return run;
}

MAGIC_HOUR_DECL std::shared_ptr<job_run> known_job(
    std::shared_ptr<magic_hour::detail::core> shared, kind makes, std::string id,
    generate_options const& options)
{
    auto run = detail::make_job_run(std::move(shared), options);
    if (!magic_hour::detail::is_identifier(id))
        run->failure = std::make_unique<error>(errc::invalid_argument, "this cannot be the id of a job");
    run->job.id = std::move(id);
    run->job.kind = makes;
    return run;
}

MAGIC_HOUR_DECL std::shared_ptr<job_run> refused_job(error why)
{
    auto run = std::make_shared<job_run>();
    run->failure = std::make_unique<error>(std::move(why));
    return run;
}

MAGIC_HOUR_DECL bool is_refused(job_run const& run) noexcept
{
    return run.failure != nullptr;
}

MAGIC_HOUR_DECL void start_job(std::shared_ptr<job_run> run, job_completion on_end)
{
    auto const& shared = *run->shared;
    run->start(shared.place_of_calls(), shared.engine().sleepers(), std::move(on_end));
}

MAGIC_HOUR_DECL result<job_outcome> take_outcome(job_run& run)
{
    if (run.thrown)
        std::rethrow_exception(run.thrown);
    if (run.failure)
        return *run.failure;
    auto outcome = run.outcome ? std::move(*run.outcome) : job_outcome{};
    outcome.id = run.about().id;
    return outcome;
}

MAGIC_HOUR_DECL asio::awaitable<result<job_outcome>> run_job(std::shared_ptr<job_run> run)
{
    if (!is_refused(*run))
        run = co_await execute(std::move(run));
    co_return take_outcome(*run);
}

namespace detail
{

MAGIC_HOUR_DECL asio::awaitable<result<std::vector<saved_file>>> guarded_save(
    std::shared_ptr<magic_hour::detail::core> shared, output_list outputs, generate_settings settings)
{
    auto const checked = co_await check_destination(*shared, settings.output);
    if (!checked)
        co_return checked.error();
    auto const deadline = http::saturating_add(shared->clock().now(), settings.deadline);
    auto files = co_await save_outputs(shared, std::move(outputs), settings.output, deadline);
    auto const failure = first_failure(files);
    if (failure && !settings.allow_failure)
        co_return *failure;
    co_return files;
}

[[nodiscard]] MAGIC_HOUR_DECL result<asset_slot> slot_for_upload(asset what, std::optional<media> as)
{
    asset_slot slot;
    slot.json_path = "file";
    if (as)
        slot.accepted.push_back(*as);
    else
        slot.accepted = {media::image, media::video, media::audio, media::gif};
    slot.value = std::move(what);
    if (slot.value.empty())
        return error{errc::invalid_argument, "there is no file to upload"};
    return slot;
}

} // namespace detail

MAGIC_HOUR_DECL asio::awaitable<result<std::vector<saved_file>>>
save_job(std::shared_ptr<magic_hour::detail::core> shared, output_list outputs, generate_options options)
{
    auto settings = settings_to_use(options);
    if (!settings)
        co_return settings.error();
    auto const id = outputs.project_id;
    auto const makes = outputs.kind;
    auto work =
        magic_hour::detail::guarded(detail::guarded_save(shared, std::move(outputs), *std::move(settings)));
    auto saved = co_await magic_hour::detail::on_strand(shared->get_executor(), std::move(work));
    if (!saved && !id.empty() && saved.error()->project_id.empty())
        co_return about_job(saved.error(), id, makes, "complete");
    co_return saved;
}

MAGIC_HOUR_DECL asio::awaitable<result<std::string>> upload_file(
    std::shared_ptr<magic_hour::detail::core> shared, asset what, std::optional<media> as,
    progress_callback on_progress)
{
    auto slot = detail::slot_for_upload(std::move(what), as);
    if (!slot)
        co_return slot.error();
    upload_settings settings;
    settings.on_progress = std::move(on_progress);
    auto work = magic_hour::detail::guarded(upload_one(shared, *std::move(slot), std::move(settings)));
    co_return co_await magic_hour::detail::on_strand(shared->get_executor(), std::move(work));
}

} // namespace magic_hour::jobs
