// What a new connection costs, with one exchange on it: with and without a TLS session to resume.

#include "harness.hpp"
#include "ours.hpp"
#include "reference_curl.hpp"
#include "reference_openssl.hpp"

#include <magic_hour/http/engine.hpp>

namespace
{

namespace mh = bench::mh;

/// Our engine with a fresh connection for every request.
class fresh_connections
{
public:
    explicit fresh_connections(bench::server_process const& server)
    {
        mh::http::engine_options options;
        options.tls.ca_pem = server.ca_pem();
        options.pool.max_connections = 1;
        engine_ = std::make_shared<mh::http::engine>(io_.get_executor(), options);
        request_.target = *mh::http::parse_url(server.url("/v1/anything"));
        request_.fresh_connection = true;
        policy_.allow_loopback = true;
    }

    void run(int count) { mh::sync_wait(io_, exchanges(count)); }
    [[nodiscard]] double resumed_percent() const { return 100.0 * resumed_ / made_; }

private:
    boost::asio::awaitable<void> exchanges(int count)
    {
        for (int i = 0; i < count; ++i)
        {
            auto const answer = co_await engine_->send(request_, policy_);
            resumed_ += answer.value().stats.resumed_session ? 1 : 0;
            ++made_;
        }
    }

    boost::asio::io_context io_{1};
    std::shared_ptr<mh::http::engine> engine_{};
    mh::http::request request_{};
    mh::http::address_policy policy_{};
    int resumed_ = 0;
    int made_ = 0;
};

template <class Work>
std::function<void()> repeat(int count, Work work)
{
    return [count, work]
    {
        for (int i = 0; i < count; ++i)
            work();
    };
}

} // namespace

int main(int argc, char** argv)
{
    bench::arguments const arguments{argc, argv};
    bench::server_process const server;
    bench::server_process const forgetful{{"--no-tickets"}};
    int const count = arguments.quick ? 100 : 400;

    fresh_connections ours{server};
    fresh_connections full{forgetful};
    bench::bare_openssl openssl{server};
    bench::with_curl curl{server};
    ours.run(1); // the very first has nothing to resume
    fresh_connections counted{server};
    counted.run(1 + count);

    std::vector<bench::contender> all{
        {"ours, resumed", [&] { ours.run(count); }},
        {"ours, full handshake", [&] { full.run(count); }},
        {"bare OpenSSL, resumed", repeat(count, [&] { openssl.connect_once(true); })},
        {"bare OpenSSL, full handshake", repeat(count, [&] { openssl.connect_once(false); })},
        {"libcurl, resumed", repeat(count, [&] { curl.connect_once(true); })},
        {"libcurl, full handshake", repeat(count, [&] { curl.connect_once(false); })}};
    bench::compare(all, arguments.rounds(7));

    auto const cpu = &bench::cost::cpu;
    auto const wall = &bench::cost::wall;
    double const missed = 100.0 - counted.resumed_percent() * (1 + count) / count;
    bench::row("P5", "reconnects after the first that resume nothing", 1.0, missed, "%");
    bench::row("P5", "resumed, CPU, to our full handshake", 0.55, bench::ratio(all[0], all[1], cpu));
    bench::row("P5", "resumed, CPU, to bare OpenSSL resumed", 1.25, bench::ratio(all[0], all[2], cpu));
    bench::note("P5", "resumed, wall, to our full handshake", bench::ratio(all[0], all[1], wall), "x");
    bench::note("P5", "resumed, wall, to bare OpenSSL resumed", bench::ratio(all[0], all[2], wall), "x");
    for (bench::contender const& c : all)
        bench::note("P5", "CPU of a connection, " + c.name, bench::middle(c, cpu) / count * 1e6, "us");
}
