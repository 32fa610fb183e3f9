#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace support
{

/// How a server ended a connection.
enum class peer_end
{
    close_notify,
    fin,
    reset,
    timeout
};

struct read_result
{
    std::string text{};
    peer_end how = peer_end::timeout;
};

/// One answer, taken apart just enough to look at.
struct raw_answer
{
    int status = 0;
    std::string head{};
    std::string body{};
    /// The value of a header, compared without case; empty when there is none.
    [[nodiscard]] std::string header(std::string_view name) const;
};

/// A blocking client of OpenSSL and sockets, that shares no code with the library: what servers of tests are
/// tested with.
class raw_client
{
public:
    /// Connects to 127.0.0.1 without TLS. Throws `std::runtime_error`.
    explicit raw_client(std::uint16_t port);
    /// Connects and shakes hands as with `host`; throws `std::runtime_error` with OpenSSL's reason.
    raw_client(std::uint16_t port, std::string const& ca_pem, std::string const& host = "localhost");
    /// The same, offering the TLS session of an earlier connection that has read something.
    raw_client(std::uint16_t port, std::string const& ca_pem, raw_client& earlier);
    ~raw_client();
    raw_client(raw_client&&) noexcept;
    raw_client& operator=(raw_client&&) noexcept;

    void send(std::string_view text);
    /// False when not all could be sent within `limit`, or the server was gone.
    bool try_send(std::string_view text, std::chrono::milliseconds limit);
    /// Exactly `count` bytes, fewer when the connection ends or `limit` passes.
    std::string read(std::size_t count, std::chrono::milliseconds limit = std::chrono::seconds{10});
    /// Everything up to the end of the connection.
    read_result read_all(std::chrono::milliseconds limit = std::chrono::seconds{10});
    /// Sends a request and reads its answer by Content-Length. `extra` header lines end with CR LF each.
    raw_answer call(
        std::string_view method, std::string_view target, std::string_view body = "",
        std::string_view extra = "");
    /// Reads one answer.
    raw_answer read_answer(bool has_body = true);
    void close();
    void reset();

    struct state;

private:
    std::unique_ptr<state> state_;
};

} // namespace support
