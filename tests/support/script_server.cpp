#include "script_server.hpp"
#include "script_link.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <deque>
#include <list>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace support
{

namespace
{

void check(bool good, char const* what)
{
    if (!good)
        throw std::system_error(errno, std::generic_category(), what);
}

struct bio_free
{
    void operator()(BIO* p) const noexcept { BIO_free(p); }
};

std::unique_ptr<BIO, bio_free> pem_reader(std::string const& text)
{
    return std::unique_ptr<BIO, bio_free>{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

void use_certificate(SSL_CTX* context, magic_hour::testing::certificate const& pair)
{
    auto const chain = pem_reader(pair.chain_pem);
    bool first = true;
    while (auto* next = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr))
    {
        auto const good =
            first ? SSL_CTX_use_certificate(context, next) : SSL_CTX_add1_chain_cert(context, next);
        X509_free(next);
        if (good != 1)
            throw std::runtime_error("the test certificate cannot be used");
        first = false;
    }
    ERR_clear_error();
    auto* key = PEM_read_bio_PrivateKey(pem_reader(pair.key_pem).get(), nullptr, nullptr, nullptr);
    auto const good = SSL_CTX_use_PrivateKey(context, key);
    EVP_PKEY_free(key);
    if (good != 1)
        throw std::runtime_error("the test key cannot be used");
}

std::unique_ptr<SSL_CTX, ssl_free>
make_context(server_options const& options, magic_hour::testing::certificate_authority const& authority)
{
    if (options.plain)
        return {};
    std::unique_ptr<SSL_CTX, ssl_free> context{SSL_CTX_new(TLS_server_method())};
    SSL_CTX_set_security_level(context.get(), 0); // bad servers must be possible
    SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), options.max_tls_version);
    unsigned char const id[] = "script_server";
    SSL_CTX_set_session_id_context(context.get(), id, sizeof id - 1);
    if (!options.session_tickets)
    {
        SSL_CTX_set_num_tickets(context.get(), 0);
        SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET);
        SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    }
    if (options.ask_for_client_certificate)
        SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
    use_certificate(context.get(), authority.issue(options.certificate));
    return context;
}

unique_fd bound_socket(server_options const& options, std::uint16_t port)
{
    sockaddr_in6 v6{};
    sockaddr_in v4{};
    bool const is_v6 = options.address.find(':') != std::string::npos;
    unique_fd made{::socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    check(made.get() >= 0, "socket");
    int const yes = 1;
    ::setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (options.receive_buffer > 0)
        ::setsockopt(
            made.get(), SOL_SOCKET, SO_RCVBUF, &options.receive_buffer, sizeof options.receive_buffer);
    v6.sin6_family = AF_INET6;
    v4.sin_family = AF_INET;
    v6.sin6_port = v4.sin_port = htons(port);
    check(
        ::inet_pton(
            is_v6 ? AF_INET6 : AF_INET, options.address.c_str(),
            is_v6 ? static_cast<void*>(&v6.sin6_addr) : &v4.sin_addr) == 1,
        "address");
    auto const* address = is_v6 ? reinterpret_cast<sockaddr*>(&v6) : reinterpret_cast<sockaddr*>(&v4);
    check(::bind(made.get(), address, is_v6 ? sizeof v6 : sizeof v4) == 0, "bind");
    return made;
}

std::uint16_t port_of(int fd)
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    check(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0, "getsockname");
    return ntohs(
        address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                      : reinterpret_cast<sockaddr_in&>(address).sin_port);
}

struct worker
{
    std::thread thread{};
    std::atomic<bool> done = false;
};

} // namespace

struct script_server::implementation
{
    explicit implementation(server_options o)
        : options(std::move(o)),
          context(make_context(options, authority)),
          stop_event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
          listener(bound_socket(options, options.port)),
          port(port_of(listener.get()))
    {
        check(::listen(listener.get(), 1024) == 0, "listen");
        acceptor = std::thread{[this] { accept_all(); }};
    }

    void accept_all()
    {
        pollfd stop{stop_event.get(), POLLIN, 0};
        while (::poll(&stop, 1, 0) == 0)
        {
            std::array<pollfd, 2> both{};
            {
                std::lock_guard const lock{mutex};
                both[0] = {listening ? listener.get() : -1, POLLIN, 0};
            }
            both[1] = {stop_event.get(), POLLIN, 0};
            ::poll(both.data(), both.size(), 20);
            accept_one();
        }
    }

    void accept_one()
    {
        std::lock_guard const lock{mutex};
        if (!listening)
            return;
        unique_fd socket{::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
        if (socket.get() < 0)
            return;
        int const yes = 1;
        ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        script todo = fallback;
        if (!scripts.empty())
        {
            todo = std::move(scripts.front());
            scripts.pop_front();
        }
        reap();
        auto& added = workers.emplace_back();
        auto const index = records.open();
        added.thread = std::thread{[this, &added, index, s = std::move(socket), t = std::move(todo)]() mutable
                                   {
                                       serve(std::move(s), index, t);
                                       added.done = true;
                                   }};
    }

    void serve(unique_fd socket, std::size_t index, script const& todo)
    {
        link::state state{std::move(socket), stop_event.get(), context.get(), records, index};
        link connection{state};
        try
        {
            for (auto const& each : todo)
                each(connection);
            records.change(index, [](connection_record& r) { r.script_done = true; });
            if (state.socket.get() >= 0)
                steps::close()(connection);
        }
        catch (link_over const& end)
        {
            if (end.how == ending::ours)
                records.change(index, [](connection_record& r) { r.script_done = true; });
        }
    }

    void reap()
    {
        for (auto each = workers.begin(); each != workers.end();)
        {
            if (!each->done)
            {
                ++each;
                continue;
            }
            each->thread.join();
            each = workers.erase(each);
        }
    }

    void stop()
    {
        std::uint64_t const one = 1;
        (void)!::write(stop_event.get(), &one, sizeof one);
        if (acceptor.joinable())
            acceptor.join();
        for (auto& each : workers)
            each.thread.join();
        workers.clear();
        std::lock_guard const lock{mutex};
        listening = false;
        listener.reset();
    }

    server_options options;
    magic_hour::testing::certificate_authority authority{};
    std::unique_ptr<SSL_CTX, ssl_free> context;
    unique_fd stop_event;
    mutable std::mutex mutex{};
    bool listening = true;
    unique_fd listener;
    std::uint16_t port;
    std::deque<script> scripts{};
    script fallback{steps::close_now()};
    ledger records{};
    std::list<worker> workers{};
    std::thread acceptor{};
};

script_server::script_server(server_options options)
    : impl_(std::make_unique<implementation>(std::move(options)))
{
}

script_server::~script_server()
{
    stop();
}

script_server& script_server::next(script s)
{
    std::lock_guard const lock{impl_->mutex};
    impl_->scripts.push_back(std::move(s));
    return *this;
}

script_server& script_server::otherwise(script s)
{
    std::lock_guard const lock{impl_->mutex};
    impl_->fallback = std::move(s);
    return *this;
}

std::uint16_t script_server::port() const noexcept
{
    return impl_->port;
}

std::string script_server::base_url(std::string_view host) const
{
    return (impl_->options.plain ? "http://" : "https://") + std::string{host} + ":" +
           std::to_string(impl_->port);
}

std::string const& script_server::ca_pem() const noexcept
{
    return impl_->authority.ca_pem();
}

std::vector<connection_record> script_server::connections() const
{
    return impl_->records.snapshot();
}

std::size_t script_server::connection_count() const
{
    return impl_->records.read([](auto const& all) { return all.size(); });
}

std::vector<received_request> script_server::requests() const
{
    std::vector<received_request> all;
    for (auto& connection : connections())
        for (auto& request : connection.requests)
            all.push_back(std::move(request));
    std::stable_sort(all.begin(), all.end(), [](auto const& a, auto const& b) { return a.at < b.at; });
    return all;
}

std::size_t script_server::request_count() const
{
    return impl_->records.read(
        [](auto const& all)
        {
            std::size_t count = 0;
            for (auto const& connection : all)
                count += connection.requests.size();
            return count;
        });
}

std::size_t script_server::open_connections() const
{
    return impl_->records.read(
        [](auto const& all)
        {
            return static_cast<std::size_t>(
                std::count_if(all.begin(), all.end(), [](auto const& c) { return c.ended == ending::open; }));
        });
}

bool script_server::wait_until(
    std::function<bool(std::vector<connection_record> const&)> const& done, milliseconds limit) const
{
    auto const until = clock::now() + limit;
    while (!done(connections()))
    {
        if (clock::now() > until)
            return false;
        std::this_thread::sleep_for(milliseconds{2});
    }
    return true;
}

void script_server::stop_listening()
{
    std::lock_guard const lock{impl_->mutex};
    impl_->listening = false;
    impl_->listener.reset();
    // The accepting thread may be inside poll(), which keeps the old socket alive for a moment.
    for (int attempt = 0;; ++attempt)
        try
        {
            impl_->listener = bound_socket(impl_->options, impl_->port);
            return;
        }
        catch (std::system_error const&)
        {
            if (attempt == 100)
                throw;
            std::this_thread::sleep_for(milliseconds{5});
        }
}

void script_server::listen_again()
{
    std::lock_guard const lock{impl_->mutex};
    check(::listen(impl_->listener.get(), 1024) == 0, "listen");
    impl_->listening = true;
}

void script_server::stop()
{
    impl_->stop();
}

} // namespace support
