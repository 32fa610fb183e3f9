// What a small HTTPS exchange costs: one after the other, and 64 in flight on one thread.

#include "harness.hpp"
#include "ours.hpp"
#include "reference_asio.hpp"
#include "reference_curl.hpp"
#include "reference_openssl.hpp"

#include <magic_hour/http/engine.hpp>

namespace
{

void show_cost(std::string_view id, std::vector<bench::contender> const& all, int exchanges)
{
    for (bench::contender const& c : all)
        bench::note(
            id, "CPU of an exchange, " + c.name, bench::middle(c, &bench::cost::cpu) / exchanges * 1e6, "us");
}

void sequential(bench::server_process const& server, bench::arguments const& arguments)
{
    int const count = arguments.quick ? 500 : 3000;
    bench::typed_gets ours{server, 1};
    bench::typed_gets ours_by_default{server, 1, false};
    bench::hand_written asio{server};
    bench::with_curl curl{server};
    bench::bare_openssl openssl{server};
    std::vector<bench::contender> all{
        {"ours", [&] { ours.run(1, count); }},
        {"Asio by hand", [&] { asio.run(1, count); }},
        {"libcurl easy", [&] { curl.sequential(count); }},
        {"bare OpenSSL", [&] { openssl.sequential(count); }},
        {"ours, each call on a strand", [&] { ours_by_default.run(1, count); }}};
    bench::compare(all, arguments.rounds(11));
    auto const cpu = &bench::cost::cpu;
    bench::row("P1", "typed GET in sequence, CPU, to Asio by hand", 1.05, bench::ratio(all[0], all[1], cpu));
    bench::row("P1", "typed GET in sequence, CPU, to libcurl easy", 0.90, bench::ratio(all[0], all[2], cpu));
    bench::note("P1", "typed GET in sequence, CPU, to bare OpenSSL", bench::ratio(all[0], all[3], cpu), "x");
    bench::note(
        "P1", "typed GET in sequence, each on a strand, CPU, to Asio by hand",
        bench::ratio(all[4], all[1], cpu), "x");
    show_cost("P1", all, count);
}

void in_flight(bench::server_process const& server, bench::arguments const& arguments)
{
    constexpr int parallel = 64;
    int const count = arguments.quick ? 30 : 150;
    bench::typed_gets ours{server, parallel};
    bench::hand_written asio{server};
    bench::with_curl curl{server};
    bench::bare_openssl openssl{server};
    std::vector<bench::contender> all{
        {"ours", [&] { ours.run(parallel, count); }},
        {"Asio by hand", [&] { asio.run(parallel, count); }},
        {"libcurl multi", [&] { curl.parallel(parallel, count); }},
        {"bare OpenSSL", [&] { openssl.parallel(parallel, count); }}};
    bench::compare(all, arguments.rounds(11));
    auto const cpu = &bench::cost::cpu;
    bench::row(
        "P2", "64 typed GETs in flight, CPU, to Asio by hand", 1.10, bench::ratio(all[0], all[1], cpu));
    bench::row(
        "P2", "64 typed GETs in flight, CPU, to libcurl multi", 0.50, bench::ratio(all[0], all[2], cpu));
    bench::note(
        "P2", "64 typed GETs in flight, CPU, to bare OpenSSL", bench::ratio(all[0], all[3], cpu), "x");
    show_cost("P2", all, parallel * count);
}

/// Nothing is held while somebody waits: a second thread makes exchanges no dearer.
void by_threads(bench::server_process const& server, bench::arguments const& arguments)
{
    constexpr int parallel = 64;
    int const count = arguments.quick ? 30 : 150;
    bench::shared_by_threads one{server, parallel};
    bench::shared_by_threads two{server, parallel};
    std::vector<bench::contender> all{
        {"one thread", [&] { one.run(1, parallel, count); }},
        {"two threads", [&] { two.run(2, parallel, count); }}};
    bench::compare(all, arguments.rounds(7));
    bench::note(
        "", "64 in flight on one client: CPU by two threads to one",
        bench::ratio(all[1], all[0], &bench::cost::cpu), "x");
    bench::note(
        "", "64 in flight on one client: throughput by two threads to one",
        bench::ratio(all[0], all[1], &bench::cost::wall), "x");
    show_cost("", all, parallel * count);
}

/// The wall time of each of many exchanges of one kind.
class timed_requests
{
public:
    timed_requests(bench::server_process const& server, bench::mh::http::method method)
    {
        bench::mh::http::engine_options options;
        options.tls.ca_pem = server.ca_pem();
        engine_ = std::make_shared<bench::mh::http::engine>(io_.get_executor(), options);
        request_.method = method;
        request_.target = *bench::mh::http::parse_url(server.url("/v1/anything"));
        if (method == bench::mh::http::method::post)
            request_.body = std::string(400, ' ');
        policy_.allow_loopback = true;
    }

    double median(int count)
    {
        std::vector<double> times;
        bench::mh::sync_wait(io_, exchanges(count, times));
        return bench::median(std::move(times));
    }

private:
    boost::asio::awaitable<void> exchanges(int count, std::vector<double>& times)
    {
        for (int i = 0; i < count; ++i)
        {
            auto const begin = std::chrono::steady_clock::now();
            auto const answer = co_await engine_->send(request_, policy_);
            times.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
            if (answer.value().head.status != 200)
                std::abort();
        }
    }

    boost::asio::io_context io_{1};
    std::shared_ptr<bench::mh::http::engine> engine_{};
    bench::mh::http::request request_{};
    bench::mh::http::address_policy policy_{};
};

void post_against_get(bench::server_process const& server, bench::arguments const& arguments)
{
    timed_requests post{server, bench::mh::http::method::post};
    timed_requests get{server, bench::mh::http::method::get};
    std::vector<double> ratios;
    for (int i = 0; i < arguments.rounds(7); ++i)
    {
        double const of_post = post.median(300);
        ratios.push_back(of_post / get.median(300));
    }
    bench::row("P13", "median time of a POST to that of a GET", 1.2, bench::median(ratios));
}

} // namespace

int main(int argc, char** argv)
{
    bench::arguments const arguments{argc, argv};
    bench::server_process const anywhere;
    by_threads(anywhere, arguments);
    bench::server_process const server{{"--processor", "1"}};
    bench::server_process const busy{bench::beside_us_and_awake()};
    bench::stay_on_processor(0);
    sequential(server, arguments);
    in_flight(busy, arguments);
    post_against_get(server, arguments);
}
