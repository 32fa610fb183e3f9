#pragma once

#include <magic_hour/sync_wait.hpp>

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <memory>
#include <utility>

namespace magic_hour::detail
{

/// How an operation ended. It can end after nobody waits any longer.
struct sync_end
{
    std::exception_ptr failure{};
    bool reached = false;
};

MAGIC_HOUR_DECL void run_to_end(boost::asio::io_context& io, boost::asio::awaitable<void> operation)
{
    auto const end = std::make_shared<sync_end>();
    boost::asio::co_spawn(
        io, std::move(operation),
        [end](std::exception_ptr failure)
        {
            end->failure = failure;
            end->reached = true;
        });
    io.restart();
    while (!end->reached && io.run_one() != 0)
    {
    }
    if (!end->reached)
        throw error{errc::canceled, "the io_context was stopped before the operation ended"};
    if (end->failure)
        std::rethrow_exception(end->failure);
}

} // namespace magic_hour::detail
