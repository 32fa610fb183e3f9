#pragma once

#include <magic_hour/http/detail/raw_socket.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>

namespace magic_hour::http::detail
{

MAGIC_HOUR_DECL asio::awaitable<boost::system::error_code> raw_socket::connect(asio::ip::tcp::endpoint where)
{
    boost::system::error_code ec;
    if (!socket_)
        co_return asio::error::operation_aborted;
    socket_->close(ec);
    socket_->open(where.protocol(), ec);
    if (!ec)
        socket_->non_blocking(true, ec);
    if (!ec)
        socket_->set_option(asio::ip::tcp::no_delay{true}, ec);
    if (!ec)
        co_await socket_->async_connect(where, asio::redirect_error(asio::use_awaitable, ec));
    co_return ec;
}

MAGIC_HOUR_DECL std::size_t
raw_socket::receive(asio::mutable_buffer into, boost::system::error_code& ec) noexcept
{
    if (!socket_)
    {
        ec = asio::error::bad_descriptor;
        return 0;
    }
    std::size_t const n = socket_->read_some(into, ec);
    received_ += n;
    return n;
}

MAGIC_HOUR_DECL std::size_t raw_socket::send(asio::const_buffer from, boost::system::error_code& ec) noexcept
{
    if (!socket_)
    {
        ec = asio::error::bad_descriptor;
        return 0;
    }
    std::size_t const n = socket_->write_some(from, ec);
    sent_ += n;
    return n;
}

MAGIC_HOUR_DECL bool raw_socket::is_silent() noexcept
{
    if (!is_open())
        return false;
    char byte = 0;
    boost::system::error_code ec;
    socket_->receive(asio::buffer(&byte, 1), asio::ip::tcp::socket::message_peek, ec);
    return ec == asio::error::would_block || ec == asio::error::try_again;
}

MAGIC_HOUR_DECL void raw_socket::close() noexcept
{
    boost::system::error_code ignored;
    if (socket_)
        socket_->close(ignored);
}

MAGIC_HOUR_DECL void raw_socket::abandon() noexcept
{
    socket_.reset();
}

MAGIC_HOUR_DECL void raw_socket::cancel_waits() noexcept
{
    boost::system::error_code ignored;
    if (socket_)
        socket_->cancel(ignored);
}

MAGIC_HOUR_DECL bool send_buffer::append(void const* data, std::size_t size) noexcept
{
    try
    {
        auto const* const first = static_cast<unsigned char const*>(data);
        bytes_.insert(bytes_.end(), first, first + size);
        return true;
    }
    catch (std::exception const&)
    {
        return false;
    }
}

MAGIC_HOUR_DECL io_result send_buffer::push(raw_socket& socket) noexcept
{
    io_result out;
    while (size() != 0)
    {
        std::size_t const n = socket.send(asio::buffer(bytes_.data() + sent_, size()), out.ec);
        sent_ += n;
        out.n += n;
        if (out.ec == asio::error::would_block || out.ec == asio::error::try_again)
        {
            out.ec = {};
            out.wants = want::write;
            return out;
        }
        if (out.ec)
            return out;
    }
    bytes_.clear();
    sent_ = 0;
    return out;
}

MAGIC_HOUR_DECL void send_buffer::release() noexcept
{
    bytes_ = {};
    sent_ = 0;
}

} // namespace magic_hour::http::detail
