#pragma once

#include <magic_hour/testing/detail/wire.hpp>
#include <magic_hour/testing/server.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/strand.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace magic_hour::testing::detail
{

/// One connection of a server: requests and their answers, one after the other.
class session : public std::enable_shared_from_this<session>
{
public:
    session(std::shared_ptr<wire> connection, std::shared_ptr<https_server::implementation> server);

    /// The whole life of the connection.
    static asio::awaitable<void> run(std::shared_ptr<session> self);
    void close(bool reset) noexcept { wire_->close(reset); }

private:
    /// What follows a step.
    enum class next
    {
        proceed,
        over,
        answer_early
    };

    asio::awaitable<bool> exchange();
    asio::awaitable<bool> read_head();
    asio::awaitable<bool> more();
    asio::awaitable<next> receive_body(script const& plan);
    asio::awaitable<next> receive_portion(std::uint64_t limit);
    asio::awaitable<next> receive_chunks();
    asio::awaitable<next> act(script_event what);
    void take(std::size_t count);
    asio::awaitable<bool> reply(script const& plan);
    asio::awaitable<bool> refuse();
    asio::awaitable<bool> transmit(script const& plan, answer const& what);
    asio::awaitable<bool> send_body(answer const& what);
    asio::awaitable<bool> emit(std::string_view bytes);
    asio::awaitable<bool> emit_portion(std::string_view bytes);
    asio::awaitable<bool> after_early_answer(script const& plan);
    asio::awaitable<void> finish(cut how);
    asio::awaitable<void> pause(std::chrono::milliseconds time);

    std::shared_ptr<wire> wire_;
    std::shared_ptr<https_server::implementation> server_;
    std::size_t number_ = 0;
    request_record request_{}; ///< the one that is being served
    std::string pending_{};
    std::string body_{};
    sha256_stream digest_{};
    std::vector<script_event> sending_{};
    std::size_t portion_ = 0;
    std::chrono::milliseconds portion_pause_{0};
};

} // namespace magic_hour::testing::detail
