#pragma once

#include "script_server.hpp"

#include <openssl/ssl.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace support
{

/// Closes a descriptor.
class unique_fd
{
public:
    unique_fd() = default;
    explicit unique_fd(int fd) : fd_(fd) {}
    unique_fd(unique_fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    unique_fd& operator=(unique_fd&& other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~unique_fd() { reset(); }
    void reset() noexcept;
    [[nodiscard]] int get() const noexcept { return fd_; }

private:
    int fd_ = -1;
};

/// What ends a script early.
struct link_over
{
    ending how;
};

/// The records of all connections, shared by the threads of a server.
class ledger
{
public:
    std::size_t open();
    template <class Change>
    void change(std::size_t connection, Change&& how)
    {
        std::lock_guard const lock{mutex_};
        how(records_[connection]);
    }
    [[nodiscard]] std::vector<connection_record> snapshot() const;
    template <class Read>
    auto read(Read&& how) const
    {
        std::lock_guard const lock{mutex_};
        return how(records_);
    }

private:
    mutable std::mutex mutex_{};
    std::vector<connection_record> records_{};
};

struct ssl_free
{
    void operator()(SSL* p) const noexcept { SSL_free(p); }
    void operator()(SSL_CTX* p) const noexcept { SSL_CTX_free(p); }
    void operator()(SSL_SESSION* p) const noexcept { SSL_SESSION_free(p); }
};

/// One accepted connection: TLS by memory BIOs, so that every wire byte passes through our hands.
struct link::state
{
    state(unique_fd socket, int stop_event, SSL_CTX* tls, ledger& records, std::size_t index);

    void handshake();
    void read_more();
    std::string read_wire();
    void write(std::string_view text);
    void write_wire(std::string_view bytes);
    void flush_tls();
    void pause(milliseconds time);
    void hold();
    void drain();
    void wait_for_peer(milliseconds limit);
    void close_notify();
    void abort();
    received_request read_head();
    void read_body(received_request& request);
    void take_body(received_request& request, std::uint64_t count);
    std::string read_line();
    void need(std::size_t count);
    void note(received_request const& request);
    void over(ending how);

    unique_fd socket;
    int stop_event;
    std::unique_ptr<SSL, ssl_free> ssl{};
    bool handshaken = false;
    std::string pending{}; ///< read, not yet consumed
    std::size_t portion = 0;
    milliseconds portion_pause{0};
    std::size_t wire_left = SIZE_MAX;
    ledger* records;
    std::size_t index;
    std::size_t request_index = 0;
    received_request open_request{}; ///< whose body `expect_bytes` reads

private:
    enum class waiting
    {
        to_read,
        to_write
    };
    void wait_socket(waiting what);
    void send_portion(std::string_view bytes);
    void feed_tls();
    void read_tls();
};

} // namespace support
