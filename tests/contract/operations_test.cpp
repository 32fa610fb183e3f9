#include <magic_hour/model/timestamp.hpp>
#include <magic_hour/v1/schema.hpp>
#include <magic_hour/webhook/event.hpp>

#include <boost/json/serialize.hpp>

#include <doctest/doctest.h>

#include <set>

namespace mh = magic_hour;

namespace
{

boost::json::array operations()
{
    return mh::describe_api()["operations"].as_array();
}

std::string text(boost::json::object const& operation, std::string_view member)
{
    return std::string{operation.at(member).as_string()};
}

} // namespace

TEST_CASE("there are 40 operations, each with its own method and path and its own name")
{
    std::set<std::string> places;
    std::set<std::string> names;
    for (auto const& entry : operations())
    {
        auto const& op = entry.as_object();
        places.insert(text(op, "method") + " " + text(op, "path"));
        names.insert(text(op, "resource"));
    }
    CHECK(places.size() == 40);
    CHECK(names.size() == 40);
    CHECK(places.contains("DELETE /v1/audio-projects/{id}"));
    CHECK(places.contains("POST /v1/files/upload-urls"));
    CHECK(names.contains("files.upload_urls.create"));
    CHECK(names.contains("video_projects.delete"));
    CHECK(names.contains("account.list"));
}

TEST_CASE("29 operations cost money, and those are the ones that make a file")
{
    int billable = 0;
    int jobs = 0;
    for (auto const& entry : operations())
    {
        auto const& op = entry.as_object();
        bool const costs = op.at("billable").as_bool();
        bool const starts = text(op, "method") == "POST" && !op.at("kind").is_null();
        billable += costs;
        jobs += starts;
        if (costs)
            CHECK_MESSAGE(starts, text(op, "resource"));
        else
            CHECK_MESSAGE((!starts || text(op, "kind") == "face_detection"), text(op, "resource"));
    }
    CHECK(billable == 29);
    CHECK(jobs == 30);
}

TEST_CASE("every billable create takes a name, which finds a job whose answer was lost")
{
    for (auto const& entry : operations())
    {
        auto const& op = entry.as_object();
        if (!op.at("billable").as_bool())
            continue;
        auto const& request = op.at("request").as_object();
        CHECK_MESSAGE(request.at("properties").as_object().contains("name"), text(op, "resource"));
    }
}

TEST_CASE("an answer is refused for its id at most")
{
    for (auto const& entry : operations())
    {
        auto const* const response = entry.as_object().if_contains("response");
        if (!response)
            continue;
        if (auto const* const required = response->as_object().if_contains("required"))
            CHECK(boost::json::serialize(*required) == R"(["id"])");
    }
}

TEST_CASE("only the withdrawn operation is deprecated")
{
    for (auto const& entry : operations())
    {
        auto const& op = entry.as_object();
        CHECK(op.at("deprecated").as_bool() == (text(op, "resource") == "ai_photo_editor.create"));
    }
}

TEST_CASE("the schema of long lists has all names")
{
    for (auto const& entry : operations())
    {
        auto const& op = entry.as_object();
        auto const style = [&] { return op.at("request").at("properties").at("style").at("properties"); };
        if (text(op, "resource") == "ai_meme_generator.create")
            CHECK(style().at("template").at("enum").as_array().size() == 101);
        if (text(op, "resource") == "ai_voice_generator.create")
            CHECK(style().at("voice_name").at("enum").as_array().size() == 1266);
    }
}

TEST_CASE("the nine events are described with the details as payload")
{
    auto const api = mh::describe_api(mh::describe_events<mh::webhook::event::alternatives>());
    auto const& events = api.at("events").as_array();
    REQUIRE(events.size() == 9);
    std::set<std::string> types;
    for (auto const& event : events)
    {
        types.insert(text(event.as_object(), "type"));
        CHECK(event.at("payload").at("properties").as_object().contains("downloads"));
    }
    CHECK(types.contains("video.completed"));
    CHECK(types.size() == 9);
}

TEST_CASE("what is expected of a job's time comes from its tool or else from its kind")
{
    CHECK(mh::expected_time(mh::lip_sync::create) == std::chrono::seconds{229});
    CHECK(mh::expected_time(mh::photo_colorizer::create) == mh::usual_time(mh::kind::image));
    CHECK(mh::expected_time(mh::ai_video_translator::create) == mh::usual_time(mh::kind::video));
    CHECK(mh::expected_time(mh::image_projects::get) == std::chrono::seconds{0});
}

TEST_CASE("moments are read as the API writes them")
{
    using namespace std::chrono;
    sys_time<milliseconds> const expected =
        sys_days{2026y / October / 1} + hours{5} + minutes{10} + seconds{19} + milliseconds{27};
    CHECK(mh::parse_timestamp("2026-10-01T05:10:19.027Z") == expected);
    CHECK(mh::parse_timestamp("2026-10-01T05:10:19.0271234Z") == expected);
    CHECK(mh::parse_timestamp("2026-10-01T05:10:19Z") == expected - milliseconds{27});
    CHECK(mh::parse_timestamp("2026-10-01T07:10:19.027+02:00") == expected);
    CHECK(mh::parse_timestamp("2026-09-30T23:40:19.027-0530") == expected);
}

TEST_CASE("what is no moment is not read as one")
{
    for (auto const* const odd :
         {"", "2026", "2026-10-01", "2026-10-01 05:10:19Z", "2026-13-01T05:10:19Z", "2026-02-30T05:10:19Z",
          "2026-10-01T24:10:19Z", "2026-10-01T05:60:19Z", "2026-10-01T05:10:19", "2026-10-01T05:10:19.Z",
          "2026-10-01T05:10:19Z ", "2026-10-01T05:10:19+25:00", "1760000000", "-026-10-01T05:10:19Z"})
        CHECK_MESSAGE(!mh::parse_timestamp(odd).has_value(), odd);
}
