#include "sample.hpp"

#include <magic_hour/json/decode.hpp>

#include <doctest/doctest.h>

#include <pthread.h>

#include <string>

namespace
{

struct task
{
    std::string text;
    bool refused = false;
};

void* decode_it(void* data)
{
    auto& t = *static_cast<task*>(data);
    t.refused = magic_hour::json::decode<sample::video_project>(t.text).has_error();
    return nullptr;
}

} // namespace

TEST_CASE("J2: hostile nesting needs no more than 256 KiB of stack")
{
    task t{R"({"id":"a","x":)" + std::string(1'000'000, '['), false};
    pthread_attr_t attributes;
    REQUIRE(pthread_attr_init(&attributes) == 0);
    REQUIRE(pthread_attr_setstacksize(&attributes, 256 * 1024) == 0);
    pthread_t thread{};
    REQUIRE(pthread_create(&thread, &attributes, &decode_it, &t) == 0);
    REQUIRE(pthread_join(thread, nullptr) == 0);
    pthread_attr_destroy(&attributes);
    CHECK(t.refused);
}
