#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace faults
{

/// Runs `body` on a thread that has a network of its own (loopback only) and its own view of the file system.
/// False, with a message, when this process may not do that.
bool in_own_network(std::function<void()> const& body);

/// `ip <arguments>`, which must succeed.
bool ip_command(std::string const& arguments);

/// In such a thread: what /etc/resolv.conf says. Names come from DNS only.
void use_name_server(std::string const& resolv_conf);

/// What a name server says to one question.
struct dns_answer
{
    int rcode = 0;                        ///< 2: SERVFAIL, 3: NXDOMAIN
    std::vector<std::string> addresses{}; ///< IPv4
    bool silent = false;
};

/// A name server on 127.0.0.1:53 for the network of the thread that makes it.
class stub_dns
{
public:
    /// `answer(name, how many questions for its IPv4 address came before)`.
    explicit stub_dns(std::function<dns_answer(std::string const&, int)> answer);
    ~stub_dns();
    stub_dns(stub_dns const&) = delete;
    stub_dns& operator=(stub_dns const&) = delete;

    [[nodiscard]] int asked(std::string const& name) const;

private:
    void serve();
    [[nodiscard]] std::string reply_to(std::string_view question);

    std::function<dns_answer(std::string const&, int)> answer_;
    int socket_;
    std::atomic<bool> stop_ = false;
    mutable std::mutex mutex_{};
    std::map<std::string, int> asked_{};
    std::thread thread_{};
};

} // namespace faults
