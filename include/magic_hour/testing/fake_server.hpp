#pragma once

#include <magic_hour/testing/fake_options.hpp>
#include <magic_hour/testing/ledger.hpp>
#include <magic_hour/testing/script.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace magic_hour::testing
{

namespace asio = boost::asio;

namespace detail
{
class fake_state;
}

/// A fault that was set: the words of `script`, and how often. Changes take effect at once, also for an
/// exchange that begins between two of them; `fake_server::set_fault` sets everything in one step.
class fault : public script_words<fault>
{
public:
    /// Applies to so many exchanges and is used up then; without this to all.
    MAGIC_HOUR_DECL fault& times(std::size_t count);
    /// Leaves the first `count` exchanges alone.
    MAGIC_HOUR_DECL fault& after(std::size_t count);
    /// Sets the whole script.
    MAGIC_HOUR_DECL fault& run(script what);
    /// How often it was applied.
    [[nodiscard]] MAGIC_HOUR_DECL std::size_t applied() const;
    MAGIC_HOUR_DECL void remove();

    /// For `script_words`.
    MAGIC_HOUR_DECL void edit_parts(std::function<void(script_parts&)> const& change);

private:
    friend class fake_server;
    fault(std::shared_ptr<detail::fake_state> state, std::size_t id) : state_(std::move(state)), id_(id) {}
    std::shared_ptr<detail::fake_state> state_;
    std::size_t id_;
};

/// A fake of the whole API on loopback, for tests of programs that use it: one server for the API, another
/// one for uploads and downloads, both with a certificate of a CA that is made on the spot. It checks
/// requests by this library's own declarations, lets jobs go from queued to complete, hands out real small
/// files behind signed URLs that expire, writes down all that it receives, and misbehaves where it is told
/// to.
///
/// @code
/// testing::fake_server fake;
/// client_options options;
/// options.api_key = fake.api_key();
/// options.base_url = fake.base_url();
/// options.tls.ca_pem = fake.ca_pem();
/// fake.on("POST /v1/ai-image-editor").answer(500).times(1);
/// @endcode
///
/// Thread safety: all members but the destructor.
class fake_server
{
public:
    /// Runs on a thread of its own. Throws `boost::system::system_error` when a port is taken.
    MAGIC_HOUR_DECL explicit fake_server(fake_options options);
    MAGIC_HOUR_DECL fake_server();
    /// Runs on `executor`, whose context must outlive it.
    MAGIC_HOUR_DECL fake_server(asio::any_io_executor executor, fake_options options);
    /// Stops.
    MAGIC_HOUR_DECL ~fake_server();
    fake_server(fake_server const&) = delete;
    fake_server& operator=(fake_server const&) = delete;

    /// "https://localhost:<port>".
    [[nodiscard]] MAGIC_HOUR_DECL std::string base_url() const;
    [[nodiscard]] MAGIC_HOUR_DECL std::string storage_url() const;
    [[nodiscard]] MAGIC_HOUR_DECL std::uint16_t port() const noexcept;
    [[nodiscard]] MAGIC_HOUR_DECL std::uint16_t storage_port() const noexcept;
    /// What a client must trust.
    [[nodiscard]] MAGIC_HOUR_DECL std::string const& ca_pem() const noexcept;
    [[nodiscard]] MAGIC_HOUR_DECL std::string api_key() const;

    /// Everything received.
    [[nodiscard]] MAGIC_HOUR_DECL testing::ledger& ledger() noexcept;

    /// Misbehaves on exchanges that match; what, say the words that follow. Of several faults that match the
    /// one that was set first wins.
    MAGIC_HOUR_DECL fault on(matcher which);
    MAGIC_HOUR_DECL fault
    set_fault(matcher which, script what, std::size_t times = static_cast<std::size_t>(-1));
    MAGIC_HOUR_DECL void clear_faults();

    /// Decides about the next job, or those after it, in order; `plan_all` about all without a plan.
    MAGIC_HOUR_DECL void plan_next(job_plan plan);
    MAGIC_HOUR_DECL void plan_all(job_plan plan);

    [[nodiscard]] MAGIC_HOUR_DECL std::vector<job_snapshot> jobs() const;
    [[nodiscard]] MAGIC_HOUR_DECL std::optional<job_snapshot> job(std::string_view id) const;
    /// Puts a job into a state in which it stays. False when there is no such job.
    MAGIC_HOUR_DECL bool set_status(std::string_view id, std::string status);
    /// Replaces a file of a job: its ETag changes, URLs stay good.
    MAGIC_HOUR_DECL bool replace_output(std::string_view id, std::size_t index, content_ptr content);
    /// Deletes a job as a person would in the web app.
    MAGIC_HOUR_DECL bool remove_job(std::string_view id);
    /// Called with a job whenever its state has changed, on the fake's executor, without locks held.
    MAGIC_HOUR_DECL void on_state_change(std::function<void(job_snapshot const&)> listener);

    /// All URLs that were handed out so far have expired.
    MAGIC_HOUR_DECL void expire_urls();
    /// Files that were uploaded, and one of them by its path.
    [[nodiscard]] MAGIC_HOUR_DECL std::vector<stored_file> uploads() const;
    [[nodiscard]] MAGIC_HOUR_DECL std::optional<stored_file> upload(std::string_view path) const;

    [[nodiscard]] MAGIC_HOUR_DECL std::int64_t credits() const;
    MAGIC_HOUR_DECL void set_credits(std::int64_t credits);
    /// Accepts this key as well.
    MAGIC_HOUR_DECL void accept_key(std::string key);
    /// Answers 401 to all keys from now on.
    MAGIC_HOUR_DECL void revoke_keys();

    /// Ends all connections by FIN, as a server that restarts does.
    MAGIC_HOUR_DECL void drop_connections();
    /// Breaks all connections by RST, as a network that fails does.
    MAGIC_HOUR_DECL void reset_connections();
    /// Ends everything; what was received stays readable. On an executor of the caller it ends as soon as
    /// that runs.
    MAGIC_HOUR_DECL void stop();

    struct implementation;

private:
    std::unique_ptr<implementation> impl_;
};

} // namespace magic_hour::testing

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/testing/impl/fake_server.ipp>
#endif
