#include "own_network.hpp"

#include "support/isolation.hpp"
#include "support/temp_dir.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace faults
{

bool ip_command(std::string const& arguments)
{
    return std::system(("ip " + arguments + " 2>/dev/null").c_str()) == 0;
}

namespace
{

void replace_file(std::string const& path, std::string const& content)
{
    support::temp_dir const dir;
    auto const file = dir.write("content", content);
    REQUIRE(::mount(file.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) == 0);
}

} // namespace

bool in_own_network(std::function<void()> const& body)
{
    if (::geteuid() != 0)
    {
        MESSAGE("skipped: a network of its own needs root");
        return false;
    }
    bool up = false;
    auto const with_loopback = [&]
    {
        up = ip_command("link set lo up");
        if (up)
            body();
    };
    if (support::in_own_namespaces(CLONE_NEWNET | CLONE_NEWNS, with_loopback) && up)
        return true;
    MESSAGE("skipped: no network namespaces, or no `ip`, on this machine");
    return false;
}

void use_name_server(std::string const& resolv_conf)
{
    replace_file("/etc/resolv.conf", resolv_conf);
    replace_file("/etc/nsswitch.conf", "hosts: dns\n");
}

stub_dns::stub_dns(std::function<dns_answer(std::string const&, int)> answer)
    : answer_(std::move(answer)), socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(53);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0);
    thread_ = std::thread{[this] { serve(); }};
}

stub_dns::~stub_dns()
{
    stop_ = true;
    thread_.join();
    ::close(socket_);
}

int stub_dns::asked(std::string const& name) const
{
    std::lock_guard const lock{mutex_};
    auto const found = asked_.find(name);
    return found == asked_.end() ? 0 : found->second;
}

void stub_dns::serve()
{
    while (!stop_)
    {
        pollfd wait{socket_, POLLIN, 0};
        if (::poll(&wait, 1, 10) <= 0)
            continue;
        std::array<char, 1024> buffer{};
        sockaddr_in from{};
        socklen_t size = sizeof from;
        auto const n =
            ::recvfrom(socket_, buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
        if (n < 17)
            continue;
        std::string const reply = reply_to({buffer.data(), static_cast<std::size_t>(n)});
        if (!reply.empty())
            ::sendto(socket_, reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
    }
}

std::string stub_dns::reply_to(std::string_view question)
{
    constexpr std::size_t header = 12;
    std::string name;
    std::size_t at = header;
    while (at < question.size() && question[at] != '\0')
    {
        auto const length = static_cast<std::size_t>(question[at]);
        name += name.empty() ? "" : ".";
        name += question.substr(at + 1, length);
        at += length + 1;
    }
    std::size_t const end = at + 5; // the root label, type, class
    if (question.size() < end)
        return {};
    bool const for_v4 = question[at + 2] == 1;
    int before = 0;
    {
        std::lock_guard const lock{mutex_};
        int& count = asked_[name];
        before = count;
        count += for_v4 ? 1 : 0;
    }
    dns_answer const what = answer_(name, before);
    if (what.silent)
        return {};
    std::size_t const answers = for_v4 ? what.addresses.size() : 0;
    std::string reply{question.substr(0, end)};
    reply[2] = static_cast<char>(0x81);
    reply[3] = static_cast<char>(0x80 | what.rcode);
    reply.replace(4, 8, std::string{0, 1, 0, static_cast<char>(answers), 0, 0, 0, 0});
    for (std::size_t i = 0; i < answers; ++i)
    {
        in_addr address{};
        ::inet_pton(AF_INET, what.addresses[i].c_str(), &address);
        reply += std::string{static_cast<char>(0xC0), 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4};
        reply.append(reinterpret_cast<char const*>(&address), sizeof address);
    }
    return reply;
}

} // namespace faults
