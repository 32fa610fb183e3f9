#pragma once

#include <magic_hour/webhook/impl/server_stream.ipp>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <exception>
#include <optional>
#include <string>

namespace magic_hour::webhook::detail
{

namespace beast_http = boost::beast::http;
using request_parser = beast_http::request_parser<beast_http::string_body>;
using request = beast_http::request<beast_http::string_body>;

/// What reading a request came to: the request, or the status that refuses it; neither when the peer left.
struct read_outcome
{
    std::optional<request> message{};
    int refused = 0;
};

inline int status_of(error_code const& ec) noexcept
{
    if (ec == beast_http::error::body_limit)
        return 413;
    if (ec == beast_http::error::header_limit || ec == beast_http::error::buffer_overflow)
        return 431;
    return 400;
}

/// Feeds what is in `buffer` to `parser`. The parser of Boost 1.81 can throw on hostile bytes; that must not
/// leave a handler of the caller's io_context.
inline error_code feed(request_parser& parser, boost::beast::flat_buffer& buffer)
{
    error_code ec;
    try
    {
        buffer.consume(parser.put(buffer.data(), ec));
    }
    catch (std::bad_alloc const&)
    {
        throw;
    }
    catch (std::exception const&)
    {
        return beast_http::error::bad_value;
    }
    return ec == beast_http::error::need_more ? error_code{} : ec;
}

inline bool wants_continue(request_parser const& parser)
{
    if (!parser.is_header_done() || parser.is_done())
        return false;
    return boost::beast::iequals(parser.get()[beast_http::field::expect], "100-continue");
}

inline asio::awaitable<read_outcome>
read_request(byte_stream& stream, boost::beast::flat_buffer& buffer, std::size_t body_limit)
{
    constexpr std::size_t step = 16 * 1024;
    constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    request_parser parser;
    parser.header_limit(16 * 1024);
    parser.body_limit(body_limit);
    parser.eager(true);
    read_outcome out;
    bool told_to_go_on = false;
    while (!parser.is_done())
    {
        error_code const ec = buffer.size() == 0 ? error_code{} : feed(parser, buffer);
        if (ec)
        {
            out.refused = status_of(ec);
            co_return out;
        }
        if (parser.is_done())
            break;
        if (!told_to_go_on && wants_continue(parser))
        {
            told_to_go_on = true;
            co_await stream.write(asio::buffer(go_on));
        }
        std::size_t const got = co_await stream.read_some(buffer.prepare(step));
        if (got == 0)
            co_return out;
        buffer.commit(got);
    }
    out.message = parser.release();
    co_return out;
}

inline std::string_view reason(int status) noexcept
{
    switch (status)
    {
    case 200:
        return "OK";
    case 202:
        return "Accepted";
    case 401:
        return "Unauthorized";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 413:
        return "Content Too Large";
    case 415:
        return "Unsupported Media Type";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 503:
        return "Service Unavailable";
    default:
        return "Bad Request";
    }
}

inline std::string to_text(answer const& a, bool keep_alive)
{
    std::string text = "HTTP/1.1 " + std::to_string(a.status) + ' ';
    text += reason(a.status);
    text += "\r\n";
    for (auto const& h : a.headers)
        text += h.name + ": " + h.value + "\r\n";
    text += "Content-Length: " + std::to_string(a.body.size()) + "\r\n";
    text += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    text += a.body;
    return text;
}

} // namespace magic_hour::webhook::detail
