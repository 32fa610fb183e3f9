#pragma once

#include <magic_hour/json/described.hpp>

namespace magic_hour
{

/// Where a job stands. New names may appear; treat unknown ones as "not finished yet".
enum class project_status
{
    draft,     ///< made but not submitted; the API does not report it today
    queued,    ///< waits for a worker
    rendering, ///< being made
    complete,  ///< finished, `downloads` is filled
    error,     ///< failed, `error` says why; its credits are refunded
    canceled   ///< stopped by a person in the web app; no webhook tells it
};
BOOST_DESCRIBE_ENUM(project_status, draft, queued, rendering, complete, error, canceled)

/// Whether a job in this state will never change again.
[[nodiscard]] constexpr bool is_terminal(project_status s) noexcept
{
    return s == project_status::complete || s == project_status::error || s == project_status::canceled;
}

} // namespace magic_hour
