#include "bench.hpp"

#include <algorithm>
#include <array>

using namespace faults;

namespace
{

/// The most connections that were open at the same time.
std::size_t most_at_once(std::vector<support::connection_record> const& all)
{
    std::size_t most = 0;
    for (auto const& each : all)
    {
        auto const open_then = std::count_if(
            all.begin(), all.end(),
            [&](auto const& other)
            {
                bool const ended_before = other.ended != support::ending::open && other.closed <= each.opened;
                return other.opened <= each.opened && !ended_before;
            });
        most = std::max(most, static_cast<std::size_t>(open_then));
    }
    return most;
}

std::string numbered(int i)
{
    return "job-" + std::to_string(i);
}

} // namespace

TEST_CASE("L2: a thousand GETs share sixteen connections")
{
    bench f;
    f.server.otherwise({steps::forever(
        {steps::expect_request(), steps::wait(std::chrono::milliseconds{5}),
         steps::send(json_answer(200, project))})});
    mh::session const shared = f.session();
    mh::resource<mh::image_projects> const projects{shared};
    int const operations = 1000;
    int good = 0;
    int ended = 0;
    for (int i = 0; i < operations; ++i)
        projects.get(
            "job-1",
            [&](mh::result<mh::image_project> const& got)
            {
                ++ended;
                good += got.has_value() ? 1 : 0;
            });
    CHECK(support::run_virtual_until(f.io, *f.clock, [&] { return ended == operations; }));
    CHECK(good == operations);
    CHECK(f.server.request_count() == operations);
    CHECK(f.server.connection_count() == 16);
    CHECK(most_at_once(f.server.connections()) == 16);
}

TEST_CASE("L2: a hundred creates, each on a connection of its own, are sixteen at a time")
{
    bench f;
    f.server.otherwise(
        {steps::expect_request(), steps::wait(std::chrono::milliseconds{5}),
         steps::send(json_answer(200, created)), steps::drain()});
    mh::session const shared = f.session();
    mh::ai_image_generator::request const request = fixture::picture();
    int const operations = 100;
    int good = 0;
    int ended = 0;
    for (int i = 0; i < operations; ++i)
        mh::resource<mh::ai_image_generator>{shared}.create(
            request,
            [&](mh::result<mh::created_image> const& got)
            {
                ++ended;
                good += got.has_value() ? 1 : 0;
            });
    CHECK(support::run_virtual_until(f.io, *f.clock, [&] { return ended == operations; }));
    CHECK(good == operations);
    CHECK(f.server.request_count() == operations);
    // The server notices the end of a connection a moment after the client opens the next one.
    CHECK(most_at_once(f.server.connections()) <= 16 + 16);
}

TEST_CASE("L2: who waits for a connection is served in the order of asking, creates and GETs alike")
{
    bench f;
    f.options.pool.max_connections = 1;
    f.server.otherwise(
        {steps::forever({[](support::link& l)
                         {
                             auto const request = l.expect_request();
                             l.send(json_answer(200, request.head.method == "POST" ? created : project));
                         }})});
    mh::session const shared = f.session();
    int const operations = 40;
    int ended = 0;
    auto const count = [&](auto const& got)
    {
        CHECK(got.has_value());
        ++ended;
    };
    for (int i = 0; i < operations; ++i)
    {
        if (i % 4 == 3)
        {
            mh::ai_image_generator::request request = fixture::picture();
            request.name = numbered(i);
            mh::resource<mh::ai_image_generator>{shared}.create(request, count);
        }
        else
            mh::resource<mh::image_projects>{shared}.get(numbered(i), count);
    }
    CHECK(support::run_virtual_until(f.io, *f.clock, [&] { return ended == operations; }));
    auto const seen = f.server.requests();
    REQUIRE(seen.size() == operations);
    for (int i = 0; i < operations; ++i)
    {
        auto const& request = seen[static_cast<std::size_t>(i)];
        bool const is_it = request.head.target.ends_with('/' + numbered(i)) ||
                           request.body.find('"' + numbered(i) + '"') != std::string::npos;
        CHECK(is_it);
    }
}

TEST_CASE("L2: waiting for a connection counts toward the deadline, and who gives up leaves the queue")
{
    bench f;
    f.options.pool.max_connections = 1;
    f.options.retry.max_attempts = 1;
    auto const go_on = std::make_shared<std::atomic<bool>>(false);
    f.server.otherwise({steps::forever(
        {steps::expect_request(), steps::until([go_on] { return go_on->load(); }),
         steps::send(json_answer(200, project))})});
    mh::session const shared = f.session();
    mh::resource<mh::image_projects> const projects{shared};
    auto const holder = support::start(f.io, projects.get(numbered(0), mh::as_result));
    while (f.server.request_count() == 0)
        support::settle(f.io, std::chrono::milliseconds{5});
    asio::cancellation_signal signal;
    mh::call_options how;
    how.timeout = std::chrono::seconds{1};
    auto const impatient = support::start(f.io, projects.get(numbered(1), mh::as_result, how));
    auto const canceled = support::start(f.io, projects.get(numbered(2), mh::as_result), signal.slot());
    auto const patient = support::start(f.io, projects.get(numbered(3), mh::as_result));
    support::settle(f.io, std::chrono::milliseconds{10});
    f.clock->advance(std::chrono::seconds{1});
    signal.emit(asio::cancellation_type::terminal);
    support::settle(f.io, std::chrono::milliseconds{20});
    REQUIRE(impatient->done);
    REQUIRE(canceled->done);
    CHECK(f.code_of(*impatient->value) == mh::errc::timeout);
    CHECK(f.code_of(*canceled->value) == mh::errc::canceled);
    *go_on = true;
    CHECK(support::run_virtual_until(f.io, *f.clock, [&] { return patient->done; }));
    CHECK(holder->done);
    CHECK(ok(*patient->value));
    CHECK(f.server.request_count() == 2);
    CHECK(f.server.connection_count() == 1);
}

namespace
{

/// Asks every five seconds, whatever the answer, as a program with many jobs would.
asio::awaitable<void> ask_again_and_again(
    mh::resource<mh::image_projects> projects, std::shared_ptr<support::manual_clock> clock,
    mh::http::time_point first, mh::http::time_point end)
{
    for (auto when = first; when < end; when += std::chrono::seconds{5})
    {
        co_await mh::http::sleep_until(*clock, when);
        auto const outcome = co_await projects.get("job-1", mh::as_result);
        (void)outcome;
    }
}

/// Notes in which second of the test each attempt was made.
class attempts_per_second : public mh::http::observer
{
public:
    explicit attempts_per_second(std::shared_ptr<support::manual_clock> clock) : clock_(std::move(clock)) {}
    void on_request(mh::http::attempt_event const&) override
    {
        auto const second = std::chrono::duration_cast<std::chrono::seconds>(clock_->elapsed()).count();
        ++counts[std::min<std::size_t>(static_cast<std::size_t>(second), counts.size() - 1)];
    }
    [[nodiscard]] int between(std::size_t first, std::size_t last) const
    {
        int sum = 0;
        for (std::size_t i = first; i < last; ++i)
            sum += counts[i];
        return sum;
    }
    std::array<int, 120> counts{};

private:
    std::shared_ptr<support::manual_clock> clock_;
};

} // namespace

TEST_CASE("L3: an outage drains the budget of retries, and its end brings no storm")
{
    // Plain HTTP: what counts is how often is asked.
    asio::io_context io{1};
    support::server_options plain;
    plain.plain = true;
    support::script_server server{plain};
    server.otherwise(always(json_answer(200, project)));
    auto const clock = std::make_shared<support::manual_clock>();
    auto const seen = std::make_shared<attempts_per_second>(clock);
    mh::client_options options;
    options.api_key = key;
    options.base_url = server.base_url();
    options.allow_plain_http = true;
    options.clock = clock;
    options.observer = seen;
    options.tls.ca_pem = server.ca_pem();
    mh::session const shared{io, options};

    int const pollers = 200;
    std::chrono::seconds const whole{100};
    int ended = 0;
    auto const begin = clock->now();
    for (int i = 0; i < pollers; ++i)
        asio::co_spawn(
            io,
            ask_again_and_again(
                mh::resource<mh::image_projects>{shared}, clock,
                begin + std::chrono::milliseconds{100} * (i % 50), begin + whole),
            [&](std::exception_ptr) { ++ended; });

    support::auto_advance_options how;
    how.quiet = std::chrono::milliseconds{0};
    auto const at = [&](int second)
    {
        return support::run_virtual_until(
            io, *clock, [&] { return clock->elapsed() >= std::chrono::seconds{second}; }, how);
    };
    REQUIRE(at(20));
    server.stop_listening();
    REQUIRE(at(80));
    server.listen_again();
    REQUIRE(support::run_virtual_until(
        io, *clock, [&] { return ended == pollers; }, how));

    int const normal = seen->between(0, 20);
    int const during = seen->between(20, 80);
    CHECK(normal >= 780);
    CHECK(during <= normal * 3 * 11 / 10);
    CHECK(during >= normal * 3 * 9 / 10);
    for (std::size_t second = 80; second < 100; ++second)
        CHECK(seen->counts[second] <= 2 * normal / 20);
    CHECK(server.request_count() >= static_cast<std::size_t>(normal) * 19 / 10);
}
