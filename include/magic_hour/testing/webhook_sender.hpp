#pragma once

#include <magic_hour/http/time_source.hpp>
#include <magic_hour/model/operation.hpp>
#include <magic_hour/webhook/secret.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace magic_hour::testing
{

namespace asio = boost::asio;

/// How the deliveries of a `webhook_sender` go wrong. The defaults are the best of all worlds.
struct delivery_faults
{
    std::size_t copies = 1;           ///< each event is delivered successfully so many times
    std::size_t reverse = 1;          ///< so many events are collected and sent last first; see `flush`
    std::size_t wrong_signatures = 0; ///< the first attempts of all are signed with another secret
    std::size_t lost = 0;             ///< the first events of all are never sent
};

struct sender_options
{
    std::string url{}; ///< "http://127.0.0.1:8080/hook"; plain HTTP to a numeric address
    delivery_faults faults{};

    http::duration first_pause = std::chrono::seconds{1}; ///< before the first repeat; doubled each time
    http::duration answer_limit = std::chrono::seconds{10};
    http::duration give_up = std::chrono::hours{24};
    bool sign_again = true; ///< repeats carry a new timestamp; the vendor does not say whether its do

    std::shared_ptr<http::time_source> clock{}; ///< of signatures and pauses; null: the real one
};

/// One attempt to deliver an event.
struct delivery_attempt
{
    std::string body{};
    int number = 1; ///< of this event
    int status = 0; ///< 0: no answer
    bool wrong_signature = false;
};

/// Delivers events as the API does: signed, by POST, again after 1, 2, 4, 8 seconds and so on until the
/// answer is 2xx. For tests of receivers.
///
/// Thread safety: all members may be called from any thread.
class webhook_sender
{
public:
    /// Sends on a thread of its own. Throws `error` (invalid_argument) for a URL that cannot be used.
    MAGIC_HOUR_DECL webhook_sender(webhook::secret key, sender_options options);
    /// Sends on `executor`, whose context must outlive it.
    MAGIC_HOUR_DECL
    webhook_sender(asio::any_io_executor executor, webhook::secret key, sender_options options);
    /// Stops.
    MAGIC_HOUR_DECL ~webhook_sender();
    webhook_sender(webhook_sender const&) = delete;
    webhook_sender& operator=(webhook_sender const&) = delete;

    /// Sends `body` as it is.
    MAGIC_HOUR_DECL void send(std::string body);
    /// Sends `{"type": type, "payload": payload}`; `payload` is JSON text.
    MAGIC_HOUR_DECL void send(std::string_view type, std::string_view payload);

    /// Sends what was collected for reversing.
    MAGIC_HOUR_DECL void flush();

    /// Gives up all repeats.
    MAGIC_HOUR_DECL void stop();

    /// All attempts so far, in the order in which they ended.
    [[nodiscard]] MAGIC_HOUR_DECL std::vector<delivery_attempt> attempts() const;

    /// A function that sends an event for each state of a job that has one, for
    /// `fake_server::on_state_change`:
    ///
    ///     fake.on_state_change(sender.listener());
    ///
    /// It takes anything with `kind`, `status` and `details_json`. It may outlive the sender, but not run
    /// while that is destroyed.
    [[nodiscard]] auto listener() const
    {
        return [post = poster()](auto const& job) { post(job.kind, job.status, job.details_json); };
    }

private:
    using job_poster = std::function<void(kind what, std::string_view status, std::string_view details_json)>;
    struct state;
    [[nodiscard]] MAGIC_HOUR_DECL job_poster poster() const;
    std::shared_ptr<state> state_;
};

/// The type of the event that tells of a job's state; nothing for states without one, such as "canceled".
[[nodiscard]] MAGIC_HOUR_DECL std::optional<std::string> event_type(kind what, std::string_view status);

} // namespace magic_hour::testing

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/testing/impl/webhook_sender.ipp>
#endif
