#pragma once

#include <magic_hour/http/time_source.hpp>

#include <boost/asio/awaitable.hpp>

#include <string>
#include <string_view>

namespace magic_hour::detail
{

/// Something that hears of a job's end before the next poll would: `webhook::hub` is one.
///
/// News says only "ask now"; what became of the job is what the details endpoint answers.
class wake_source
{
public:
    virtual ~wake_source() = default;

    /// Returns true as soon as there is news of the job `id`, at once when it came before the call, and false
    /// when `clock` shows `until` first. True consumes the news: the next call waits for the next event.
    ///
    /// The coroutine must run on a serialized executor; `*this` and `clock` must outlive it. Terminal
    /// cancellation makes it throw `boost::system::system_error` (operation_aborted) and leaves news that was
    /// not reported for the next call.
    virtual http::asio::awaitable<bool>
    wait(std::string id, http::time_source& clock, http::time_point until) = 0;

    /// Whether there was news of the job `id` that no `wait` has reported; consumes it. Never suspends.
    [[nodiscard]] virtual bool take(std::string_view id) = 0;

protected:
    wake_source() = default;
    wake_source(wake_source const&) = default;
    wake_source& operator=(wake_source const&) = default;
};

} // namespace magic_hour::detail
