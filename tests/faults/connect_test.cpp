#include "bench.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <sys/socket.h>
#include <unistd.h>

using namespace faults;

namespace
{

using endpoint = asio::ip::tcp::endpoint;

/// An address on which SYNs vanish: its queue of connections is full and nobody takes any.
class black_hole
{
public:
    black_hole(char const* address, std::uint16_t port)
        : black_hole(endpoint{asio::ip::make_address(address), port})
    {
    }
    explicit black_hole(endpoint where) : listener_(make_socket(where))
    {
        int const yes = 1;
        ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        open_ = ::bind(listener_, where.data(), static_cast<socklen_t>(where.size())) == 0 &&
                ::listen(listener_, 0) == 0;
        for (int i = 0; open_ && i < 4; ++i)
        {
            waiting_.push_back(make_socket(where));
            (void)!::connect(waiting_.back(), where.data(), static_cast<socklen_t>(where.size()));
        }
    }
    ~black_hole()
    {
        for (int const each : waiting_)
            ::close(each);
        ::close(listener_);
    }
    black_hole(black_hole const&) = delete;
    black_hole& operator=(black_hole const&) = delete;

    [[nodiscard]] bool is_open() const noexcept { return open_; }

private:
    static int make_socket(endpoint const& where)
    {
        return ::socket(where.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    }

    int listener_;
    bool open_ = false;
    std::vector<int> waiting_{};
};

} // namespace

TEST_CASE("C1: a refused connection is tried three times with pauses, then the create is unsent")
{
    bench f;
    f.options.retry.max_attempts = 3;
    f.server.stop_listening();
    auto const begin = f.clock->now();
    auto const outcome = f.create();
    f.must_be_unsent(outcome, mh::errc::connect);
    CHECK(outcome.error()->system == boost::system::errc::connection_refused);
    CHECK(outcome.error()->attempts == 3);
    CHECK(outcome.error()->phase == mh::phase::connect);
    auto const pauses = f.log->of("retry");
    REQUIRE(pauses.size() == 2);
    // Half of 500 ms and half of 1 s: the test's random number is 0.5.
    CHECK(pauses[0].delay == std::chrono::milliseconds{250});
    CHECK(pauses[1].delay == std::chrono::milliseconds{500});
    CHECK(f.clock->now() - begin == std::chrono::milliseconds{750});
}

TEST_CASE("C1: a server that comes back between two attempts gets the create once")
{
    bench f;
    f.server.otherwise(always(json_answer(200, created)));
    f.server.stop_listening();
    mh::ai_image_generator::request const request = fixture::picture();
    auto const running = support::start(
        f.io, mh::resource<mh::ai_image_generator>{f.session()}.create(request, mh::as_result));
    while (f.clock->armed_pauses() == 0)
        support::settle(f.io, std::chrono::milliseconds{1});
    f.server.listen_again();
    REQUIRE(support::run_virtual_until(f.io, *f.clock, [&] { return running->done; }));
    CHECK(ok(*running->value));
    CHECK(f.server.request_count() == 1);
}

TEST_CASE("C2: an address that swallows everything is left for the next one after two seconds")
{
    for (char const* const dead : {"127.0.0.2", "::1"})
    {
        CAPTURE(dead);
        bench f;
        black_hole const hole{dead, f.server.port()};
        if (!hole.is_open())
        {
            MESSAGE("skipped: no IPv6 on this machine");
            continue;
        }
        f.let_names_lead([dead](int, std::string const&) { return leads_to({dead, "127.0.0.1"}); });
        f.server.otherwise(always(json_answer(200, created)));
        auto const begin = f.clock->now();
        mh::ai_image_generator::request const request = fixture::picture();
        auto const outcome = f.run(
            mh::resource<mh::ai_image_generator>{f.session()}.create(request, mh::as_result), through_limits);
        REQUIRE(ok(outcome));
        CHECK(f.clock->now() - begin == std::chrono::seconds{2});
        CHECK(f.server.request_count() == 1);
        CHECK(f.log->of("retry").empty());
    }
}

TEST_CASE("C2: when all addresses swallow everything, a create times out unsent at the connect limit")
{
    bench f;
    f.options.retry.max_attempts = 1;
    black_hole const first{"127.0.0.2", f.server.port()};
    black_hole const second{"127.0.0.3", f.server.port()};
    f.let_names_lead([](int, std::string const&) { return leads_to({"127.0.0.2", "127.0.0.3"}); });
    auto const begin = f.clock->now();
    mh::ai_image_generator::request const request = fixture::picture();
    auto const outcome = f.run(
        mh::resource<mh::ai_image_generator>{f.session()}.create(request, mh::as_result), through_limits);
    f.must_be_unsent(outcome, mh::errc::timeout);
    CHECK(outcome.error()->phase == mh::phase::connect);
    CHECK(f.clock->now() - begin == std::chrono::seconds{10});
}

TEST_CASE("C2: the deadline of a call ends a connect that nobody answers")
{
    bench f;
    black_hole const hole{"127.0.0.2", f.server.port()};
    f.let_names_lead([](int, std::string const&) { return leads_to({"127.0.0.2"}); });
    mh::call_options how;
    how.timeout = std::chrono::seconds{3};
    auto const begin = f.clock->now();
    mh::ai_image_generator::request const request = fixture::picture();
    auto const outcome = f.run(
        mh::resource<mh::ai_image_generator>{f.session()}.create(request, mh::as_result, how),
        through_limits);
    f.must_be_unsent(outcome, mh::errc::timeout);
    CHECK(f.clock->now() - begin == std::chrono::seconds{3});
}

TEST_CASE("C7: 200 creates reach a server that drops idle connections after two seconds, every one once")
{
    bench f;
    std::chrono::seconds const patience{2};
    // Answers one request and hangs up two seconds later: just when the next one is made.
    auto const serve_one = [clock = f.clock, patience](support::link& l)
    {
        auto const request = l.expect_request();
        auto const idle_since = clock->now(); // before the client can go on
        l.send(json_answer(200, request.head.method == "POST" ? created : project));
        l.until([&] { return clock->now() >= idle_since + patience; });
    };
    f.server.otherwise({serve_one, steps::close()});
    mh::session const shared = f.session();
    mh::resource<mh::ai_image_generator> const images{shared};
    mh::resource<mh::image_projects> const projects{shared};
    mh::ai_image_generator::request const request = fixture::picture();
    int const creates = 200;
    std::size_t gets = 0;
    for (int i = 0; i < creates; ++i)
    {
        auto const outcome = f.run(images.create(request, mh::as_result));
        CHECK(ok(outcome));
        f.clock->advance(patience);
        if (i % 10 != 0)
            continue;
        CHECK(ok(f.run(projects.get("job-1", mh::as_result))));
        ++gets;
    }
    std::size_t posted = 0;
    std::size_t fetched = 0;
    for (auto const& each : f.server.requests())
        ++(each.head.method == "POST" ? posted : fetched);
    CHECK(posted == 200);
    CHECK(fetched >= gets);
    for (auto const& each : f.server.connections())
        for (std::size_t i = 1; i < each.requests.size(); ++i)
            CHECK(each.requests[i].head.method == "GET");
}

TEST_CASE("S11: a DELETE that finds nothing after a refused connection was not carried out before")
{
    bench f;
    f.server.otherwise(always(json_answer(404, R"({"message":"Not Found"})")));
    f.server.stop_listening();
    auto const running =
        support::start(f.io, mh::resource<mh::image_projects>{f.session()}.delete_("job-1", mh::as_result));
    while (f.clock->armed_pauses() == 0)
        support::settle(f.io, std::chrono::milliseconds{1});
    f.server.listen_again();
    REQUIRE(support::run_virtual_until(f.io, *f.clock, [&] { return running->done; }));
    CHECK(f.code_of(*running->value) == mh::errc::not_found);
    CHECK(running->value->error()->attempts == 2);
    CHECK(f.server.request_count() == 1);
}
