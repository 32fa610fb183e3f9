#pragma once

#include <magic_hour/http/time_source.hpp>
#include <magic_hour/model/operation.hpp>
#include <magic_hour/testing/certificates.hpp>
#include <magic_hour/testing/content.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace magic_hour::testing
{

/// How a fake is set up. The defaults make one that answers at once and finishes jobs within a moment.
struct fake_options
{
    std::string address{"127.0.0.1"};
    std::uint16_t port = 0;         ///< of the API; 0: any that is free
    std::uint16_t storage_port = 0; ///< of the files; 0: any that is free
    std::string host{"localhost"};  ///< what the URLs name
    bool plain = false;             ///< http instead of https
    certificate_options certificate{};

    std::string api_key{"mhk_live_fake_9f4c2b7d1e6a8035"};
    bool any_key = false; ///< every key is good, as with a server that strangers try out
    std::int64_t credits = 10'000;
    std::string tier{"pro"};
    std::size_t saved_items = 3;

    /// Where jobs and signatures take the time from; null: the real clock. Read from the fake's thread.
    std::shared_ptr<http::time_source> clock{};
    /// How long a job stays in each state. Not used with `step_per_poll`.
    std::chrono::milliseconds step{20};
    /// Jobs move on with each look at them instead of with time.
    bool step_per_poll = false;
    std::chrono::seconds download_lifetime = std::chrono::hours{24};
    std::chrono::seconds upload_lifetime = std::chrono::hours{1};
    std::chrono::milliseconds latency{0}; ///< before every answer

    std::size_t ledger_body = 64 * 1024; ///< how much of a request's body the ledger keeps
    std::string ledger_file{};           ///< when set, a line of JSON is appended for each request
};

/// A file that a job makes.
struct output
{
    content_ptr content{};
    std::string extension{};    ///< "png"
    std::string content_type{}; ///< "image/png"
};

/// What becomes of a job.
struct job_plan
{
    /// The states that it goes through; it stays in the last one. Any text is allowed.
    std::vector<std::string> statuses{"queued", "rendering", "complete"};
    std::string error_code{"unknown_error"}; ///< shown while the status is "error"
    std::string error_message{"Something went wrong while making it"};
    bool error_is_null = false;            ///< status "error" without a reason
    bool deleted = false;                  ///< `enabled` is false once the last state is reached
    std::vector<output> outputs{};         ///< none: small real files, as many as the request asks for
    std::optional<std::int64_t> credits{}; ///< price; none: a usual one for the kind
    std::optional<std::string> shown_id{}; ///< an id that the details show instead of the right one

    /// Ends with status "error", this code and message.
    [[nodiscard]] MAGIC_HOUR_DECL static job_plan failing(std::string code, std::string message);
    /// Goes through these states.
    [[nodiscard]] MAGIC_HOUR_DECL static job_plan through(std::vector<std::string> statuses);
    /// Makes these files.
    [[nodiscard]] MAGIC_HOUR_DECL static job_plan making(std::vector<output> outputs);
};

/// A job as it stands.
struct job_snapshot
{
    std::string id{};
    magic_hour::kind kind{};
    std::string resource{}; ///< "ai_image_editor"
    std::string status{};
    std::string name{};
    std::int64_t credits_charged = 0;
    bool deleted = false;
    std::string request_json{}; ///< the body that created it
    std::string details_json{}; ///< what the details endpoint would say; also a webhook's payload
};

/// A file that a client put into the storage.
struct stored_file
{
    std::string path{}; ///< "api-assets/.../....png"
    std::uint64_t size = 0;
    std::string sha256{};
    content_ptr content{}; ///< null when it was too large to keep
    std::size_t puts = 0;  ///< how often it was written
};

} // namespace magic_hour::testing

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/testing/impl/fake_options.ipp>
#endif
