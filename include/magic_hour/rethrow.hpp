#pragma once

#include <exception>

namespace magic_hour
{

/// For `asio::co_spawn`: an exception that ends the coroutine comes out of `io_context::run()`, where a
/// program that has nothing better to do with it ends.
struct rethrow_t
{
    template <class... Value>
    void operator()(std::exception_ptr failure, Value&&...) const
    {
        if (failure)
            std::rethrow_exception(failure);
    }
};
inline constexpr rethrow_t rethrow{};

} // namespace magic_hour
