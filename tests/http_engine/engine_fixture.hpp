#pragma once

#include "support/manual_clock.hpp"
#include "support/run.hpp"
#include "support/script_server.hpp"

#include <magic_hour/http/engine.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace magic_hour
{
inline std::ostream& operator<<(std::ostream& out, errc code)
{
    return out << make_error_code(code).message();
}
inline std::ostream& operator<<(std::ostream& out, phase where)
{
    return out << to_string(where);
}
} // namespace magic_hour

namespace engine_tests
{

namespace asio = boost::asio;
namespace http = magic_hour::http;
namespace steps = support::steps;
using magic_hour::errc;
using magic_hour::phase;
using magic_hour::result;
using support::answer;
using support::json_answer;
using support::script_server;
using namespace std::chrono_literals;

/// Options for an engine that trusts `server` and does not let tests wait long.
inline http::engine_options trusting(script_server const& server)
{
    http::engine_options out;
    out.tls.ca_pem = server.ca_pem();
    out.retry.base_delay = 1ms;
    out.retry.max_delay = 2ms;
    out.random = [] { return 0.5; };
    return out;
}

inline std::shared_ptr<http::engine> engine_for(asio::io_context& io, http::engine_options options)
{
    return std::make_shared<http::engine>(io.get_executor(), std::move(options));
}

inline http::address_policy loopback()
{
    http::address_policy out;
    out.allow_loopback = true;
    return out;
}

inline http::request get(std::string const& url)
{
    http::request out;
    out.target = http::parse_url(url).value();
    return out;
}

inline http::request create(std::string const& url, std::string body = "{\"prompt\":\"a dog\"}")
{
    http::request out = get(url);
    out.method = http::method::post;
    out.body = std::move(body);
    out.billable = true;
    return out;
}

inline result<http::response> send(asio::io_context& io, http::engine& engine, http::request what)
{
    return support::run(io, engine.send(std::move(what), loopback()));
}

inline asio::awaitable<std::string> read_all(http::exchange& from, std::size_t at_a_time = 1 << 16)
{
    std::string whole;
    std::string piece(at_a_time, '\0');
    for (;;)
    {
        auto const n = co_await from.read(asio::buffer(piece));
        if (n.value() == 0)
            co_return whole;
        whole.append(piece, 0, *n);
    }
}

/// A body in memory, handed out in pieces.
class text_source final : public http::body_source
{
public:
    explicit text_source(std::string text, std::size_t piece = 1 << 16)
        : text_{std::move(text)}, piece_{piece}
    {
        announced = text_.size();
    }

    [[nodiscard]] std::uint64_t size() const noexcept override { return announced; }
    asio::awaitable<result<asio::const_buffer>> next() override
    {
        std::size_t const n = std::min(piece_, text_.size() - at_);
        asio::const_buffer const out{text_.data() + at_, n};
        at_ += n;
        co_return out;
    }
    asio::awaitable<result<void>> rewind() override
    {
        at_ = 0;
        ++rewinds;
        co_return result<void>{};
    }
    [[nodiscard]] bool rewindable() const noexcept override { return can_rewind; }

    std::uint64_t announced = 0;
    int rewinds = 0;
    bool can_rewind = true;

private:
    std::string text_;
    std::size_t piece_;
    std::size_t at_ = 0;
};

} // namespace engine_tests
