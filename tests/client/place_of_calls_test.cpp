// Where a call runs: on a strand of its own, or right where it is awaited.

#include "fixture.hpp"
#include "support/sweep.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <map>

using namespace client_test;

namespace
{

using strand = asio::strand<asio::io_context::executor_type>;

/// Notes whether hooks are called on a given strand.
struct strand_witness : mh::http::observer
{
    explicit strand_witness(strand s) : watched{std::move(s)} {}
    void on_request(mh::http::attempt_event const&) override { note(); }
    void on_response(mh::http::attempt_event const&) override { note(); }
    void note() { ++(watched.running_in_this_thread() ? inside : outside); }

    strand watched;
    int inside = 0;
    int outside = 0;
};

asio::awaitable<bool> get_one(mh::session shared)
{
    mh::resource<mh::image_projects> const projects{shared};
    auto const got = co_await projects.get("job-1", mh::as_result);
    co_return got.has_value();
}

/// Where the hooks of a call run that is awaited on a strand or on the io_context itself.
std::pair<int, int> hooks_of_a_call(bool on_strand, bool single_threaded)
{
    fixture f;
    f.server.otherwise(always(json_answer(200, project)));
    strand const caller{f.io.get_executor()};
    auto const witness = std::make_shared<strand_witness>(caller);
    f.options.observer = witness;
    f.options.single_threaded = single_threaded;
    std::future<bool> done = on_strand ? asio::co_spawn(caller, get_one(f.session()), asio::use_future)
                                       : asio::co_spawn(f.io, get_one(f.session()), asio::use_future);
    f.io.run();
    CHECK(done.get());
    CHECK(f.server.request_count() == 1);
    return {witness->inside, witness->outside};
}

/// A client whose executor was promised to run one handler at a time, and what one sweep point left.
struct promised
{
    support::script_server server{};
    std::shared_ptr<support::manual_clock> clock = std::make_shared<support::manual_clock>();
    std::optional<mh::result<mh::created_image>> made{};
    std::string name{};
    int points = 0;

    asio::awaitable<void> create(asio::io_context& io)
    {
        mh::client_options options;
        options.api_key = key;
        options.base_url = server.base_url();
        options.tls.ca_pem = server.ca_pem();
        options.clock = clock;
        options.single_threaded = true;
        mh::session const shared{io, options};
        mh::resource<mh::ai_image_generator> const images{shared};
        mh::ai_image_generator::request request = fixture::picture();
        request.name = name;
        auto outcome = co_await images.create(request, mh::as_result);
        made.emplace(std::move(outcome));
    }

    [[nodiscard]] std::map<std::string, int> received()
    {
        std::map<std::string, int> out;
        for (auto const& request : server.requests())
        {
            auto const at = request.body.find("point-");
            ++out[request.body.substr(at, request.body.find('"', at) - at)];
        }
        return out;
    }
};

} // namespace

TEST_CASE("a call awaited on a strand runs on that strand, one awaited elsewhere on a strand of its own")
{
    CHECK(hooks_of_a_call(true, false) == std::pair{2, 0});
    CHECK(hooks_of_a_call(false, false) == std::pair{0, 2});
}

TEST_CASE("a client that was promised one thread needs fewer handlers for a call")
{
    auto const handlers = [](bool single_threaded)
    {
        fixture f;
        f.server.otherwise(always(json_answer(200, project)));
        f.options.single_threaded = single_threaded;
        auto const state = support::start(f.io, get_one(f.session()));
        std::size_t const ran = f.io.run();
        CHECK(state->get());
        CHECK(f.server.request_count() == 1);
        return ran;
    };
    // Some more when bytes come late: the fewest of some tries count.
    std::size_t with_strand = handlers(false);
    std::size_t without = handlers(true);
    for (int i = 0; i < 100 && without >= with_strand; ++i)
    {
        with_strand = std::min(with_strand, handlers(false));
        without = std::min(without, handlers(true));
    }
    CHECK(without < with_strand);
}

TEST_CASE("X1: without a strand, too, a create canceled at any point ends with what is known")
{
    promised b;
    b.server.otherwise({steps::forever(
        {steps::expect_request(), steps::wait(std::chrono::milliseconds{20}),
         steps::send(json_answer(200, created))})});
    support::fd_guard const descriptors;
    std::map<std::string, bool> may_exist; // by name, of those that ended with an error
    std::size_t unknown = 0;
    support::sweep_options options;
    options.clock = b.clock.get();
    auto const sweep = support::for_each_cancel_point(
        [&](asio::io_context& io)
        {
            b.made.reset();
            b.name = "point-" + std::to_string(++b.points);
            return b.create(io);
        },
        [&](support::swept const& outcome)
        {
            CAPTURE(outcome.point);
            if (!b.made)
            {
                CHECK(outcome.failure != nullptr);
                may_exist[b.name] = false;
                return;
            }
            if (b.made->has_value())
                return;
            mh::error const& e = b.made->error();
            bool const possible = e == mh::errc::outcome_unknown;
            CHECK((possible ? e->cause : e.code()) == mh::errc::canceled);
            CHECK(e->correlation_name == b.name);
            may_exist[b.name] = e->job_may_exist;
            unknown += possible ? 1 : 0;
        },
        options);
    CHECK(sweep.points > 3);
    CHECK(sweep.late == 0);
    CHECK(unknown > 0);
    CHECK(descriptors.back_to_baseline());
    for (auto const& [name, count] : b.received())
    {
        CAPTURE(name);
        CHECK(count == 1);
        CHECK((!may_exist.contains(name) || may_exist[name]));
    }
}

TEST_CASE("closing a client ends a call that runs where it is awaited")
{
    fixture f;
    f.server.otherwise({steps::expect_request(), steps::wait(std::chrono::seconds{60})});
    f.options.single_threaded = true;
    mh::session shared = f.session();
    auto const state =
        support::start(f.io, mh::resource<mh::image_projects>{shared}.get("job-1", mh::as_result));
    while (f.server.request_count() == 0)
        f.io.run_one_for(std::chrono::milliseconds{5});
    shared.close();
    REQUIRE(support::run_virtual_until(f.io, *f.clock, [&] { return state->done; }, {}));
    auto const outcome = state->get();
    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().code() == mh::errc::closed);
}
