#pragma once

#include <magic_hour/testing/certificates.hpp>
#include <magic_hour/testing/request_head.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace support
{

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// How a connection came to its end.
enum class ending
{
    open,         ///< it has not
    close_notify, ///< the peer closed TLS properly
    fin,          ///< the peer closed TCP (without close_notify where there is TLS)
    reset,        ///< the peer reset it
    ours,         ///< the script closed it
    stopped       ///< the server was stopped
};

/// One request, whole or cut.
struct received_request
{
    std::string head_text{};
    magic_hour::testing::request_head head{};
    std::string problem{}; ///< why the head could not be parsed; empty when it could
    std::string body{};    ///< at most the first MiB is kept
    std::uint64_t body_size = 0;
    bool complete = false;
    clock::time_point at{};
    std::size_t connection = 0;
};

struct connection_record
{
    bool tls_established = false;
    std::string tls_failure{}; ///< why the handshake failed, as OpenSSL says it
    std::string server_name{}; ///< SNI
    std::string tls_version{};
    bool resumed = false;
    std::uint64_t bytes = 0; ///< received, after decryption
    std::string raw{};       ///< the first bytes of them, at most 64 KiB
    std::vector<received_request> requests{};
    ending ended = ending::open;
    bool script_done = false; ///< every step was carried out
    clock::time_point opened{};
    clock::time_point closed{};
};

struct server_options
{
    bool plain = false; ///< no TLS at all
    magic_hour::testing::certificate_options certificate{};
    int max_tls_version = 0; ///< TLS1_VERSION ... as OpenSSL numbers them; 0: the newest
    bool ask_for_client_certificate = false;
    bool session_tickets = true;
    int receive_buffer = 0; ///< SO_RCVBUF of accepted sockets; 0: the system's
    std::string address{"127.0.0.1"};
    std::uint16_t port = 0;
};

/// What a script acts on: one accepted connection. TLS starts with the first step that needs it. Every member
/// throws (a type of its own that ends the script) when the peer is gone or the server stops.
class link
{
public:
    struct state;
    explicit link(state& s) : state_(&s) {}

    /// Reads one request with its body.
    received_request expect_request();
    /// Reads a request's head and leaves the body on the wire.
    received_request expect_head();
    /// Reads `count` bytes of a body that `expect_head` left.
    void expect_bytes(std::uint64_t count);
    void handshake();
    void send(std::string_view text);
    /// Sends wire bytes, outside TLS.
    void send_raw(std::string_view bytes);
    /// Reads wire bytes, outside TLS; whatever comes first.
    std::string read_raw();
    /// From here on wire bytes go out `count` at a time with a pause after each portion; 0 ends that.
    void pace(std::size_t count, milliseconds pause);
    /// Resets the connection when `count` more wire bytes have gone out.
    void cut_wire_after(std::size_t count);
    void pause(milliseconds time);
    /// Waits until `done()`, which is asked every few milliseconds.
    void until(std::function<bool()> const& done);
    /// Reads and throws away until the peer ends the connection.
    void drain();
    /// Neither reads nor writes until the peer is gone for good or the server stops.
    void hold();
    void close_notify();
    /// Closes our direction of TCP and keeps reading nothing.
    void shutdown_send();
    /// FIN without close_notify; waits for the peer's end so that no RST follows.
    void fin();
    /// close(2) at once: an RST follows when bytes were left unread.
    void close_now();
    void rst();

private:
    state* state_;
};

using step = std::function<void(link&)>;
using script = std::vector<step>;

/// Names for the steps.
namespace steps
{
step expect_request();
step expect_head();
step expect_bytes(std::uint64_t count);
step handshake();
step send(std::string text);
/// `text` in portions of `portion` bytes, each in a write of its own, with `pause` after it.
step drip(std::string text, std::size_t portion, milliseconds pause);
step send_raw(std::string bytes);
step read_raw();
step pace(std::size_t count, milliseconds pause);
step cut_wire_after(std::size_t count);
step wait(milliseconds time);
step until(std::function<bool()> done);
step drain();
step hold();
step close_notify();
step shutdown_send();
step fin();
/// close_notify, then FIN: what a proper server does.
step close();
step close_now();
step rst();
/// The steps of `body` again and again until the connection ends.
step forever(script body);
/// `count` times the steps of `body`.
step repeat(int count, script body);
} // namespace steps

/// "HTTP/1.1 <status> ..." with Content-Length and the body. Extra header lines end with CR LF each.
std::string answer(int status, std::string_view body, std::string_view extra_headers = "");
/// The same with "Content-Type: application/json".
std::string json_answer(int status, std::string_view body, std::string_view extra_headers = "");

/// A server on loopback that does to each connection exactly what a script says, on threads of its own.
/// Connections take the scripts given to `next` in order, then the one given to `otherwise`; without any they
/// are accepted and closed.
///
/// Thread safety: all members.
class script_server
{
public:
    explicit script_server(server_options options = {});
    ~script_server();
    script_server(script_server const&) = delete;
    script_server& operator=(script_server const&) = delete;

    script_server& next(script s);
    script_server& otherwise(script s);

    [[nodiscard]] std::uint16_t port() const noexcept;
    /// "https://localhost:port" or "http://localhost:port".
    [[nodiscard]] std::string base_url(std::string_view host = "localhost") const;
    [[nodiscard]] std::string const& ca_pem() const noexcept;

    [[nodiscard]] std::vector<connection_record> connections() const;
    [[nodiscard]] std::size_t connection_count() const;
    /// Of all connections, in order of arrival.
    [[nodiscard]] std::vector<received_request> requests() const;
    [[nodiscard]] std::size_t request_count() const;
    /// Connections that have not ended.
    [[nodiscard]] std::size_t open_connections() const;
    /// Waits in real time until `done(connections)`; false when it does not come true within `limit`.
    bool wait_until(
        std::function<bool(std::vector<connection_record> const&)> const& done,
        milliseconds limit = std::chrono::seconds{5}) const;

    /// Refuses connections from now on (the port stays ours); `listen_again` ends that.
    void stop_listening();
    void listen_again();
    /// Ends everything. The ledger stays readable.
    void stop();

    struct implementation;

private:
    std::unique_ptr<implementation> impl_;
};

} // namespace support
