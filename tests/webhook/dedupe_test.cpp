#include <magic_hour/webhook/dedupe.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using magic_hour::webhook::dedupe;

TEST_CASE("W9: an event is new once")
{
    dedupe known;
    CHECK(known.insert("a:video.completed"));
    CHECK_FALSE(known.insert("a:video.completed"));
    CHECK(known.insert("a:video.started"));
    CHECK(known.insert("b:video.completed"));
    CHECK(known.size() == 3);
}

TEST_CASE("W9: an event that was forgotten on purpose is new again")
{
    dedupe known;
    CHECK(known.insert("a"));
    known.erase("a");
    known.erase("never seen");
    CHECK(known.size() == 0);
    CHECK(known.insert("a"));
}

TEST_CASE("W9: the memory is bounded and forgets what was seen longest ago")
{
    dedupe known{3};
    for (auto const* const key : {"a", "b", "c"})
        CHECK(known.insert(key));
    CHECK_FALSE(known.insert("a"));
    CHECK(known.insert("d"));
    CHECK(known.size() == 3);
    CHECK_FALSE(known.insert("a"));
    CHECK(known.insert("b"));
    for (int i = 0; i != 10000; ++i)
        CHECK(known.insert(std::to_string(i)));
    CHECK(known.size() == 3);
}

TEST_CASE("a memory without capacity calls every event new")
{
    dedupe known{0};
    CHECK(known.insert("a"));
    CHECK(known.insert("a"));
    CHECK(known.size() == 0);
}

TEST_CASE("W9: of many threads exactly one finds an event new")
{
    dedupe known;
    std::atomic<int> fresh = 0;
    std::vector<std::jthread> threads;
    for (int t = 0; t != 4; ++t)
        threads.emplace_back(
            [&]
            {
                for (int i = 0; i != 500; ++i)
                    fresh += known.insert(std::to_string(i)) ? 1 : 0;
            });
    threads.clear();
    CHECK(fresh == 500);
}
