#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/http/detail/raw_socket.hpp>
#include <magic_hour/http/detail/watchdog.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string_view>

namespace magic_hour::http::detail
{

class connection;
class parking_place;

/// Every living connection of an engine, so that all can be ended at once.
///
/// Thread safety: all members.
class connection_registry
{
public:
    /// False when the engine is closed.
    MAGIC_HOUR_DECL bool add(connection& c);
    MAGIC_HOUR_DECL void remove(connection& c) noexcept;
    MAGIC_HOUR_DECL void close_all() noexcept;
    MAGIC_HOUR_DECL void abandon_all() noexcept;

private:
    std::mutex mutex_{};
    std::set<connection*> living_{};
    bool closed_ = false;
};

/// One connection to one origin: socket, stream, the watchdog of whoever uses it, bytes read ahead.
///
/// Thread safety: `close_from_anywhere`. All else belongs to the one who has entered.
class connection final : public interruptible, public std::enable_shared_from_this<connection>
{
public:
    MAGIC_HOUR_DECL connection(
        std::shared_ptr<connection_registry> registry, asio::any_io_executor const& sockets,
        std::shared_ptr<time_source> clock);
    MAGIC_HOUR_DECL ~connection();
    connection(connection const&) = delete;
    connection& operator=(connection const&) = delete;

    /// Begins an operation on the serialized executor `where`; false when the engine has closed.
    [[nodiscard]] MAGIC_HOUR_DECL bool enter(asio::any_io_executor const& where);
    /// Ends it; no timer stays behind.
    MAGIC_HOUR_DECL void leave() noexcept;

    /// Waits on the socket until `deadline`; an error says why to stop.
    MAGIC_HOUR_DECL asio::awaitable<std::optional<error>> wait(want what, phase where, time_point deadline);
    /// Lets others run, when the socket never makes us wait; the same errors.
    MAGIC_HOUR_DECL asio::awaitable<std::optional<error>> yield(phase where, time_point deadline);
    /// Why a wait ended early: closed, timeout, canceled; nothing when it did not.
    [[nodiscard]] MAGIC_HOUR_DECL std::optional<error>
    stopped(phase where, boost::system::error_code ec) const;

    void interrupt() noexcept override;
    MAGIC_HOUR_DECL void close() noexcept;
    MAGIC_HOUR_DECL void close_from_anywhere() noexcept;
    MAGIC_HOUR_DECL void abandon() noexcept;

    [[nodiscard]] raw_socket& socket() noexcept { return socket_; }
    [[nodiscard]] byte_stream& stream() noexcept { return *stream_; }
    void use(std::unique_ptr<byte_stream> stream) noexcept { stream_ = std::move(stream); }
    [[nodiscard]] watchdog& dog() noexcept { return *dog_; }
    [[nodiscard]] time_source& clock() noexcept { return *clock_; }

    /// Where the current user is parked while it waits for something other than the socket.
    void park(std::shared_ptr<parking_place> place) noexcept { parked_ = std::move(place); }

    // Bytes that were read before anybody asked for them.
    [[nodiscard]] std::string_view unread() const noexcept
    {
        return {inbox_.get() + inbox_begin_, inbox_end_ - inbox_begin_};
    }
    void consume(std::size_t n) noexcept { inbox_begin_ += n; }
    /// Reads what is at hand into the inbox, which must be empty.
    MAGIC_HOUR_DECL io_result refill() noexcept;
    /// Gives back the memory that only a busy connection needs.
    MAGIC_HOUR_DECL void rest() noexcept;

    time_point opened_at{};
    time_point idle_since{};
    bool resumed = false;

private:
    std::shared_ptr<connection_registry> registry_;
    std::shared_ptr<time_source> clock_;
    asio::any_io_executor sockets_;
    raw_socket socket_;
    std::unique_ptr<byte_stream> stream_{};
    std::shared_ptr<watchdog> dog_{};
    std::shared_ptr<parking_place> parked_{};
    std::unique_ptr<char[]> inbox_{};
    std::size_t inbox_begin_ = 0;
    std::size_t inbox_end_ = 0;

    std::mutex mutex_{};
    std::atomic<bool> killed_ = false;
    bool entered_ = false;
    asio::any_io_executor where_{};
};

/// An operation on a connection, from `enter` to `leave`.
class occupancy
{
public:
    occupancy(connection& c, asio::any_io_executor const& where) : connection_{c}, entered_{c.enter(where)} {}
    ~occupancy()
    {
        if (entered_)
            connection_.leave();
    }
    occupancy(occupancy const&) = delete;
    occupancy& operator=(occupancy const&) = delete;

    [[nodiscard]] explicit operator bool() const noexcept { return entered_; }

private:
    connection& connection_;
    bool entered_;
};

[[nodiscard]] MAGIC_HOUR_DECL error closed_failure(phase where);
[[nodiscard]] MAGIC_HOUR_DECL error timeout_failure(phase where);
[[nodiscard]] MAGIC_HOUR_DECL error canceled_failure(phase where);

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/connection.ipp>
#endif
