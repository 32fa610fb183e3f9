#pragma once

#include <magic_hour/http/observer.hpp>
#include <magic_hour/jobs/options.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli
{

/// What the user sees while a command runs: on a terminal one line that is kept up to date, elsewhere a line
/// for each change. Everything goes to standard error; nothing at all when the user wants quiet.
class progress
{
public:
    enum class style
    {
        quiet,
        lines,
        terminal
    };

    /// The style that fits standard error.
    [[nodiscard]] static style style_for(bool quiet);

    progress(boost::asio::any_io_executor executor, style how);
    ~progress();
    progress(progress const&) = delete;
    progress& operator=(progress const&) = delete;

    void created(magic_hour::job_status const& job, std::optional<std::string> const& name);
    void status(magic_hour::job_status const& job);
    void transfer(magic_hour::transfer_progress const& now);

    /// A line that stays.
    void note(std::string_view text);
    /// Removes the line that is kept up to date.
    void finish();

private:
    using clock = std::chrono::steady_clock;

    struct file_state
    {
        std::uint64_t bytes = 0;
        std::optional<std::uint64_t> total{};
        bool done = false;
    };

    [[nodiscard]] std::string transfer_text() const;
    [[nodiscard]] std::string status_text() const;
    void show(std::string const& text);
    void erase();
    void tick();

    boost::asio::steady_timer timer_;
    style style_;
    bool shown_ = false;

    magic_hour::phase phase_ = magic_hour::phase::none;
    std::vector<file_state> files_{};
    std::string last_status_{};
    std::chrono::seconds median_{};
    std::optional<clock::time_point> job_began_{};
};

/// `--verbose`: one line an exchange, and whether a request that costs money has gone out.
class exchange_log final : public magic_hour::http::observer
{
public:
    exchange_log(std::shared_ptr<progress> to, bool verbose) : to_(std::move(to)), verbose_(verbose) {}

    /// From now on a POST to `path` means that a job may exist.
    void watch_create(std::string_view path) { create_path_ = path; }
    [[nodiscard]] bool create_began() const noexcept { return create_began_; }

    void on_request(magic_hour::http::attempt_event const& e) override;
    void on_response(magic_hour::http::attempt_event const& e) override;
    void on_failure(magic_hour::http::attempt_event const& e) override;

private:
    void log(magic_hour::http::attempt_event const& e, std::string const& end);

    std::shared_ptr<progress> to_;
    std::string create_path_{};
    bool create_began_ = false;
    bool verbose_;
};

} // namespace cli
