#include "progress.hpp"

#include "failure.hpp"
#include "output.hpp"
#include "text.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace cli
{

namespace
{

constexpr std::string_view erase_line = "\r\x1b[K";
constexpr std::chrono::milliseconds refresh{500};

std::size_t terminal_width()
{
    winsize size{};
    constexpr std::size_t usual = 80;
    bool const known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : usual;
}

void write_raw(std::string_view text)
{
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

std::string usually(std::chrono::seconds median)
{
    if (median.count() == 0)
        return {};
    return ", usually " + human_seconds(static_cast<double>(median.count()));
}

double in_seconds(std::chrono::steady_clock::duration time)
{
    return std::chrono::duration<double>{time}.count();
}

} // namespace

progress::style progress::style_for(bool quiet)
{
    if (quiet)
        return style::quiet;
    char const* const terminal = std::getenv("TERM");
    bool const capable = terminal && std::string_view{terminal} != "dumb";
    return ::isatty(STDERR_FILENO) == 1 && capable ? style::terminal : style::lines;
}

progress::progress(boost::asio::any_io_executor executor, style how)
    : timer_{std::move(executor)}, style_{how}
{
}

progress::~progress()
{
    finish();
}

void progress::created(magic_hour::job_status const& job, std::optional<std::string> const& name)
{
    std::string text =
        "created " + std::string{resource_of_kind(to_string(job.kind))} + ' ' + std::string{job.id};
    if (name && !name->empty())
        text += " (" + *name + ')';
    note(text);
    status(job);
}

void progress::status(magic_hour::job_status const& job)
{
    bool const changed = last_status_ != job.status;
    last_status_ = job.status;
    median_ = job.median;
    phase_ = magic_hour::phase::poll;
    if (!job_began_)
        job_began_ = clock::now() - job.elapsed;
    if (style_ == style::lines && changed && !last_status_.empty())
        note(last_status_ + " after " + human_seconds(in_seconds(job.elapsed)) + usually(median_));
    if (style_ == style::terminal)
        tick();
}

void progress::transfer(magic_hour::transfer_progress const& now)
{
    if (phase_ != now.phase)
    {
        phase_ = now.phase;
        files_.clear();
        if (style_ == style::lines)
            note(
                std::string{now.phase == magic_hour::phase::upload ? "uploading " : "downloading "} +
                std::to_string(now.files) + (now.files == 1 ? " file" : " files"));
    }
    files_.resize(std::max({files_.size(), now.files, now.file + 1}));
    auto& file = files_[now.file];
    file.bytes = now.bytes;
    file.total = now.total;
    bool const done = now.total && *now.total == now.bytes;
    if (done && !file.done && style_ == style::lines)
        note(
            std::string{now.phase == magic_hour::phase::upload ? "uploaded" : "downloaded"} + " file " +
            std::to_string(now.file + 1) + " of " + std::to_string(files_.size()) + ", " +
            human_bytes(now.bytes));
    file.done = done;
    if (style_ == style::terminal)
        show(transfer_text());
}

std::string progress::transfer_text() const
{
    std::uint64_t bytes = 0;
    std::optional<std::uint64_t> total = 0;
    std::size_t done = 0;
    for (auto const& file : files_)
    {
        bytes += file.bytes;
        total = total && file.total ? std::optional{*total + *file.total} : std::nullopt;
        done += file.done ? 1 : 0;
    }
    std::string text = phase_ == magic_hour::phase::upload ? "uploading " : "downloading ";
    if (files_.size() > 1)
        text += std::to_string(std::min(done + 1, files_.size())) + " of " + std::to_string(files_.size()) +
                " files, ";
    text += human_bytes(bytes);
    if (total && *total > 0)
        text += " of " + human_bytes(*total) + " (" + std::to_string(bytes * 100 / *total) + " %)";
    return text;
}

std::string progress::status_text() const
{
    auto const elapsed = job_began_ ? in_seconds(clock::now() - *job_began_) : 0.0;
    return (last_status_.empty() ? std::string{"waiting"} : last_status_) + ' ' + human_seconds(elapsed) +
           usually(median_);
}

void progress::tick()
{
    if (phase_ != magic_hour::phase::poll)
        return;
    show(status_text());
    timer_.expires_after(refresh);
    timer_.async_wait(
        [this](boost::system::error_code canceled)
        {
            if (!canceled)
                tick();
        });
}

void progress::show(std::string const& text)
{
    std::string line{erase_line};
    line += one_line(text, terminal_width() - 1);
    write_raw(line);
    shown_ = true;
}

void progress::erase()
{
    if (shown_)
        write_raw(erase_line);
    shown_ = false;
}

void progress::note(std::string_view text)
{
    if (style_ == style::quiet)
        return;
    erase();
    write_error_line(text);
}

void progress::finish()
{
    phase_ = magic_hour::phase::none;
    timer_.cancel();
    erase();
}

void exchange_log::log(magic_hour::http::attempt_event const& e, std::string const& end)
{
    if (!verbose_)
        return;
    std::string line{e.method};
    line += ' ' + std::string{e.host} + std::string{e.path} + ": " + end;
    if (e.attempt > 1)
        line += " (attempt " + std::to_string(e.attempt) + ')';
    if (e.stats)
        line += " in " + human_seconds(in_seconds(e.stats->total));
    if (!e.request_id.empty())
        line += ", request " + std::string{e.request_id};
    to_->note(line);
}

void exchange_log::on_request(magic_hour::http::attempt_event const& e)
{
    if (e.method == "POST" && !create_path_.empty() && e.path.ends_with(create_path_))
        create_began_ = true;
}

void exchange_log::on_response(magic_hour::http::attempt_event const& e)
{
    log(e, std::to_string(e.status));
}

void exchange_log::on_failure(magic_hour::http::attempt_event const& e)
{
    log(e, e.failure ? e.failure->what() : "failed");
}

} // namespace cli
