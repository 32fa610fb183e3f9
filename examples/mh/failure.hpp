#pragma once

#include <magic_hour/error.hpp>

#include <exception>
#include <string>
#include <string_view>

namespace cli
{

/// What the program returns; scripts rely on it.
enum class exit_status
{
    done = 0,
    job_failed = 1,   ///< the job failed or was canceled; a webhook that cannot be trusted
    usage = 2,        ///< usage or validation; nothing was sent
    refused = 3,      ///< the API said no
    network = 4,      ///< network, TLS, timeout, nonsense; nothing unknown about money
    unknown = 5,      ///< a job may exist
    gave_up = 6,      ///< stopped waiting; the job goes on
    file = 7,         ///< local files
    interrupted = 130 ///< Ctrl-C
};

/// Why a command did not do what it should: what the user is told, and the exit status.
struct failure : std::exception
{
    failure() = default;
    failure(exit_status with_status, std::string text) : status(with_status), message(std::move(text)) {}

    exit_status status = exit_status::network;
    std::string code{};    ///< the library's name of the class of failure; "usage" for this program's own
    std::string message{}; ///< one sentence, and what to do
    std::string id{};      ///< the job, when one is involved
    std::string kind{};    ///< "image", "video", "audio", "face_detection"
    std::string name{};    ///< the correlation name, when a job may exist

    [[nodiscard]] char const* what() const noexcept override { return message.c_str(); }
};

/// A mistake in how the program was called.
[[nodiscard]] failure usage_failure(std::string message);

/// The exit status for what the library reports.
[[nodiscard]] exit_status status_for(magic_hour::error const& why);

/// The library's error in the program's words: what happened, with the id on it, and what to do about it.
/// That is to resume when `awaited`: the command was about the end of a job.
[[nodiscard]] failure failure_from(magic_hour::error const& why, bool awaited = false);

/// "image-projects", where jobs of a kind are found.
[[nodiscard]] std::string_view resource_of_kind(std::string_view kind);

} // namespace cli
