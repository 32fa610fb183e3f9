#pragma once

#include <magic_hour/detail/strand.hpp>
#include <magic_hour/error.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <new>

namespace magic_hour::detail
{

/// Turns cancellation and exhausted memory into errors; exceptions of the user's own callbacks pass through.
template <class T>
asio::awaitable<result<T>> guarded(asio::awaitable<result<T>> work)
{
    std::exception_ptr failure;
    try
    {
        co_return co_await std::move(work);
    }
    catch (boost::system::system_error const&)
    {
        failure = std::current_exception();
    }
    catch (std::bad_alloc const&)
    {
        failure = std::current_exception();
    }
    co_return to_error(failure);
}

} // namespace magic_hour::detail
