#include <magic_hour/http/retry.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <vector>

namespace http = magic_hour::http;
using http::attempt_outcome;
using http::duration;
using http::next_attempt_after;
using http::retry_context;
using http::retry_options;
using magic_hour::errc;
using namespace std::chrono_literals;

namespace
{
retry_context a_get()
{
    retry_context c;
    c.now = http::time_point{} + 1h;
    return c;
}

retry_context a_create()
{
    retry_context c = a_get();
    c.method = http::method::post;
    c.billable = true;
    return c;
}

attempt_outcome answered(int status)
{
    attempt_outcome o;
    o.status = status;
    o.bytes_handed_to_tls = true;
    return o;
}

attempt_outcome broke(errc failure, bool sent = true)
{
    attempt_outcome o;
    o.failure = failure;
    o.bytes_handed_to_tls = sent;
    return o;
}
} // namespace

TEST_CASE("S3: a create that may have arrived is never sent again")
{
    for (int status : {400, 401, 402, 403, 404, 408, 409, 422, 425, 499, 500, 502, 503, 504, 520, 524})
    {
        CAPTURE(status);
        CHECK_FALSE(may_send_again(a_create(), answered(status)));
        CHECK_FALSE(next_attempt_after({}, a_create(), answered(status)));
    }
    for (errc failure : {errc::timeout, errc::connection, errc::protocol, errc::integrity, errc::connect})
        CHECK_FALSE(next_attempt_after({}, a_create(), broke(failure)));
    attempt_outcome stale = broke(errc::connection);
    stale.stale_connection = true;
    CHECK_FALSE(may_send_again(a_create(), stale));
    CHECK_FALSE(next_attempt_after({}, a_create(), stale));
    CHECK(http::costs_an_attempt(a_create(), stale));
}

TEST_CASE("S5: a create that was answered 429 is sent again, no sooner than the server asks")
{
    attempt_outcome o = answered(429);
    CHECK(next_attempt_after({}, a_create(), o));
    o.retry_after = 2s;
    for (double random : {0.0, 0.25, 0.5, 0.999999})
    {
        retry_context c = a_create();
        c.random = random;
        auto const pause = next_attempt_after({}, c, o);
        REQUIRE(pause);
        CHECK(*pause >= 2s);
        CHECK(*pause <= 2600ms);
    }
}

TEST_CASE("C1 C5 D3: a create of which nothing was sent is sent again, three attempts in all")
{
    for (errc failure : {errc::connect, errc::connection, errc::resolve, errc::timeout})
    {
        retry_context c = a_create();
        CHECK(next_attempt_after({}, c, broke(failure, false)));
        c.attempt = 2;
        CHECK(next_attempt_after({}, c, broke(failure, false)));
        c.attempt = 3;
        CHECK_FALSE(next_attempt_after({}, c, broke(failure, false)));
    }
}

TEST_CASE("D1 T1: what is the same the next time is not tried again")
{
    attempt_outcome no_such_name = broke(errc::resolve, false);
    no_such_name.permanent = true;
    CHECK_FALSE(next_attempt_after({}, a_get(), no_such_name));
    for (errc failure :
         {errc::tls, errc::policy, errc::invalid_argument, errc::limit, errc::decode, errc::closed,
          errc::canceled, errc::file, errc::out_of_memory, errc::internal_error})
        CHECK_FALSE(next_attempt_after({}, a_get(), broke(failure, false)));
}

TEST_CASE("what costs nothing is sent again after failures and passing statuses")
{
    for (int status : {408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
        CHECK_MESSAGE(next_attempt_after({}, a_get(), answered(status)), status);
    for (int status :
         {200, 204, 301, 307, 400, 401, 402, 403, 404, 405, 409, 410, 416, 422, 501, 505, 519, 525})
        CHECK_MESSAGE(!next_attempt_after({}, a_get(), answered(status)), status);
    for (errc failure : {errc::timeout, errc::connection, errc::protocol, errc::integrity})
        CHECK(next_attempt_after({}, a_get(), broke(failure)));
}

TEST_CASE("S2: a refusal whose body broke off is still a refusal, a success is not")
{
    attempt_outcome o = broke(errc::connection);
    o.status = 404;
    CHECK_FALSE(next_attempt_after({}, a_get(), o));
    o.status = 503;
    CHECK(next_attempt_after({}, a_get(), o));
    o.status = 200;
    CHECK(next_attempt_after({}, a_get(), o));
}

TEST_CASE("U5: a body that cannot be read again is sent again only when nothing of it went out")
{
    retry_context c = a_get();
    c.rewindable = false;
    CHECK_FALSE(next_attempt_after({}, c, broke(errc::connection)));
    CHECK_FALSE(next_attempt_after({}, c, answered(503)));
    CHECK(next_attempt_after({}, c, broke(errc::connect, false)));
}

TEST_CASE("C6: a dead pooled connection costs neither pause, attempt nor token")
{
    attempt_outcome stale = broke(errc::connection);
    stale.stale_connection = true;
    retry_context c = a_get();
    c.attempt = 3;
    CHECK(next_attempt_after({}, c, stale) == duration::zero());
    CHECK_FALSE(http::costs_an_attempt(c, stale));
    CHECK(http::retry_cost({}, c, stale) == 0);
    c.deadline = c.now;
    CHECK_FALSE(next_attempt_after({}, c, stale));
    CHECK(http::retry_cost({}, a_get(), broke(errc::connection)) == 5);
    CHECK(http::retry_cost({}, a_get(), broke(errc::timeout)) == 10);
}

TEST_CASE("pauses are jittered under a doubling ceiling and never too short to matter")
{
    auto const pause = [](int attempt, double random, retry_options options = {})
    {
        retry_context c = a_get();
        c.attempt = attempt;
        c.max_attempts = options.max_attempts = 1000;
        c.random = random;
        return next_attempt_after(options, c, answered(503)).value();
    };
    CHECK(pause(1, 0.999999) <= 500ms);
    CHECK(pause(1, 0.5) == 250ms);
    CHECK(pause(2, 0.5) == 500ms);
    CHECK(pause(3, 0.5) == 1000ms);
    CHECK(pause(100, 0.5) == 10s);
    CHECK(pause(999, 1.0) == 20s);
    for (double random : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), 1e-300})
        CHECK(pause(1, random) >= 100ms);
    CHECK(pause(1, std::numeric_limits<double>::infinity()) == 500ms);
    retry_options zero;
    zero.base_delay = duration::zero();
    zero.max_delay = duration::zero();
    CHECK(pause(5, 0.0, zero) >= 1ms);
    retry_options huge;
    huge.base_delay = huge.max_delay = duration::max();
    CHECK(pause(5, 0.5, huge) > 1h);
}

TEST_CASE("S5: a server that asks for more than the limit ends the operation")
{
    attempt_outcome o = answered(503);
    o.retry_after = 60s;
    CHECK(next_attempt_after({}, a_get(), o).value() >= 60s);
    o.retry_after = 60s + 1ms;
    CHECK_FALSE(next_attempt_after({}, a_get(), o));
    CHECK_FALSE(next_attempt_after(
        {}, a_create(),
        []
        {
            attempt_outcome late = answered(429);
            late.retry_after = 24h;
            return late;
        }()));
}

TEST_CASE("a Retry-After of nothing or one that cannot be read is no reason to hurry")
{
    retry_context c = a_get();
    c.random = 0.0;
    attempt_outcome now = answered(429);
    now.retry_after = duration::zero();
    CHECK(next_attempt_after({}, c, now).value() >= 100ms);
    attempt_outcome unusable = answered(429);
    unusable.retry_after_unusable = true;
    CHECK(next_attempt_after({}, c, unusable).value() >= 500ms);
}

TEST_CASE("the deadline beats every pause")
{
    retry_context c = a_get();
    c.random = 0.5;
    c.deadline = c.now + 250ms;
    CHECK_FALSE(next_attempt_after({}, c, answered(503)));
    c.deadline = c.now + 251ms;
    CHECK(next_attempt_after({}, c, answered(503)) == 250ms);
    attempt_outcome o = answered(429);
    o.retry_after = 2s;
    c.deadline = c.now + 2s;
    CHECK_FALSE(next_attempt_after({}, c, o));
    c.deadline = c.now - 1s;
    CHECK_FALSE(next_attempt_after({}, c, answered(503)));
}

TEST_CASE("the lower of the two attempt counts holds")
{
    retry_context c = a_get();
    c.max_attempts = 1;
    CHECK_FALSE(next_attempt_after({}, c, answered(503)));
    c.max_attempts = 10;
    c.attempt = 3;
    CHECK_FALSE(next_attempt_after({}, c, answered(503)));
    retry_options more;
    more.max_attempts = 10;
    CHECK(next_attempt_after(more, c, answered(503)));
}

TEST_CASE("S11: a repeated DELETE that finds nothing did its work before")
{
    CHECK(http::deletion_happened_before(http::method::delete_, true, 404));
    CHECK_FALSE(http::deletion_happened_before(http::method::delete_, false, 404));
    CHECK_FALSE(http::deletion_happened_before(http::method::get, true, 404));
    CHECK_FALSE(http::deletion_happened_before(http::method::delete_, true, 403));
}

TEST_CASE("S7: the budget runs dry and is filled up to its capacity only")
{
    http::retry_budget budget{12};
    CHECK(budget.try_spend(5));
    CHECK(budget.try_spend(5));
    CHECK_FALSE(budget.try_spend(5));
    CHECK(budget.tokens() == 2);
    CHECK(budget.try_spend(0));
    budget.refund(3);
    CHECK(budget.try_spend(5));
    budget.refund(std::numeric_limits<int>::max());
    CHECK(budget.tokens() == 12);
    budget.refund(-5);
    CHECK(budget.tokens() == 12);
    CHECK(budget.try_spend(-5));
    CHECK(budget.tokens() == 12);
}
