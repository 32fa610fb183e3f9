#pragma once

#include "arguments.hpp"
#include "failure.hpp"
#include "jobs_bridge.hpp"
#include "progress.hpp"

#include <magic_hour/session.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cli
{

class embedded_fake;

/// One command's dealings with the API: a client made from the command line and the environment, Ctrl-C, and
/// what the user sees meanwhile.
class online
{
public:
    /// Throws `failure` (usage) or `error` when an option, the environment or the key cannot be used; nothing
    /// has been sent then.
    explicit online(arguments const& args);
    ~online();
    online(online const&) = delete;
    online& operator=(online const&) = delete;

    [[nodiscard]] magic_hour::session const& session() const noexcept { return *session_; }
    [[nodiscard]] std::shared_ptr<progress> const& shown() const noexcept { return shown_; }
    [[nodiscard]] std::shared_ptr<job_memory> const& memory() const noexcept { return memory_; }
    [[nodiscard]] exchange_log& log() noexcept { return *log_; }

    /// The options of one call, and of a job.
    [[nodiscard]] magic_hour::call_options call() const;
    [[nodiscard]] job_settings job() const;

    /// Runs `work` to its end. Throws `failure`.
    template <class T>
    T run(boost::asio::awaitable<magic_hour::result<T>> work)
    {
        std::optional<magic_hour::result<T>> outcome;
        run_to_end(store(std::move(work), &outcome));
        if (!outcome->has_value())
            throw explained(outcome->error());
        return *std::move(*outcome);
    }

private:
    template <class T>
    static boost::asio::awaitable<void>
    store(boost::asio::awaitable<magic_hour::result<T>> work, std::optional<magic_hour::result<T>>* into)
    {
        auto outcome = co_await std::move(work);
        into->emplace(std::move(outcome));
    }

    void run_to_end(boost::asio::awaitable<void> work);
    [[nodiscard]] failure explained(magic_hour::error const& why) const;
    [[nodiscard]] failure interruption() const;
    [[nodiscard]] magic_hour::http::time_point hard_limit() const;
    [[noreturn]] void throw_explained(std::exception_ptr problem) const;

    arguments const& args_;
    boost::asio::io_context io_{1};
    std::shared_ptr<progress> shown_;
    std::shared_ptr<exchange_log> log_;
    std::shared_ptr<job_memory> memory_ = std::make_shared<job_memory>();
    std::unique_ptr<embedded_fake> fake_;
    std::optional<magic_hour::session> session_{};
    magic_hour::poll_options poll_{};
    magic_hour::http::time_point began_;
    bool interrupted_ = false;
    bool out_of_time_ = false;
};

} // namespace cli
