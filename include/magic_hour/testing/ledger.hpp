#pragma once

#include <magic_hour/detail/config.hpp>
#include <magic_hour/testing/request_head.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace magic_hour::testing
{

/// Which of a fake's two servers something came to.
enum class origin
{
    api,
    storage
};
[[nodiscard]] constexpr std::string_view to_string(origin o) noexcept
{
    return o == origin::api ? "api" : "storage";
}

/// One request as it arrived, whole or cut, and what became of it.
struct request_record
{
    std::size_t number = 0;     ///< from 0, in order of arrival
    std::size_t connection = 0; ///< number of its connection
    testing::origin origin = testing::origin::api;
    request_head head{};
    std::string head_text{}; ///< byte for byte
    std::string problem{};   ///< why the head is no proper request; empty when it is

    std::uint64_t body_size = 0; ///< bytes that arrived, without chunk framing
    std::string body_sha256{};   ///< of these, in hexadecimal
    std::string body{};          ///< their start; how much is an option of the server
    bool complete = false;       ///< head and body arrived whole

    int status = 0;               ///< of the answer that was sent, or would have been
    bool answered = false;        ///< the whole answer left this server
    std::uint64_t bytes_sent = 0; ///< of the answer, head included
    bool scripted = false;        ///< a fault was applied
    bool billable = false;        ///< it goes to an endpoint that costs money
    std::string job_id{};         ///< the job that it created; empty when it did not

    std::chrono::steady_clock::time_point began{};
    std::chrono::steady_clock::time_point ended{};
};

/// One accepted TCP connection.
struct connection_record
{
    std::size_t number = 0;
    testing::origin origin = testing::origin::api;
    bool tls = false; ///< the handshake succeeded
    bool session_resumed = false;
    std::string server_name{}; ///< SNI
    std::size_t requests = 0;
    bool open = true;
    std::chrono::steady_clock::time_point opened{};
    std::chrono::steady_clock::time_point closed{};
};

/// One line of JSON about a request, without the key and without signatures.
[[nodiscard]] MAGIC_HOUR_DECL std::string to_json_line(request_record const& request);

/// Everything that a fake has received.
///
/// Thread safety: all members.
class ledger
{
public:
    [[nodiscard]] MAGIC_HOUR_DECL std::vector<request_record> requests() const;
    /// Those that came to `method` and `path`, where `*` stands for any text: "GET", "/v1/image-projects/*".
    [[nodiscard]] MAGIC_HOUR_DECL std::vector<request_record>
    requests(std::string_view method, std::string_view path) const;
    [[nodiscard]] MAGIC_HOUR_DECL std::size_t count(std::string_view method, std::string_view path) const;
    [[nodiscard]] MAGIC_HOUR_DECL std::vector<connection_record> connections() const;
    [[nodiscard]] MAGIC_HOUR_DECL std::size_t open_connections() const;
    /// Complete requests that could cost money: what a double bill would show in.
    [[nodiscard]] MAGIC_HOUR_DECL std::size_t billable_creates() const;
    /// Jobs that were created, whether or not anybody got to know.
    [[nodiscard]] MAGIC_HOUR_DECL std::size_t jobs_created() const;
    /// Keeps only that many requests, the latest ones, or none: for runs of millions. The counts of jobs and
    /// billable requests go on.
    MAGIC_HOUR_DECL void keep_latest(std::size_t requests);
    /// Forgets all requests and counts; connections stay, since they live on.
    MAGIC_HOUR_DECL void clear();

    /// Called with each request that has ended, on the server's thread.
    MAGIC_HOUR_DECL void on_request(std::function<void(request_record const&)> listener);

    /// @name For servers
    /// @{
    MAGIC_HOUR_DECL std::size_t open_connection(testing::origin where);
    MAGIC_HOUR_DECL void change(std::size_t connection, std::function<void(connection_record&)> const& how);
    MAGIC_HOUR_DECL void begin(request_record& request);
    MAGIC_HOUR_DECL void update(request_record const& request);
    MAGIC_HOUR_DECL void end(request_record& request);
    /// @}

private:
    /// What a request that is not kept has added to the counts.
    struct counted
    {
        bool create = false;
        bool job = false;
    };
    void forget_old();
    void count(request_record const& forgotten, counted& before);

    mutable std::mutex mutex_{};
    std::size_t next_request_ = 0;
    std::size_t limit_ = static_cast<std::size_t>(-1);
    std::size_t forgotten_creates_ = 0;
    std::size_t forgotten_jobs_ = 0;
    std::map<std::size_t, counted> forgotten_early_{}; ///< before they had ended
    std::deque<request_record> requests_{};            ///< their numbers follow on one another
    std::vector<connection_record> connections_{};
    std::function<void(request_record const&)> listener_{};
};

namespace detail
{
/// Whether `text` is what `pattern` says, where `*` stands for any text, also none.
[[nodiscard]] MAGIC_HOUR_DECL bool matches_pattern(std::string_view pattern, std::string_view text) noexcept;
} // namespace detail

} // namespace magic_hour::testing

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/testing/impl/ledger.ipp>
#endif
