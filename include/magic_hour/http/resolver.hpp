#pragma once

#include <magic_hour/error.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace magic_hour::http
{

namespace asio = boost::asio;

/// Turns host names into addresses. Injectable.
class resolver
{
public:
    virtual ~resolver() = default;

    /// The addresses of `host` in the order in which to try them; never an empty value. IP literals do not
    /// come here. Must honour cancellation promptly; the engine adds the time limit.
    virtual asio::awaitable<result<std::vector<asio::ip::address>>> resolve(std::string host) = 0;
};

} // namespace magic_hour::http
