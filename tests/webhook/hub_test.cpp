#include "sample.hpp"
#include "support/manual_clock.hpp"

#include <magic_hour/webhook/event.hpp>
#include <magic_hour/webhook/hub.hpp>
#include <magic_hour/webhook/sign.hpp>
#include <magic_hour/webhook/verify.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>

#include <doctest/doctest.h>

#include <exception>
#include <memory>
#include <optional>
#include <string>

namespace asio = boost::asio;
namespace webhook = magic_hour::webhook;
using std::chrono::minutes;
using std::chrono::seconds;

namespace
{

webhook::verified_event delivered(std::string_view type, std::string_view payload)
{
    auto const d = webhook::make_delivery(type, payload, sample::signed_at, sample::secret());
    return webhook::verify(d.body, d.headers, sample::secret(), sample::signed_at).value();
}

/// A hub, a clock and an executor that runs only when told to.
struct bench
{
    bench()
    {
        webhook::hub_options options;
        options.clock = clock;
        options.keep = minutes{10};
        options.max_kept = 3;
        hub.emplace(std::move(options));
    }

    struct waiting
    {
        std::optional<bool> woken{};
        std::exception_ptr failure{};
        asio::cancellation_signal cancel{};
    };

    std::shared_ptr<waiting> wait(std::string id, magic_hour::http::duration limit = minutes{5})
    {
        auto out = std::make_shared<waiting>();
        auto done = [out](std::exception_ptr failure, bool woken)
        {
            out->failure = failure;
            if (!failure)
                out->woken = woken;
        };
        asio::co_spawn(
            context, hub->wait(std::move(id), *clock, clock->now() + limit),
            asio::bind_cancellation_slot(out->cancel.slot(), done));
        run();
        return out;
    }

    void run()
    {
        context.restart();
        context.poll();
    }

    void advance(magic_hour::http::duration by)
    {
        clock->advance(by);
        run();
    }

    std::shared_ptr<support::manual_clock> clock = std::make_shared<support::manual_clock>();
    asio::io_context context{1};
    std::optional<webhook::hub> hub{};
};

} // namespace

TEST_CASE("an event wakes the wait for its job and no other")
{
    bench b;
    auto const a = b.wait("a");
    auto const other = b.wait("b");
    CHECK(b.hub->waiting() == 2);
    CHECK(b.hub->notify(delivered("video.completed", R"({"id":"a"})")));
    b.run();
    CHECK(a->woken == true);
    CHECK_FALSE(other->woken.has_value());
    CHECK(b.hub->waiting() == 1);
    CHECK(b.hub->kept() == 0);
    CHECK(b.hub->notify(*delivered("video.errored", R"({"id":"b"})").parse()));
    b.run();
    CHECK(other->woken == true);
    CHECK(b.clock->armed() == 0);
}

TEST_CASE("a wait ends at its limit when no event comes")
{
    bench b;
    auto const a = b.wait("a", seconds{30});
    b.advance(seconds{29});
    CHECK_FALSE(a->woken.has_value());
    b.advance(seconds{1});
    CHECK(a->woken == false);
    CHECK(b.hub->waiting() == 0);
    CHECK(b.clock->armed() == 0);
}

TEST_CASE("a limit that has passed does not wait, but news is reported first")
{
    bench b;
    CHECK(b.wait("a", seconds{0})->woken == false);
    b.hub->wake("a");
    CHECK(b.wait("a", seconds{-1})->woken == true);
}

TEST_CASE("an event that comes before the wait is not lost and is reported once")
{
    bench b;
    CHECK(b.hub->notify(delivered("image.completed", R"({"id":"a"})")));
    CHECK(b.hub->kept() == 1);
    CHECK(b.wait("a")->woken == true);
    CHECK(b.hub->kept() == 0);
    CHECK_FALSE(b.wait("a")->woken.has_value());
}

TEST_CASE("take reports an early event without waiting")
{
    bench b;
    CHECK_FALSE(b.hub->take("a"));
    b.hub->wake("a");
    CHECK(b.hub->take("a"));
    CHECK_FALSE(b.hub->take("a"));
}

TEST_CASE("early events are kept for a while only")
{
    bench b;
    b.hub->wake("a");
    b.advance(minutes{5});
    b.hub->wake("b");
    b.advance(minutes{5} - seconds{1});
    CHECK(b.hub->kept() == 2);
    b.advance(seconds{1});
    CHECK(b.hub->kept() == 1);
    CHECK_FALSE(b.hub->take("a"));
    CHECK(b.hub->take("b"));
}

TEST_CASE("an event that is repeated is kept once and anew")
{
    bench b;
    b.hub->wake("a");
    b.advance(minutes{9});
    b.hub->wake("a");
    CHECK(b.hub->kept() == 1);
    b.advance(minutes{9});
    CHECK(b.hub->take("a"));
}

TEST_CASE("the number of early events is bounded, the oldest goes first")
{
    bench b;
    for (auto const* const id : {"a", "b", "c", "d"})
        b.hub->wake(id);
    CHECK(b.hub->kept() == 3);
    CHECK_FALSE(b.hub->take("a"));
    CHECK(b.hub->take("b"));
    for (int i = 0; i != 10000; ++i)
        b.hub->wake(std::to_string(i));
    CHECK(b.hub->kept() == 3);
}

TEST_CASE("W9: a start wakes nobody, an event of an unknown type does")
{
    bench b;
    auto const a = b.wait("a");
    CHECK(b.hub->notify(delivered("video.started", R"({"id":"a"})")));
    b.run();
    CHECK_FALSE(a->woken.has_value());
    CHECK(b.hub->kept() == 0);
    CHECK(b.hub->notify(delivered("video.archived", R"({"id":"a"})")));
    b.run();
    CHECK(a->woken == true);
}

TEST_CASE("W9: completed before started ends the wait once")
{
    bench b;
    CHECK(b.hub->notify(delivered("video.completed", R"({"id":"a"})")));
    CHECK(b.hub->notify(delivered("video.started", R"({"id":"a"})")));
    CHECK(b.wait("a")->woken == true);
    CHECK(b.hub->kept() == 0);
}

TEST_CASE("an event whose payload cannot be read still wakes its wait")
{
    bench b;
    auto const a = b.wait("a");
    CHECK(b.hub->notify(delivered("video.completed", R"({"id":"a","downloads":"?"})")));
    b.run();
    CHECK(a->woken == true);
}

TEST_CASE("a body without a job's id is not news")
{
    bench b;
    CHECK_FALSE(b.hub->notify(delivered("video.completed", "{}")));
    CHECK_FALSE(b.hub->notify(delivered("video.completed", "null")));
    auto const garbage = webhook::make_delivery("garbage", sample::signed_at, sample::secret());
    auto const verified = webhook::verify(garbage.body, garbage.headers, sample::secret(), sample::signed_at);
    CHECK_FALSE(b.hub->notify(verified.value()));
    CHECK(b.hub->kept() == 0);
}

TEST_CASE("all waits for one job are woken")
{
    bench b;
    auto const first = b.wait("a");
    auto const second = b.wait("a");
    b.hub->wake("a");
    b.run();
    CHECK(first->woken == true);
    CHECK(second->woken == true);
    CHECK(b.hub->kept() == 0);
}

TEST_CASE("a canceled wait ends with operation_aborted and leaves nothing behind")
{
    bench b;
    auto const a = b.wait("a");
    a->cancel.emit(asio::cancellation_type::terminal);
    b.run();
    REQUIRE(a->failure);
    CHECK_THROWS_AS(std::rethrow_exception(a->failure), boost::system::system_error);
    CHECK(b.hub->waiting() == 0);
    CHECK(b.clock->armed() == 0);
}

TEST_CASE("news that a canceled wait did not report is kept for the next")
{
    bench b;
    auto const a = b.wait("a");
    a->cancel.emit(asio::cancellation_type::terminal);
    b.hub->wake("a");
    b.run();
    REQUIRE(a->failure);
    CHECK(b.hub->kept() == 1);
    CHECK(b.wait("a")->woken == true);
}

TEST_CASE("a wait that outlives the hub ends at its limit")
{
    bench b;
    auto const a = b.wait("a", seconds{30});
    b.hub.reset();
    CHECK_FALSE(a->woken.has_value());
    b.advance(seconds{30});
    CHECK(a->woken == false);
}

TEST_CASE("a wait whose executor goes away is forgotten by the hub")
{
    webhook::hub hub;
    magic_hour::http::time_source clock;
    {
        asio::io_context context;
        asio::co_spawn(
            context, hub.wait("a", clock, clock.now() + minutes{1}), [](std::exception_ptr, bool) {});
        context.poll();
        CHECK(hub.waiting() == 1);
    }
    CHECK(hub.waiting() == 0);
    hub.wake("a");
    CHECK(hub.kept() == 1);
}
