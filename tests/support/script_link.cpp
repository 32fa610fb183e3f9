#include "script_link.hpp"

#include <openssl/err.h>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace support
{

namespace
{

constexpr std::size_t kept_body = 1 << 20;
constexpr std::size_t kept_raw = 64 * 1024;

std::string tls_reason()
{
    auto const code = ERR_peek_last_error();
    auto const* text = ERR_reason_error_string(code);
    ERR_clear_error();
    return text ? text : "closed";
}

} // namespace

void unique_fd::reset() noexcept
{
    if (fd_ >= 0)
        ::close(fd_);
    fd_ = -1;
}

std::size_t ledger::open()
{
    std::lock_guard const lock{mutex_};
    records_.emplace_back().opened = clock::now();
    return records_.size() - 1;
}

std::vector<connection_record> ledger::snapshot() const
{
    std::lock_guard const lock{mutex_};
    return records_;
}

link::state::state(unique_fd s, int stop, SSL_CTX* tls, ledger& all, std::size_t i)
    : socket(std::move(s)), stop_event(stop), records(&all), index(i)
{
    if (!tls)
        return;
    ssl.reset(SSL_new(tls));
    SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_accept_state(ssl.get());
}

void link::state::over(ending how)
{
    records->change(
        index,
        [&](connection_record& r)
        {
            if (r.ended == ending::open)
            {
                r.ended = how;
                r.closed = clock::now();
            }
        });
    throw link_over{how};
}

void link::state::wait_socket(waiting what)
{
    if (socket.get() < 0)
        over(ending::ours);
    std::array<pollfd, 2> both{};
    both[0] = {socket.get(), static_cast<short>(what == waiting::to_read ? POLLIN : POLLOUT), 0};
    both[1] = {stop_event, POLLIN, 0};
    ::poll(both.data(), both.size(), -1);
    if (both[1].revents != 0)
        over(ending::stopped);
}

void link::state::pause(milliseconds time)
{
    pollfd stop{stop_event, POLLIN, 0};
    if (::poll(&stop, 1, static_cast<int>(time.count())) > 0)
        over(ending::stopped);
}

/// Until the peer has ended the connection, without reading.
void link::state::hold()
{
    std::array<pollfd, 2> both{};
    both[0] = {socket.get(), POLLRDHUP, 0};
    both[1] = {stop_event, POLLIN, 0};
    ::poll(both.data(), both.size(), -1);
    if (both[1].revents != 0)
        over(ending::stopped);
    over((both[0].revents & (POLLERR | POLLHUP)) != 0 ? ending::reset : ending::fin);
}

std::string link::state::read_wire()
{
    std::array<char, 16384> buffer{};
    for (;;)
    {
        wait_socket(waiting::to_read);
        auto const n = ::recv(socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (n > 0)
            return std::string(buffer.data(), static_cast<std::size_t>(n));
        if (n == 0)
            over(ending::fin);
        if (errno != EAGAIN && errno != EINTR)
            over(ending::reset);
    }
}

void link::state::send_portion(std::string_view bytes)
{
    while (!bytes.empty())
    {
        wait_socket(waiting::to_write);
        auto const n = ::send(socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(n));
        else if (errno != EAGAIN && errno != EINTR)
            over(ending::reset);
    }
}

void link::state::write_wire(std::string_view bytes)
{
    while (!bytes.empty())
    {
        auto const count = std::min({bytes.size(), portion ? portion : bytes.size(), wire_left});
        send_portion(bytes.substr(0, count));
        bytes.remove_prefix(count);
        if (wire_left != SIZE_MAX && (wire_left -= count) == 0)
            abort();
        if (portion)
            pause(portion_pause);
    }
}

void link::state::flush_tls()
{
    char* data = nullptr;
    auto* out = SSL_get_wbio(ssl.get());
    auto const size = BIO_get_mem_data(out, &data);
    if (size <= 0)
        return;
    std::string const bytes(data, static_cast<std::size_t>(size));
    (void)BIO_reset(out);
    write_wire(bytes);
}

void link::state::feed_tls()
{
    flush_tls();
    auto const bytes = read_wire();
    BIO_write(SSL_get_rbio(ssl.get()), bytes.data(), static_cast<int>(bytes.size()));
}

void link::state::handshake()
{
    if (!ssl || handshaken)
        return;
    int result = 0;
    while ((result = SSL_accept(ssl.get())) != 1 && SSL_get_error(ssl.get(), result) == SSL_ERROR_WANT_READ)
        feed_tls();
    if (result != 1)
    {
        auto const reason = tls_reason();
        records->change(index, [&](connection_record& r) { r.tls_failure = reason; });
        flush_tls();
        over(ending::fin);
    }
    flush_tls();
    handshaken = true;
    auto const* name = SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name);
    records->change(
        index,
        [&](connection_record& r)
        {
            r.tls_established = true;
            r.server_name = name ? name : "";
            r.tls_version = SSL_get_version(ssl.get());
            r.resumed = SSL_session_reused(ssl.get()) == 1;
        });
}

void link::state::read_tls()
{
    std::array<char, 16384> buffer{};
    int n = 0;
    while ((n = SSL_read(ssl.get(), buffer.data(), static_cast<int>(buffer.size()))) <= 0)
    {
        auto const why = SSL_get_error(ssl.get(), n);
        if (why == SSL_ERROR_ZERO_RETURN)
            over(ending::close_notify);
        if (why != SSL_ERROR_WANT_READ)
            over(ending::reset);
        feed_tls();
    }
    pending.append(buffer.data(), static_cast<std::size_t>(n));
}

/// Appends what the peer sends next to `pending`.
void link::state::read_more()
{
    handshake();
    auto const before = pending.size();
    if (ssl)
        read_tls();
    else
        pending += read_wire();
    records->change(
        index,
        [&](connection_record& r)
        {
            auto const count = pending.size() - before;
            r.bytes += count;
            r.raw.append(pending, before, std::min(count, kept_raw - std::min(kept_raw, r.raw.size())));
        });
}

void link::state::write(std::string_view text)
{
    handshake();
    if (!ssl)
        return write_wire(text);
    while (!text.empty())
    {
        auto const count = std::min<std::size_t>(text.size(), 16384);
        if (SSL_write(ssl.get(), text.data(), static_cast<int>(count)) <= 0)
            over(ending::reset);
        text.remove_prefix(count);
        flush_tls();
    }
}

void link::state::close_notify()
{
    if (!ssl || !handshaken)
        return;
    SSL_shutdown(ssl.get());
    flush_tls();
}

void link::state::drain()
{
    try
    {
        for (;;)
        {
            pending.clear();
            read_more();
        }
    }
    catch (link_over const& end)
    {
        if (end.how == ending::stopped)
            throw;
    }
}

/// Reads wire bytes until the peer's end, so that closing does not turn into a reset.
void link::state::wait_for_peer(milliseconds limit)
{
    std::array<char, 16384> buffer{};
    auto const until = clock::now() + limit;
    for (;;)
    {
        auto const left = std::chrono::duration_cast<milliseconds>(until - clock::now());
        std::array<pollfd, 2> both{};
        both[0] = {socket.get(), POLLIN, 0};
        both[1] = {stop_event, POLLIN, 0};
        if (left.count() <= 0 || ::poll(both.data(), both.size(), static_cast<int>(left.count())) <= 0)
            return;
        if (both[1].revents != 0 || ::recv(socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT) <= 0)
            return;
    }
}

void link::state::abort()
{
    linger const now{1, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    socket.reset();
    over(ending::ours);
}

void link::state::need(std::size_t count)
{
    while (pending.size() < count)
        read_more();
}

void link::state::note(received_request const& request)
{
    records->change(
        index,
        [&](connection_record& r)
        {
            r.requests.resize(std::max(r.requests.size(), request_index));
            r.requests[request_index - 1] = request;
        });
}

received_request link::state::read_head()
{
    received_request request{};
    request.connection = index;
    need(1);
    request.at = clock::now();
    ++request_index;
    std::size_t end = 0;
    try
    {
        while ((end = pending.find("\r\n\r\n")) == std::string::npos)
            need(pending.size() + 1);
    }
    catch (link_over const&)
    {
        request.head_text = pending;
        note(request);
        throw;
    }
    request.head_text = pending.substr(0, end + 4);
    pending.erase(0, end + 4);
    auto parsed = magic_hour::testing::parse_request_head(request.head_text);
    request.problem = parsed.problem;
    if (parsed.head)
        request.head = std::move(*parsed.head);
    note(request);
    return request;
}

void link::state::take_body(received_request& request, std::uint64_t count)
{
    while (count > 0)
    {
        need(1);
        auto const n = std::min<std::uint64_t>(count, pending.size());
        auto const keep = std::min<std::size_t>(n, kept_body - std::min(kept_body, request.body.size()));
        request.body.append(pending, 0, keep);
        request.body_size += n;
        pending.erase(0, n);
        count -= n;
    }
}

std::string link::state::read_line()
{
    std::size_t end = 0;
    while ((end = pending.find("\r\n")) == std::string::npos)
        need(pending.size() + 1);
    auto line = pending.substr(0, end);
    pending.erase(0, end + 2);
    return line;
}

void link::state::read_body(received_request& request)
{
    try
    {
        if (request.head.content_length)
            take_body(request, *request.head.content_length);
        while (request.head.chunked)
        {
            auto const size = std::stoull(read_line(), nullptr, 16);
            take_body(request, size);
            read_line();
            if (size == 0)
                break;
        }
    }
    catch (link_over const&)
    {
        note(request);
        throw;
    }
    request.complete = request.problem.empty();
    note(request);
}

} // namespace support
