#include <magic_hour/webhook/describe.hpp>

#include <doctest/doctest.h>

#include <array>
#include <set>
#include <string>
#include <string_view>

namespace webhook = magic_hour::webhook;

TEST_CASE("the nine events are described with their payloads")
{
    auto const events = webhook::describe_events();
    REQUIRE(events.size() == 9);
    std::set<std::string> types;
    for (auto const& e : events)
    {
        types.emplace(e.at("type").as_string());
        auto const& properties = e.at("payload").at("properties").as_object();
        CHECK(e.at("payload").at("type").as_string() == "object");
        for (auto const* const name :
             {"id", "status", "type", "created_at", "downloads", "error", "credits_charged"})
            CHECK(properties.contains(name));
        std::string_view const type{e.at("type").as_string()};
        CHECK(properties.contains("fps") == type.starts_with("video."));
        CHECK(properties.contains("image_count") == type.starts_with("image."));
    }
    for (auto const* const what : {"image", "video", "audio"})
        for (auto const* const stage : {"started", "completed", "errored"})
            CHECK(types.contains(std::string{what} + '.' + stage));
}
