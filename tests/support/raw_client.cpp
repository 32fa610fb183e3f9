#include "raw_client.hpp"

#include <magic_hour/testing/request_head.hpp>

#include "script_link.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

namespace support
{

namespace
{

std::unique_ptr<SSL_CTX, ssl_free> trusting(std::string const& ca_pem)
{
    std::unique_ptr<SSL_CTX, ssl_free> context{SSL_CTX_new(TLS_client_method())};
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    auto* text = BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size()));
    auto* certificate = PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
    BIO_free(text);
    if (!certificate)
        throw std::runtime_error("the CA cannot be read");
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), certificate);
    X509_free(certificate);
    return context;
}

} // namespace

struct raw_client::state
{
    using until = clock::time_point;

    explicit state(std::uint16_t port) : socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error("connection refused");
    }

    void handshake(std::string const& ca_pem, std::string const& host, SSL_SESSION* offered = nullptr)
    {
        context = trusting(ca_pem);
        ssl.reset(SSL_new(context.get()));
        SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        SSL_set_connect_state(ssl.get());
        if (offered)
            SSL_set_session(ssl.get(), offered);
        SSL_set_tlsext_host_name(ssl.get(), host.c_str());
        SSL_set_hostflags(ssl.get(), X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
        SSL_set1_host(ssl.get(), host.c_str());
        auto const limit = clock::now() + std::chrono::seconds{10};
        int result = 0;
        while ((result = SSL_do_handshake(ssl.get())) != 1)
        {
            if (SSL_get_error(ssl.get(), result) != SSL_ERROR_WANT_READ || !flush(limit) || feed(limit))
                throw std::runtime_error(reason());
        }
        flush(limit);
    }

    std::string reason() const
    {
        ERR_clear_error();
        auto const verified = SSL_get_verify_result(ssl.get());
        return verified == X509_V_OK ? "the handshake failed" : X509_verify_cert_error_string(verified);
    }

    bool wait(short what, until limit) const
    {
        auto const left = std::chrono::duration_cast<milliseconds>(limit - clock::now()).count();
        pollfd one{socket.get(), what, 0};
        return left > 0 && ::poll(&one, 1, static_cast<int>(left)) > 0;
    }

    bool send_wire(std::string_view bytes, until limit)
    {
        while (!bytes.empty())
        {
            if (!wait(POLLOUT, limit))
                return false;
            auto const n = ::send(socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
            if (n < 0 && errno != EAGAIN)
                return false;
            bytes.remove_prefix(n < 0 ? 0 : static_cast<std::size_t>(n));
        }
        return true;
    }

    bool flush(until limit)
    {
        char* data = nullptr;
        auto const size = BIO_get_mem_data(SSL_get_wbio(ssl.get()), &data);
        if (size <= 0)
            return true;
        std::string const bytes(data, static_cast<std::size_t>(size));
        (void)BIO_reset(SSL_get_wbio(ssl.get()));
        return send_wire(bytes, limit);
    }

    bool send(std::string_view text, until limit)
    {
        if (!ssl)
            return send_wire(text, limit);
        while (!text.empty())
        {
            auto const part = text.substr(0, 16384);
            if (SSL_write(ssl.get(), part.data(), static_cast<int>(part.size())) <= 0 || !flush(limit))
                return false;
            text.remove_prefix(part.size());
        }
        return true;
    }

    /// Reads wire bytes: into the TLS engine, or into `pending` without one. Tells how the peer ended.
    std::optional<peer_end> feed(until limit)
    {
        std::array<char, 16384> buffer{};
        if (!wait(POLLIN, limit))
            return peer_end::timeout;
        auto const n = ::recv(socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (n == 0)
            return peer_end::fin;
        if (n < 0)
            return peer_end::reset;
        if (ssl)
            BIO_write(SSL_get_rbio(ssl.get()), buffer.data(), static_cast<int>(n));
        else
            pending.append(buffer.data(), static_cast<std::size_t>(n));
        return std::nullopt;
    }

    /// Appends to `pending`, or tells how the peer ended.
    std::optional<peer_end> read_more(until limit)
    {
        if (!ssl)
            return feed(limit);
        std::array<char, 16384> buffer{};
        int n = 0;
        while ((n = SSL_read(ssl.get(), buffer.data(), static_cast<int>(buffer.size()))) <= 0)
        {
            auto const why = SSL_get_error(ssl.get(), n);
            if (why == SSL_ERROR_ZERO_RETURN)
                return peer_end::close_notify;
            if (why != SSL_ERROR_WANT_READ)
                return peer_end::reset;
            if (auto const end = feed(limit))
                return end;
        }
        pending.append(buffer.data(), static_cast<std::size_t>(n));
        return std::nullopt;
    }

    unique_fd socket;
    std::unique_ptr<SSL_CTX, ssl_free> context{};
    std::unique_ptr<SSL, ssl_free> ssl{};
    std::string pending{};
};

raw_client::raw_client(std::uint16_t port) : state_(std::make_unique<state>(port)) {}

raw_client::raw_client(std::uint16_t port, std::string const& ca_pem, std::string const& host)
    : state_(std::make_unique<state>(port))
{
    state_->handshake(ca_pem, host);
}

raw_client::raw_client(std::uint16_t port, std::string const& ca_pem, raw_client& earlier)
    : state_(std::make_unique<state>(port))
{
    std::unique_ptr<SSL_SESSION, ssl_free> const session{SSL_get1_session(earlier.state_->ssl.get())};
    state_->handshake(ca_pem, "localhost", session.get());
}

raw_client::~raw_client() = default;
raw_client::raw_client(raw_client&&) noexcept = default;
raw_client& raw_client::operator=(raw_client&&) noexcept = default;

void raw_client::send(std::string_view text)
{
    if (!try_send(text, std::chrono::seconds{10}))
        throw std::runtime_error("the server does not read");
}

bool raw_client::try_send(std::string_view text, milliseconds limit)
{
    return state_->send(text, clock::now() + limit);
}

std::string raw_client::read(std::size_t count, milliseconds limit)
{
    auto const until = clock::now() + limit;
    while (state_->pending.size() < count && !state_->read_more(until))
        continue;
    auto text = state_->pending.substr(0, count);
    state_->pending.erase(0, count);
    return text;
}

read_result raw_client::read_all(milliseconds limit)
{
    auto const until = clock::now() + limit;
    read_result result{};
    for (;;)
    {
        if (auto const end = state_->read_more(until))
        {
            result.how = *end;
            result.text = std::exchange(state_->pending, {});
            return result;
        }
    }
}

raw_answer raw_client::call(
    std::string_view method, std::string_view target, std::string_view body, std::string_view extra)
{
    std::string text;
    text.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\n").append(extra);
    if (!body.empty() || method == "POST" || method == "PUT")
        text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
    text.append("\r\n").append(body);
    send(text);
    return read_answer(method != "HEAD");
}

raw_answer raw_client::read_answer(bool has_body)
{
    auto const until = clock::now() + std::chrono::seconds{10};
    std::size_t end = 0;
    while ((end = state_->pending.find("\r\n\r\n")) == std::string::npos)
        if (state_->read_more(until))
            throw std::runtime_error("the answer has no whole head");
    raw_answer result{};
    result.head = state_->pending.substr(0, end + 4);
    state_->pending.erase(0, end + 4);
    result.status = std::stoi(result.head.substr(9, 3));
    auto const length = result.header("Content-Length");
    if (has_body && !length.empty())
        result.body = read(std::stoull(length));
    return result;
}

std::string raw_answer::header(std::string_view name) const
{
    for (std::size_t at = head.find("\r\n"); at != std::string::npos && at + 2 < head.size();)
    {
        auto const next = head.find("\r\n", at + 2);
        std::string_view const line{head.data() + at + 2, next - at - 2};
        auto const colon = line.find(':');
        if (colon != std::string_view::npos &&
            magic_hour::testing::detail::same_text(line.substr(0, colon), name))
            return std::string{line.substr(line.find_first_not_of(" \t", colon + 1))};
        at = next;
    }
    return {};
}

void raw_client::close()
{
    state_->socket.reset();
}

void raw_client::reset()
{
    linger const now{1, 0};
    ::setsockopt(state_->socket.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    state_->socket.reset();
}

} // namespace support
