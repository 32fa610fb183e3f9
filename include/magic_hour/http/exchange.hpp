#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/http/message.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <memory>

namespace magic_hour::http
{

namespace asio = boost::asio;

/// An exchange whose answer's head has arrived: the body is pulled from the connection that it holds.
/// Destroying it early closes the connection.
class exchange
{
public:
    exchange(exchange&&) noexcept;
    exchange& operator=(exchange&&) noexcept;
    ~exchange();

    [[nodiscard]] response_head const& head() const noexcept;
    [[nodiscard]] exchange_stats const& stats() const noexcept;

    /// Whether the body's end was framed (length or chunks); false until the end of a body that ends with
    /// the connection, whose length nobody can verify.
    [[nodiscard]] bool length_verified() const noexcept;

    /// Reads at most `into.size()` body bytes straight into `into`, and more than one TLS record where there
    /// are more; 0 at the verified end. Fails with timeout, connection, protocol or integrity (cut short).
    asio::awaitable<result<std::size_t>> read(asio::mutable_buffer into);

    struct state;
    explicit exchange(std::shared_ptr<state>) noexcept;

private:
    std::shared_ptr<state> state_;
};

} // namespace magic_hour::http

// The bodies come with <magic_hour/http/engine.hpp>, the only maker of exchanges.
