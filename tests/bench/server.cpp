// The other end of every benchmark: an HTTPS/1.1 server in a process of its own, one thread a connection, on
// bare OpenSSL, so that it costs the same whoever asks.
//
//   GET /bytes/N               N bytes
//   GET /...waiting            the details of a job that renders for ever
//   GET /anything              the details of a finished job, about 600 bytes of JSON
//   PUT /anything              reads the body, answers 200
//   POST /v1/files/upload-urls where a file can be put
//   POST /anything             a created job
//
// bench_server CA_FILE [--plain] [--no-tickets] [--processor N] [--awake]: without TLS, without a way to
// resume TLS sessions, on one processor only, without sleeping between the requests of a connection in use.
// Prints "PORT\n" on stdout and serves until stdin ends. The certificate authority goes to the file CA_FILE.

#include "harness.hpp"

#include <magic_hour/testing/certificates.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace
{

constexpr std::string_view project =
    R"({"id":"cm2xk1v9q0000abcd1234efgh","name":"Give me sunglasses - 2026-11-21","status":"complete",)"
    R"("image_count":1,"type":"AI_IMAGE_EDITOR","created_at":"2026-11-21T05:10:19.027Z","enabled":true,)"
    R"("total_frame_cost":50,"credits_charged":50,"downloads":[{"url":)"
    R"("https://videos.magichour.ai/cm2xk1v9q0000abcd1234efgh/output-0.png?X-Amz-Algorithm=AWS4-HMAC-SHA256&)"
    R"(X-Amz-Credential=AKIAEXAMPLE%2F20261121%2Fauto%2Fs3%2Faws4_request&X-Amz-Date=20261121T051619Z&)"
    R"(X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c",)"
    R"("expires_at":"2026-11-22T05:16:19.027Z"}],"error":null})";
constexpr std::string_view waiting_project =
    R"({"id":"cm2xk1v9q0000abc-waiting","name":"Give me sunglasses - 2026-11-21","status":"rendering",)"
    R"("image_count":1,"type":"AI_IMAGE_EDITOR","created_at":"2026-11-21T05:10:19.027Z","enabled":true,)"
    R"("total_frame_cost":50,"credits_charged":50,"downloads":[],"error":null})";
constexpr std::string_view created = R"({"id":"cm2xk1v9q0000abc-waiting","credits_charged":50})";

struct settings
{
    SSL_CTX* context = nullptr; ///< null: plain
    int port = 0;
    bool awake = false; ///< a connection in use does not sleep between its requests
};

struct connection
{
    settings const& server;
    int socket;
    SSL* ssl;
    std::vector<char> buffer = std::vector<char>(256 * 1024);
    std::string head{};

    int read_some(std::size_t most)
    {
        if (!ssl)
            return static_cast<int>(recv(socket, buffer.data(), most, 0));
        return SSL_read(ssl, buffer.data(), static_cast<int>(most));
    }

    bool read_head()
    {
        for (;;)
        {
            if (auto const end = head.find("\r\n\r\n"); end != std::string::npos)
                return true;
            int const n = read_some(buffer.size());
            if (n <= 0)
                return false;
            head.append(buffer.data(), static_cast<std::size_t>(n));
        }
    }

    bool write(std::string_view text)
    {
        if (!ssl)
            return send(socket, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
        return SSL_write(ssl, text.data(), static_cast<int>(text.size())) > 0;
    }

    bool answer(std::string_view body)
    {
        return write(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + std::string{body});
    }

    bool send_bytes(unsigned long long count)
    {
        if (!write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(count) + "\r\n\r\n"))
            return false;
        while (count > 0)
        {
            auto const part = std::min<unsigned long long>(count, buffer.size());
            if (!write({buffer.data(), static_cast<std::size_t>(part)}))
                return false;
            count -= part;
        }
        return true;
    }

    bool swallow(unsigned long long count)
    {
        while (count > 0)
        {
            int const n =
                read_some(static_cast<std::size_t>(std::min<unsigned long long>(count, buffer.size())));
            if (n <= 0)
                return false;
            count -= static_cast<unsigned long long>(n);
        }
        return true;
    }

    /// Until something has come, or for some milliseconds.
    void stay_awake() const
    {
        auto const until = std::chrono::steady_clock::now() + std::chrono::milliseconds{5};
        char byte = 0;
        while (recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
               std::chrono::steady_clock::now() < until)
            sched_yield();
    }

    bool exchange()
    {
        if (server.awake && head.empty())
            stay_awake();
        if (!read_head())
            return false;
        auto const end = head.find("\r\n\r\n") + 4;
        std::string const this_head = head.substr(0, end);
        head.erase(0, end);
        unsigned long long length = 0;
        if (auto const at = this_head.find("ontent-Length: "); at != std::string::npos)
            length = std::strtoull(this_head.c_str() + at + 15, nullptr, 10);
        auto const buffered = std::min<unsigned long long>(length, head.size());
        head.erase(0, static_cast<std::size_t>(buffered));
        if (this_head.find("100-continue") != std::string::npos && !write("HTTP/1.1 100 Continue\r\n\r\n"))
            return false;
        if (!swallow(length - buffered))
            return false;
        if (this_head.starts_with("GET /bytes/"))
            return send_bytes(std::strtoull(this_head.c_str() + 11, nullptr, 10));
        return answer(answer_to({this_head.data(), this_head.find(" HTTP/")}));
    }

    std::string answer_to(std::string_view request_line) const
    {
        if (request_line == "POST /v1/files/upload-urls")
            return R"({"items":[{"upload_url":"https://localhost:)" + std::to_string(server.port) +
                   R"(/put","expires_at":"2036-11-22T05:16:19.027Z","file_path":"api-assets/id/file.mp4"}]})";
        if (request_line.starts_with("POST"))
            return std::string{created};
        if (request_line.starts_with("PUT"))
            return {};
        return std::string{request_line.ends_with("waiting") ? waiting_project : project};
    }
};

void serve(int socket, settings const& server)
{
    int const on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    SSL* const ssl = server.context ? SSL_new(server.context) : nullptr;
    if (!ssl || (SSL_set_fd(ssl, socket) == 1 && SSL_accept(ssl) == 1))
    {
        auto const c = std::make_unique<connection>(connection{server, socket, ssl});
        while (c->exchange())
        {
        }
    }
    if (ssl)
        SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(ssl);
    close(socket);
}

SSL_CTX* make_context(char const* ca_file, bool tickets)
{
    magic_hour::testing::certificate_authority const authority;
    std::ofstream{ca_file} << authority.ca_pem();
    auto const issued = authority.issue();
    std::string const chain_file = std::string{ca_file} + ".chain";
    std::string const key_file = std::string{ca_file} + ".key";
    std::ofstream{chain_file} << issued.chain_pem;
    std::ofstream{key_file} << issued.key_pem;
    SSL_CTX* const context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate_chain_file(context, chain_file.c_str());
    SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_set_session_id_context(context, reinterpret_cast<unsigned char const*>("bench"), 5);
    if (!tickets)
        SSL_CTX_set_num_tickets(context, 0);
    return context;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2)
        return 2;
    std::vector<std::string_view> const flags(argv + 2, argv + argc);
    auto const has = [&](std::string_view flag)
    { return std::find(flags.begin(), flags.end(), flag) != flags.end(); };
    if (auto const flag = std::find(flags.begin(), flags.end(), "--processor"); flag != flags.end())
        bench::stay_on_processor(static_cast<unsigned>(std::atoi(std::next(flag)->data())));
    signal(SIGPIPE, SIG_IGN);
    settings server;
    server.awake = has("--awake");
    if (!has("--plain"))
        server.context = make_context(argv[1], !has("--no-tickets"));
    int const listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener, 1024) != 0 ||
        getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return 1;
    server.port = ntohs(address.sin_port);
    std::printf("%d\n", server.port);
    std::fflush(stdout);
    std::thread{[]
                {
                    std::array<char, 64> ignored{};
                    while (read(0, ignored.data(), ignored.size()) > 0)
                    {
                    }
                    _exit(0);
                }}
        .detach();
    for (;;)
    {
        int const accepted = accept(listener, nullptr, nullptr);
        if (accepted >= 0)
            std::thread{serve, accepted, std::cref(server)}.detach();
    }
}
