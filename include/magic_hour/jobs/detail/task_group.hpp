#pragma once

#include <magic_hour/detail/config.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <memory>

namespace magic_hour::jobs::detail
{

namespace asio = boost::asio;

/// Runs `task(0)` to `task(count - 1)`, at most `parallel` at a time, on the calling coroutine's executor,
/// which must be serialized. Returns when all have ended. The first one that throws cancels the others, and
/// what it threw is thrown again at the end. Cancellation: cancels the tasks and waits until they are gone.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<void>
run_bounded(std::size_t count, std::size_t parallel, std::function<asio::awaitable<void>(std::size_t)> task);

} // namespace magic_hour::jobs::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/jobs/impl/task_group.ipp>
#endif
