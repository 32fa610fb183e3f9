#pragma once

#include <magic_hour/detail/guarded.hpp>
#include <magic_hour/http/body.hpp>
#include <magic_hour/jobs/detail/progress_meter.hpp>
#include <magic_hour/jobs/detail/storage.hpp>
#include <magic_hour/jobs/detail/task_group.hpp>
#include <magic_hour/jobs/media_types.hpp>
#include <magic_hour/jobs/upload.hpp>
#include <magic_hour/json/decode.hpp>
#include <magic_hour/model/upload_target.hpp>

#include <algorithm>

namespace magic_hour::jobs
{
namespace detail
{

using magic_hour::detail::core;

/// Memory as a request body.
class memory_source final : public http::body_source
{
public:
    static constexpr std::size_t piece = 256 * 1024;

    explicit memory_source(std::shared_ptr<std::string const> content) noexcept : content_(std::move(content))
    {
    }

    [[nodiscard]] std::uint64_t size() const noexcept override { return content_->size(); }
    [[nodiscard]] bool rewindable() const noexcept override { return true; }
    asio::awaitable<result<asio::const_buffer>> next() override
    {
        auto const count = std::min(piece, content_->size() - sent_);
        asio::const_buffer const ready{content_->data() + sent_, count};
        sent_ += count;
        co_return ready;
    }
    asio::awaitable<result<void>> rewind() override
    {
        sent_ = 0;
        co_return result<void>{};
    }

private:
    std::shared_ptr<std::string const> content_;
    std::size_t sent_ = 0;
};

/// A user's source: a fresh one each time it must start again.
class remade_source final : public http::body_source
{
public:
    remade_source(asset::source_factory make, std::uint64_t size) : make_(std::move(make)), size_(size) {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
    [[nodiscard]] bool rewindable() const noexcept override { return true; }
    asio::awaitable<result<asio::const_buffer>> next() override
    {
        if (!source_ && !remake())
            co_return no_source();
        co_return co_await source_->next();
    }
    asio::awaitable<result<void>> rewind() override
    {
        if (!remake())
            co_return no_source();
        co_return result<void>{};
    }

private:
    [[nodiscard]] bool remake()
    {
        source_ = make_ ? make_() : nullptr;
        return source_ != nullptr;
    }
    [[nodiscard]] static error no_source()
    {
        return error{errc::invalid_argument, "the source of a stream to upload cannot be made (again)"};
    }

    asset::source_factory make_;
    std::uint64_t size_;
    std::shared_ptr<http::body_source> source_{};
};

/// Tells how far a source is.
class metered_source final : public http::body_source
{
public:
    metered_source(std::shared_ptr<http::body_source> source, progress_meter meter)
        : source_(std::move(source)), meter_(std::move(meter))
    {
    }

    [[nodiscard]] std::uint64_t size() const noexcept override { return source_->size(); }
    [[nodiscard]] bool rewindable() const noexcept override { return source_->rewindable(); }
    asio::awaitable<result<asio::const_buffer>> next() override
    {
        // Asking for the next piece means that the one before is with the network.
        meter_.report(handed_out_, handed_out_ == 0 || handed_out_ == source_->size());
        auto piece = co_await source_->next();
        if (piece)
            handed_out_ += piece->size();
        co_return piece;
    }
    asio::awaitable<result<void>> rewind() override
    {
        handed_out_ = 0;
        return source_->rewind();
    }

    void finished() { meter_.report(source_->size(), true); }

private:
    std::shared_ptr<http::body_source> source_;
    progress_meter meter_;
    std::uint64_t handed_out_ = 0;
};

[[nodiscard]] MAGIC_HOUR_DECL error at_slot(error const& why, asset_slot const& slot)
{
    return why.with(
        [&](error_info& info)
        {
            info.json_path = slot.json_path;
            info.phase = phase::upload;
        });
}

[[nodiscard]] MAGIC_HOUR_DECL error slot_error(errc code, std::string message, asset_slot const& slot)
{
    return at_slot(error{code, std::move(message)}, slot);
}

[[nodiscard]] MAGIC_HOUR_DECL result<upload_item> plan_item(asset_slot const& slot)
{
    if (slot.accepted.empty())
        return slot_error(
            errc::validation, "this field takes no upload: give it a URL or a path of the API's storage",
            slot);
    upload_item item;
    item.value = slot.value;
    item.extension = slot.value.extension();
    auto const kind = kind_for_field(item.extension, slot.accepted);
    if (!kind)
        return at_slot(kind.error(), slot);
    item.kind = magic_hour::upload_type(*kind);
    item.size = slot.value.size();
    if (slot.value.what() == asset::form::local)
    {
        auto file = check_input_file(slot.value.path());
        if (!file)
            return at_slot(file.error(), slot);
        item.size = file->size;
        item.file = *std::move(file);
    }
    if (item.size == 0)
        return slot_error(errc::validation, "there is nothing to upload: the content is empty", slot);
    return item;
}

[[nodiscard]] MAGIC_HOUR_DECL bool one_upload_serves(upload_item const& a, upload_item const& b) noexcept
{
    if (a.kind != b.kind || a.extension != b.extension)
        return false;
    if (a.file && b.file)
        return a.file->same_file(*b.file);
    return a.value == b.value;
}

} // namespace detail

MAGIC_HOUR_DECL result<upload_plan> plan_uploads(std::vector<asset_slot> const& slots)
{
    upload_plan plan;
    for (auto const& slot : slots)
    {
        plan.item_of_slot.push_back(upload_plan::not_uploaded);
        if (!slot.value.needs_upload())
            continue;
        auto item = detail::plan_item(slot);
        if (!item)
            return item.error();
        auto const same = [&](upload_item const& other) { return detail::one_upload_serves(other, *item); };
        auto const found = std::ranges::find_if(plan.items, same);
        plan.item_of_slot.back() = static_cast<std::size_t>(found - plan.items.begin());
        if (found == plan.items.end())
            plan.items.push_back(*std::move(item));
    }
    return plan;
}

namespace detail
{

[[nodiscard]] MAGIC_HOUR_DECL magic_hour::detail::api_request upload_urls_request(
    std::vector<upload_item> const& items, std::size_t first, std::size_t count, time_point deadline)
{
    magic_hour::detail::api_request what;
    what.method = http::method::post;
    what.path = "/v1/files/upload-urls";
    what.options.deadline = deadline;
    what.body = R"({"items":[)";
    for (std::size_t i = first; i < first + count; ++i)
    {
        // Both texts come from tables of plain words: nothing needs escaping.
        what.body += i == first ? R"({"type":")" : R"(,{"type":")";
        what.body.append(to_string(items[i].kind)).append(R"(","extension":")");
        what.body.append(items[i].extension).append(R"("})");
    }
    what.body += "]}";
    return what;
}

/// The uploads of one request while they run.
struct upload_run
{
    std::shared_ptr<core> shared{};
    upload_plan plan{};
    upload_settings settings{};
    std::vector<upload_target> targets{};

    asio::awaitable<result<std::vector<upload_target>>>
    ask_for_urls(std::size_t first, std::size_t count) const;
    asio::awaitable<result<void>> put(std::size_t index);
    asio::awaitable<void> put_or_throw(std::size_t index);
    [[nodiscard]] std::shared_ptr<metered_source> open(std::size_t index) const;
};

MAGIC_HOUR_DECL asio::awaitable<result<std::vector<upload_target>>>
upload_run::ask_for_urls(std::size_t first, std::size_t count) const
{
    auto const what = upload_urls_request(plan.items, first, count, settings.deadline);
    auto const answer = co_await shared->call(what);
    if (!answer)
        co_return answer.error();
    auto decoded = json::decode<upload_targets>(answer->body);
    if (!decoded)
        co_return shared->unusable_answer(decoded.error(), *answer, what);
    if (decoded->items.size() != count)
    {
        error const why{
            errc::decode, "items: asked for " + std::to_string(count) + " upload URLs, got " +
                              std::to_string(decoded->items.size())};
        co_return shared->unusable_answer(why, *answer, what);
    }
    for (auto const& target : decoded->items)
    {
        bool const usable = !target.file_path.empty() && http::parse_url(target.upload_url).has_value();
        if (!usable)
        {
            error const why{errc::decode, "items: an upload URL or its path cannot be used"};
            co_return shared->unusable_answer(why, *answer, what);
        }
    }
    co_return std::move(decoded->items);
}

MAGIC_HOUR_DECL std::shared_ptr<metered_source> upload_run::open(std::size_t index) const
{
    auto const& item = plan.items[index];
    std::shared_ptr<http::body_source> source;
    if (item.file)
        source = std::make_shared<file_reader>(
            shared->file_executor(), *item.file, access_to_files(shared->options()));
    else if (item.value.what() == asset::form::bytes)
        source = std::make_shared<memory_source>(item.value.content());
    else
        source = std::make_shared<remade_source>(item.value.source(), item.size);
    transfer_progress begin;
    begin.phase = phase::upload;
    begin.file = index;
    begin.files = plan.items.size();
    begin.total = item.size;
    progress_meter meter{settings.on_progress, shared->clock(), begin};
    return std::make_shared<metered_source>(std::move(source), std::move(meter));
}

[[nodiscard]] MAGIC_HOUR_DECL http::request put_request(
    core const& shared, http::url target, std::shared_ptr<http::body_source> source, time_point deadline)
{
    http::request request;
    request.method = http::method::put;
    request.target = std::move(target);
    request.source = std::move(source);
    request.secret_headers = false;
    request.timeouts = shared.options().timeouts;
    request.timeouts.total = duration::max();
    request.deadline = deadline;
    request.max_attempts = shared.options().retry.max_attempts;
    return request;
}

[[nodiscard]] MAGIC_HOUR_DECL error
upload_refused(core const& shared, http::response const& answer, http::url const& target)
{
    int const status = answer.head.status;
    error_info info;
    info.code = status == 403 || status == 410 ? errc::expired : code_for_storage_status(status);
    info.message = "the storage refused the upload with status " + std::to_string(status);
    info.http_status = status;
    info.method = "PUT";
    info.host = target.host;
    info.path = std::string{target.path()};
    info.attempts = answer.stats.attempts;
    info.phase = phase::upload;
    return with_storage_answer(error{std::move(info)}, shared.clean(answer.body));
}

MAGIC_HOUR_DECL asio::awaitable<result<void>> upload_run::put(std::size_t index)
{
    for (int renewals = 0;; ++renewals)
    {
        auto const target = *http::parse_url(targets[index].upload_url);
        auto const source = open(index);
        auto request = put_request(*shared, target, source, settings.deadline);
        auto const answer = co_await shared->engine().send(std::move(request), shared->policy());
        if (!answer)
            co_return answer.error().with([](error_info& info) { info.phase = phase::upload; });
        int const status = answer->head.status;
        if (status >= 200 && status < 300)
        {
            source->finished();
            plan.items[index].stored = targets[index].file_path;
            co_return result<void>{};
        }
        bool const expired = status == 403 || status == 410;
        if (!expired || renewals > 0)
            co_return upload_refused(*shared, *answer, target);
        auto fresh = co_await ask_for_urls(index, 1);
        if (!fresh)
            co_return fresh.error();
        targets[index] = std::move(fresh->front());
    }
}

MAGIC_HOUR_DECL asio::awaitable<void> upload_run::put_or_throw(std::size_t index)
{
    auto const done = co_await put(index);
    if (!done)
        throw done.error();
}

/// `run_bounded` with the tasks' errors as a value.
MAGIC_HOUR_DECL asio::awaitable<result<void>>
try_bounded(std::size_t count, std::size_t parallel, std::function<asio::awaitable<void>(std::size_t)> task)
{
    try
    {
        co_await run_bounded(count, parallel, std::move(task));
    }
    catch (error const& why)
    {
        co_return why;
    }
    co_return result<void>{};
}

} // namespace detail

MAGIC_HOUR_DECL asio::awaitable<result<upload_plan>>
run_uploads(std::shared_ptr<magic_hour::detail::core> shared, upload_plan plan, upload_settings settings)
{
    auto const run = std::make_shared<detail::upload_run>();
    run->shared = std::move(shared);
    run->plan = std::move(plan);
    run->settings = std::move(settings);
    auto const count = run->plan.items.size();
    if (count == 0)
        co_return std::move(run->plan);
    auto targets = co_await run->ask_for_urls(0, count);
    if (!targets)
        co_return targets.error();
    run->targets = *std::move(targets);
    std::function<asio::awaitable<void>(std::size_t)> task = [run](std::size_t index)
    { return run->put_or_throw(index); };
    auto const done = co_await detail::try_bounded(count, run->settings.parallel, std::move(task));
    if (!done)
        co_return done.error();
    co_return std::move(run->plan);
}

MAGIC_HOUR_DECL asio::awaitable<result<std::string>>
upload_one(std::shared_ptr<magic_hour::detail::core> shared, asset_slot slot, upload_settings settings)
{
    if (!slot.value.needs_upload())
        co_return slot.value.text();
    std::vector<asset_slot> slots;
    slots.push_back(std::move(slot));
    std::function<result<upload_plan>()> plan = [slots] { return plan_uploads(slots); };
    auto planned = co_await run_blocking<upload_plan>(shared->file_executor(), std::move(plan));
    if (!planned)
        co_return planned.error();
    auto done = co_await run_uploads(shared, *std::move(planned), std::move(settings));
    if (!done)
        co_return done.error();
    co_return std::move(done->items.front().stored);
}

} // namespace magic_hour::jobs
