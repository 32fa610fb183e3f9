#pragma once

#include <magic_hour/detail/call.hpp>
#include <magic_hour/detail/guarded.hpp>
#include <magic_hour/detail/strand.hpp>
#include <magic_hour/jobs/detail/progress_meter.hpp>
#include <magic_hour/jobs/detail/task_group.hpp>
#include <magic_hour/jobs/download.hpp>
#include <magic_hour/jobs/file_io.hpp>

#include <algorithm>

namespace magic_hour
{

struct download_stream::state
{
    static constexpr std::size_t piece = 64 * 1024;

    std::shared_ptr<detail::core> shared{};
    std::optional<jobs::detail::transfer> transfer{};
    std::optional<error> failure{}; ///< for good
    std::unique_ptr<char[]> memory{};
    bool ended = false;
    bool busy = false;
};

namespace jobs::detail
{

MAGIC_HOUR_DECL asio::awaitable<result<std::optional<asio::const_buffer>>>
next_chunk(std::shared_ptr<download_stream::state> stream)
{
    using chunk = std::optional<asio::const_buffer>;
    if (!stream->memory)
        stream->memory.reset(new char[download_stream::state::piece]);
    asio::mutable_buffer const space{stream->memory.get(), download_stream::state::piece};
    for (;;)
    {
        auto const got = co_await stream->transfer->read(space);
        if (!got)
            co_return got.error();
        if (got->event == transfer::event::finished)
            co_return chunk{};
        if (got->event == transfer::event::bytes)
            co_return chunk{asio::const_buffer{space.data(), got->bytes}};
    }
}

struct stream_in_use
{
    std::shared_ptr<download_stream::state> stream;

    explicit stream_in_use(std::shared_ptr<download_stream::state> s) noexcept : stream(std::move(s))
    {
        stream->busy = true;
    }
    stream_in_use(stream_in_use const&) = delete;
    stream_in_use& operator=(stream_in_use const&) = delete;
    ~stream_in_use() { stream->busy = false; }
};

/// Runs `step` of a stream on a strand, unless the stream cannot be used.
template <class T>
asio::awaitable<result<T>>
use_stream(std::shared_ptr<download_stream::state> stream, asio::awaitable<result<T>> step)
{
    if (stream->failure)
        co_return *stream->failure;
    if (stream->busy)
        co_return error{errc::invalid_argument, "this stream is being read already"};
    stream_in_use const mark{stream};
    auto const executor = stream->shared->get_executor();
    auto guarded = magic_hour::detail::guarded(std::move(step));
    auto got = co_await magic_hour::detail::on_strand(executor, std::move(guarded));
    if (got)
        co_return got;
    // A cancellation comes from outside and knows of no job.
    stream->failure = stream->transfer->describe(got.error());
    co_return *stream->failure;
}

MAGIC_HOUR_DECL asio::awaitable<result<std::optional<asio::const_buffer>>>
read_stream(std::shared_ptr<download_stream::state> stream)
{
    if (!stream || stream->ended)
        co_return std::optional<asio::const_buffer>{};
    auto got = co_await use_stream(stream, next_chunk(stream));
    stream->ended = got && !*got;
    co_return got;
}

/// `transfer::begin` with a value, as `use_stream` likes it.
MAGIC_HOUR_DECL asio::awaitable<result<bool>> begin_stream(std::shared_ptr<download_stream::state> stream)
{
    auto const begun = co_await stream->transfer->begin();
    if (!begun)
        co_return begun.error();
    co_return true;
}

} // namespace jobs::detail

MAGIC_HOUR_DECL asio::awaitable<std::optional<asio::const_buffer>> download_stream::next()
{
    return detail::or_throw(jobs::detail::read_stream(state_));
}

MAGIC_HOUR_DECL asio::awaitable<result<std::optional<asio::const_buffer>>> download_stream::next(as_result_t)
{
    return jobs::detail::read_stream(state_);
}

MAGIC_HOUR_DECL asio::awaitable<void> download_stream::open()
{
    auto const shared = state_;
    auto const begun = co_await jobs::detail::use_stream(shared, jobs::detail::begin_stream(shared));
    if (!begun)
        throw begun.error();
}

MAGIC_HOUR_DECL std::optional<std::uint64_t> download_stream::size() const noexcept
{
    return state_ && state_->transfer ? state_->transfer->plan().total() : std::nullopt;
}

MAGIC_HOUR_DECL std::uint64_t download_stream::received() const noexcept
{
    return state_ && state_->transfer ? state_->transfer->plan().received() : 0;
}

MAGIC_HOUR_DECL bool download_stream::length_verified() const noexcept
{
    return state_ && state_->transfer && state_->transfer->plan().length_verified();
}

MAGIC_HOUR_DECL std::string const& download_stream::content_type() const noexcept
{
    static std::string const none{};
    return state_ && state_->transfer ? state_->transfer->content_type() : none;
}

namespace jobs
{

MAGIC_HOUR_DECL download_stream open_download(
    std::shared_ptr<magic_hour::detail::core> shared, detail::download_origin origin, duration deadline)
{
    auto stream = std::make_shared<download_stream::state>();
    stream->shared = shared;
    download_limits limits;
    limits.can_restart = false;
    auto const until = http::saturating_add(shared->clock().now(), deadline);
    auto made = detail::transfer::make(std::move(shared), std::move(origin), limits, until);
    if (made)
        stream->transfer.emplace(*std::move(made));
    else
        stream->failure = made.error();
    return download_stream{std::move(stream)};
}

MAGIC_HOUR_DECL asio::awaitable<download_stream>
start_download(std::shared_ptr<magic_hour::detail::core> shared, download_link link)
{
    detail::download_origin origin;
    origin.url = std::move(link.url);
    auto stream = open_download(std::move(shared), std::move(origin), output_settings().deadline);
    co_await stream.open();
    co_return stream;
}

MAGIC_HOUR_DECL asio::awaitable<download_stream>
start_download(std::shared_ptr<magic_hour::detail::core> shared, output_list outputs, std::size_t number)
{
    if (number >= outputs.links.size())
        throw error{errc::invalid_argument, "the job has no output of this number"};
    detail::download_origin origin;
    origin.url = std::move(outputs.links[number].url);
    origin.project_id = std::move(outputs.project_id);
    origin.kind = outputs.kind;
    origin.number = number;
    auto stream = open_download(std::move(shared), std::move(origin), output_settings().deadline);
    co_await stream.open();
    co_return stream;
}

MAGIC_HOUR_DECL result<void> prepare_output(output_settings const& settings)
{
    if (settings.to != output_settings::destination::directory)
        return {};
    return prepare_directory(settings.directory);
}

namespace detail
{

using destination = output_settings::destination;

/// The outputs of one job while they are fetched.
struct output_run
{
    std::shared_ptr<magic_hour::detail::core> shared{};
    output_list outputs{};
    output_settings settings{};
    time_point deadline{};
    std::vector<saved_file> files{};

    asio::awaitable<void> save(std::size_t index);
    asio::awaitable<result<void>> fetch(std::size_t index);
    asio::awaitable<result<void>> to_destination(transfer& from, std::size_t index);
    asio::awaitable<result<void>> to_file(transfer& from, std::size_t index);
    asio::awaitable<result<void>> to_memory(transfer& from, std::size_t index);
    asio::awaitable<result<void>> to_consumer(transfer& from, std::size_t index);
    asio::awaitable<result<void>> fill(transfer& from, file_writer& writer, progress_meter meter);
    [[nodiscard]] file_target target_of(transfer const& from, std::size_t index) const;
    [[nodiscard]] progress_meter meter_of(transfer const& from, std::size_t index) const;
    [[nodiscard]] error about_output(error const& why) const;
};

MAGIC_HOUR_DECL error output_run::about_output(error const& why) const
{
    return why.with(
        [&](error_info& info)
        {
            info.phase = phase::download;
            info.project_id = outputs.project_id;
            if (outputs.project_id.empty())
                return;
            info.project_kind = to_string(outputs.kind);
            info.last_status = "complete";
            info.job_may_exist = true;
        });
}

MAGIC_HOUR_DECL file_target output_run::target_of(transfer const& from, std::size_t index) const
{
    auto const extension = extension_for_output(outputs.links[index].url, from.content_type());
    name_parts parts;
    parts.id = outputs.project_id;
    parts.kind = to_string(outputs.kind);
    parts.number = index;
    parts.extension = extension;
    file_target target;
    target.path = settings.directory / file_name_for(settings.name_template, parts);
    target.collision = settings.collision;
    target.sync = settings.sync;
    target.token = static_cast<std::uint32_t>(shared->engine().random() * 4294967296.0);
    return target;
}

MAGIC_HOUR_DECL progress_meter output_run::meter_of(transfer const& from, std::size_t index) const
{
    transfer_progress begin;
    begin.phase = phase::download;
    begin.file = index;
    begin.files = outputs.links.size();
    begin.total = from.plan().total();
    progress_meter meter{settings.on_progress, shared->clock(), begin};
    meter.report(0, true);
    return meter;
}

[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<result<void>>
store(file_writer& writer, transfer::outcome const& got)
{
    return got.event == transfer::event::restarted ? writer.restart() : writer.commit(got.bytes);
}

MAGIC_HOUR_DECL asio::awaitable<result<void>>
output_run::fill(transfer& from, file_writer& writer, progress_meter meter)
{
    for (;;)
    {
        auto const got = co_await from.read(writer.space());
        if (!got)
            co_return got.error();
        if (got->event == transfer::event::finished)
            break;
        auto const stored = co_await store(writer, *got);
        if (!stored)
            co_return stored.error();
        meter.set_total(from.plan().total());
        meter.report(from.plan().received());
    }
    meter.report(from.plan().received(), true);
    co_return result<void>{};
}

MAGIC_HOUR_DECL asio::awaitable<result<void>> output_run::to_file(transfer& from, std::size_t index)
{
    file_writer writer{shared->file_executor(), target_of(from, index), access_to_files(shared->options())};
    auto const opened = co_await writer.open();
    if (!opened)
        co_return opened.error();
    auto const filled = co_await fill(from, writer, meter_of(from, index));
    if (!filled)
        co_return filled.error();
    auto const finished = co_await writer.finish();
    if (!finished)
        co_return finished.error();
    files[index].path = *finished;
    co_return result<void>{};
}

MAGIC_HOUR_DECL asio::awaitable<result<void>> output_run::to_memory(transfer& from, std::size_t index)
{
    constexpr std::size_t piece = 64 * 1024;
    std::string content;
    auto meter = meter_of(from, index);
    for (;;)
    {
        auto const filled = content.size();
        content.resize(filled + piece);
        auto const got = co_await from.read(asio::buffer(content.data() + filled, piece));
        if (!got)
            co_return got.error();
        content.resize(got->event == transfer::event::restarted ? 0 : filled + got->bytes);
        meter.report(content.size(), got->event == transfer::event::finished);
        if (got->event == transfer::event::finished)
            break;
    }
    files[index].content = std::move(content);
    co_return result<void>{};
}

MAGIC_HOUR_DECL asio::awaitable<result<void>> output_run::to_consumer(transfer& from, std::size_t index)
{
    constexpr std::size_t piece = 256 * 1024;
    std::unique_ptr<char[]> const memory{new char[piece]};
    asio::mutable_buffer const space{memory.get(), piece};
    auto meter = meter_of(from, index);
    for (;;)
    {
        auto const got = co_await from.read(space);
        if (!got)
            co_return got.error();
        if (got->event == transfer::event::finished)
            break;
        if (got->event == transfer::event::bytes)
        {
            asio::const_buffer const chunk{space.data(), got->bytes};
            co_await settings.consumer(index, chunk);
        }
        meter.report(from.plan().received());
    }
    meter.report(from.plan().received(), true);
    co_return result<void>{};
}

MAGIC_HOUR_DECL asio::awaitable<result<void>> output_run::to_destination(transfer& from, std::size_t index)
{
    if (settings.to == destination::directory)
        return to_file(from, index);
    return settings.to == destination::memory ? to_memory(from, index) : to_consumer(from, index);
}

MAGIC_HOUR_DECL asio::awaitable<result<void>> output_run::fetch(std::size_t index)
{
    download_origin origin;
    origin.url = outputs.links[index].url;
    origin.project_id = outputs.project_id;
    origin.kind = outputs.kind;
    origin.number = index;
    download_limits limits;
    limits.max_bytes = settings.max_bytes;
    limits.can_restart = settings.to != destination::consumer;
    auto made = transfer::make(shared, std::move(origin), limits, deadline);
    if (!made)
        co_return made.error();
    transfer from = *std::move(made);
    auto done = co_await from.begin();
    if (done)
    {
        done = co_await to_destination(from, index);
    }
    files[index].bytes = from.plan().received();
    files[index].length_verified = from.plan().length_verified();
    co_return done;
}

MAGIC_HOUR_DECL asio::awaitable<void> output_run::save(std::size_t index)
{
    auto const done = co_await fetch(index);
    if (!done)
        files[index].failure = about_output(done.error());
}

} // namespace detail

MAGIC_HOUR_DECL asio::awaitable<std::vector<saved_file>> save_outputs(
    std::shared_ptr<magic_hour::detail::core> shared, output_list outputs, output_settings settings,
    time_point deadline)
{
    if (settings.to == output_settings::destination::nowhere)
        co_return std::vector<saved_file>{};
    auto const run = std::make_shared<detail::output_run>();
    run->deadline = std::min(deadline, http::saturating_add(shared->clock().now(), settings.deadline));
    run->shared = std::move(shared);
    run->outputs = std::move(outputs);
    run->settings = std::move(settings);
    auto const count = run->outputs.links.size();
    run->files.resize(count);
    std::function<asio::awaitable<void>(std::size_t)> task = [run](std::size_t index)
    { return run->save(index); };
    co_await detail::run_bounded(count, run->settings.parallel, std::move(task));
    co_return std::move(run->files);
}

MAGIC_HOUR_DECL std::optional<error> first_failure(std::vector<saved_file> const& files)
{
    auto const failed = [](saved_file const& file) { return file.failure.has_value(); };
    auto const first = std::ranges::find_if(files, failed);
    if (first == files.end())
        return std::nullopt;
    auto const count = std::ranges::count_if(files, failed);
    if (files.size() == 1)
        return *first->failure;
    auto const prefix =
        std::to_string(count) + " of " + std::to_string(files.size()) + " outputs are missing: ";
    return first->failure->with([&](error_info& info) { info.message = prefix + info.message; });
}

} // namespace jobs
} // namespace magic_hour
