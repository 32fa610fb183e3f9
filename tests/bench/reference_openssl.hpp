#pragma once

#include "server_process.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bench
{

inline void must(bool so)
{
    if (!so)
        std::abort();
}

/// The limit: OpenSSL on the descriptor, answers found by their Content-Length, nothing else.
class bare_openssl
{
public:
    explicit bare_openssl(server_process const& server) : bare_openssl(server.port(), server.ca_file()) {}
    bare_openssl(int port, std::string const& ca_file) : port_{port}
    {
        must(SSL_CTX_load_verify_file(context_.get(), ca_file.c_str()) == 1);
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
        SSL_CTX_set_app_data(context_.get(), this);
        SSL_CTX_sess_set_new_cb(context_.get(), &keep_session);
    }
    ~bare_openssl() { SSL_SESSION_free(session_); }
    bare_openssl(bare_openssl const&) = delete;
    bare_openssl& operator=(bare_openssl const&) = delete;

    /// `count` exchanges on one blocking connection, which stays open.
    void sequential(int count)
    {
        if (blocking_.empty())
            blocking_.push_back(connect());
        for (int i = 0; i < count; ++i)
            exchange(*blocking_.front());
    }

    /// `count` exchanges on each of `parallel` connections, by one epoll loop.
    void parallel(int parallel, int count)
    {
        while (polled_.size() < static_cast<std::size_t>(parallel))
            add_polled();
        for (auto& c : polled_)
        {
            c->left = count;
            send_request(*c);
        }
        std::array<epoll_event, 64> events{};
        for (int running = parallel; running > 0;)
        {
            int const ready = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
            for (int i = 0; i < ready; ++i)
                running -= serve(*static_cast<connection*>(events[static_cast<std::size_t>(i)].data.ptr));
        }
    }

    /// Connects, makes one exchange, closes; with `resume` a TLS session goes from one to the next.
    void connect_once(bool resume)
    {
        auto const c = connect(resume ? session_ : nullptr);
        exchange(*c);
        must(!resume || !session_used_ || SSL_session_reused(c->ssl) == 1);
        session_used_ = resume && session_ != nullptr;
    }

    void download(std::string const& target, std::string const& file)
    {
        auto const c = connect();
        SSL_set_read_ahead(c->ssl, 1);
        std::vector<char> buffer(256 * 1024);
        SSL_set_default_read_buffer_len(c->ssl, 128 * 1024);
        std::string const head = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        must(SSL_write(c->ssl, head.data(), static_cast<int>(head.size())) > 0);
        int const out = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        std::size_t filled = 0;
        read_head(*c, buffer, filled);
        auto const [head_end, length] = framing({buffer.data(), filled});
        unsigned long long left = length - (filled - head_end);
        must(write(out, buffer.data() + head_end, filled - head_end) >= 0);
        for (filled = 0; left > 0 || filled > 0;)
        {
            if (left > 0 && filled < buffer.size())
            {
                int const n =
                    SSL_read(c->ssl, buffer.data() + filled, static_cast<int>(buffer.size() - filled));
                must(n > 0);
                filled += static_cast<std::size_t>(n);
                left -= static_cast<unsigned long long>(n);
                continue;
            }
            must(write(out, buffer.data(), filled) == static_cast<ssize_t>(filled));
            filled = 0;
        }
        close(out);
    }

    void upload(std::string const& target, std::string const& file, long size)
    {
        auto const c = connect();
        BIO* const gather = BIO_new(BIO_f_buffer());
        BIO_set_write_buffer_size(gather, 136 * 1024);
        SSL_set0_wbio(c->ssl, BIO_push(gather, BIO_new_socket(c->socket, BIO_NOCLOSE)));
        std::string const head = "PUT " + target +
                                 " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(size) +
                                 "\r\n\r\n";
        must(SSL_write(c->ssl, head.data(), static_cast<int>(head.size())) > 0);
        int const in = open(file.c_str(), O_RDONLY);
        std::vector<char> buffer(256 * 1024);
        for (ssize_t n = 0; (n = read(in, buffer.data(), buffer.size())) > 0;)
            must(SSL_write(c->ssl, buffer.data(), static_cast<int>(n)) == n);
        close(in);
        BIO_flush(SSL_get_wbio(c->ssl));
        std::size_t filled = 0;
        read_head(*c, buffer, filled);
    }

private:
    struct connection
    {
        int socket = -1;
        SSL* ssl = nullptr;
        int left = 0;
        std::size_t filled = 0;
        std::vector<char> buffer = std::vector<char>(8 * 1024);

        connection() = default;
        connection(connection const&) = delete;
        connection& operator=(connection const&) = delete;
        ~connection()
        {
            SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
            SSL_free(ssl);
            close(socket);
        }
    };
    struct free_context
    {
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };
    struct found
    {
        std::size_t head_end;
        unsigned long long length;
    };
    static constexpr std::string_view request = "GET /v1/image-projects/cm2xk1v9q0000abcd1234efgh "
                                                "HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\n"
                                                "Authorization: Bearer key\r\n\r\n";

    static int keep_session(SSL* ssl, SSL_SESSION* session)
    {
        auto* const self = static_cast<bare_openssl*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
        SSL_SESSION_free(self->session_);
        self->session_ = session;
        return 1;
    }

    static found framing(std::string_view text)
    {
        auto const end = text.find("\r\n\r\n");
        if (end == std::string_view::npos)
            return {0, 0};
        auto const at = text.find("Content-Length: ");
        return {end + 4, std::strtoull(text.data() + at + 16, nullptr, 10)};
    }

    std::unique_ptr<connection> connect(SSL_SESSION* session = nullptr)
    {
        auto c = std::make_unique<connection>();
        c->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port_));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        must(::connect(c->socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        int const on = 1;
        setsockopt(c->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        c->ssl = SSL_new(context_.get());
        SSL_set_fd(c->ssl, c->socket);
        SSL_set_tlsext_host_name(c->ssl, "localhost");
        SSL_set1_host(c->ssl, "localhost");
        if (session)
            SSL_set_session(c->ssl, session);
        must(SSL_connect(c->ssl) == 1);
        return c;
    }

    static void send_request(connection& c)
    {
        must(SSL_write(c.ssl, request.data(), static_cast<int>(request.size())) > 0);
    }

    static bool has_answer(connection const& c)
    {
        auto const [head_end, length] = framing({c.buffer.data(), c.filled});
        return head_end != 0 && c.filled == head_end + length;
    }

    static void exchange(connection& c)
    {
        send_request(c);
        for (c.filled = 0; !has_answer(c);)
        {
            int const n =
                SSL_read(c.ssl, c.buffer.data() + c.filled, static_cast<int>(c.buffer.size() - c.filled));
            must(n > 0);
            c.filled += static_cast<std::size_t>(n);
        }
    }

    static void read_head(connection& c, std::vector<char>& buffer, std::size_t& filled)
    {
        while (framing({buffer.data(), filled}).head_end == 0)
        {
            int const n = SSL_read(c.ssl, buffer.data() + filled, static_cast<int>(buffer.size() - filled));
            must(n > 0);
            filled += static_cast<std::size_t>(n);
        }
    }

    void add_polled()
    {
        if (epoll_ < 0)
            epoll_ = epoll_create1(EPOLL_CLOEXEC);
        auto& c = polled_.emplace_back(connect());
        fcntl(c->socket, F_SETFL, O_NONBLOCK);
        epoll_event event{};
        event.events = EPOLLIN | EPOLLET;
        event.data.ptr = c.get();
        epoll_ctl(epoll_, EPOLL_CTL_ADD, c->socket, &event);
    }

    /// Takes what there is; 1 when the last exchange has ended.
    static int serve(connection& c)
    {
        for (;;)
        {
            int const n =
                SSL_read(c.ssl, c.buffer.data() + c.filled, static_cast<int>(c.buffer.size() - c.filled));
            if (n <= 0)
                return 0;
            c.filled += static_cast<std::size_t>(n);
            if (!has_answer(c))
                continue;
            c.filled = 0;
            if (--c.left == 0)
                return 1;
            send_request(c);
        }
    }

    std::unique_ptr<SSL_CTX, free_context> context_{SSL_CTX_new(TLS_client_method())};
    int port_;
    int epoll_ = -1;
    SSL_SESSION* session_ = nullptr;
    bool session_used_ = false;
    std::vector<std::unique_ptr<connection>> blocking_{};
    std::vector<std::unique_ptr<connection>> polled_{};
};

} // namespace bench
