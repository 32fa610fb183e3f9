#include "sample.hpp"

#include <magic_hour/webhook/event.hpp>
#include <magic_hour/webhook/sign.hpp>
#include <magic_hour/webhook/verify.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

namespace webhook = magic_hour::webhook;
using magic_hour::errc;
using magic_hour::kind;
using webhook::stage;

namespace
{

std::string envelope(std::string_view type, std::string_view payload)
{
    return R"({"type":")" + std::string{type} + R"(","payload":)" + std::string{payload} + "}";
}

magic_hour::result<webhook::event> parse(std::string const& body)
{
    auto const signature = webhook::sign(body, sample::timestamp, sample::secret());
    auto const verified =
        webhook::verify(body, signature, sample::timestamp, sample::secret(), sample::signed_at);
    return verified.value().parse();
}

constexpr std::string_view video_payload = R"({
    "id": "v-1", "name": null, "status": "complete", "type": "FACE_SWAP",
    "created_at": "2024-10-19T05:10:19.027Z", "width": 512, "height": 960, "enabled": true,
    "start_seconds": 0, "end_seconds": 15, "credits_charged": 450, "fps": 30, "error": null,
    "downloads": [{"url": "https://videos.magichour.ai/id/output.mp4", "expires_at": "2024-10-19T05:16:19.027Z"}],
    "a_field_of_tomorrow": {"deep": [1, 2, 3]}})";

} // namespace

TEST_CASE("W8: a signed delivery becomes its typed event")
{
    auto const e = parse(std::string{sample::body});
    REQUIRE(e.has_value());
    CHECK(e->type() == "video.completed");
    CHECK(e->id() == "clx123");
    CHECK(e->kind() == kind::video);
    CHECK(e->stage() == stage::completed);
    CHECK(e->body() == sample::body);
    auto const* const done = e->get_if<webhook::video_completed>();
    REQUIRE(done != nullptr);
    REQUIRE(done->payload.downloads.size() == 1);
    CHECK(done->payload.downloads[0].url == "https://videos.magichour.ai/output.mp4");
    CHECK(done->payload.status == magic_hour::project_status::complete);
    CHECK(e->get_if<webhook::video_errored>() == nullptr);
}

TEST_CASE("each of the nine documented types has an event of its own")
{
    struct row
    {
        std::string_view type;
        kind what;
        webhook::stage when;
        std::size_t index;
    };
    std::array<row, 9> const rows{
        {{"image.started", kind::image, stage::started, 0},
         {"image.completed", kind::image, stage::completed, 1},
         {"image.errored", kind::image, stage::errored, 2},
         {"video.started", kind::video, stage::started, 3},
         {"video.completed", kind::video, stage::completed, 4},
         {"video.errored", kind::video, stage::errored, 5},
         {"audio.started", kind::audio, stage::started, 6},
         {"audio.completed", kind::audio, stage::completed, 7},
         {"audio.errored", kind::audio, stage::errored, 8}}};
    for (row const& r : rows)
    {
        CAPTURE(r.type);
        auto const e = parse(envelope(r.type, R"({"id":"x","status":"queued"})"));
        REQUIRE(e.has_value());
        CHECK(e->value().index() == r.index);
        CHECK(e->kind() == r.what);
        CHECK(e->stage() == r.when);
        CHECK(e->type() == r.type);
        CHECK(std::string{to_string(r.what)} + '.' + std::string{to_string(r.when)} == r.type);
    }
}

TEST_CASE("the payload of an event is the whole project")
{
    auto const e = parse(envelope("video.completed", video_payload));
    REQUIRE(e.has_value());
    auto const& video = e->get_if<webhook::video_completed>()->payload;
    CHECK(video.width == 512);
    CHECK(video.fps == 30);
    CHECK(video.end_seconds == 15);
    CHECK(video.credits_charged == 450);
    CHECK_FALSE(video.name.has_value());
    CHECK_FALSE(video.error.has_value());
    CHECK(e->body().find("a_field_of_tomorrow") != std::string::npos);
}

TEST_CASE("a failed job's event says why")
{
    auto const e = parse(envelope(
        "image.errored",
        R"({"id":"i","status":"error","error":{"code":"no_source_face","message":"No face"}})"));
    REQUIRE(e.has_value());
    auto const* const failed = e->get_if<webhook::image_errored>();
    REQUIRE(failed != nullptr);
    REQUIRE(failed->payload.error.has_value());
    CHECK(failed->payload.error->code == "no_source_face");
}

TEST_CASE("W8: an event of an unknown type survives with its text")
{
    std::string const body = envelope("video.paused", R"({"id":"v-9","why":["x"]})");
    auto const e = parse(body);
    REQUIRE(e.has_value());
    auto const* const unknown = e->get_if<webhook::unknown_event>();
    REQUIRE(unknown != nullptr);
    CHECK(unknown->type == "video.paused");
    CHECK(unknown->id == "v-9");
    CHECK(unknown->body == body);
    CHECK(e->body() == body);
    CHECK_FALSE(e->kind().has_value());
    CHECK_FALSE(e->stage().has_value());
    CHECK(e->key() == "v-9:video.paused");
}

TEST_CASE("W8: an unknown type may have any payload or none")
{
    std::array<std::string, 6> const bodies{
        R"({"type":"account.closed"})",
        envelope("account.closed", "null"),
        envelope("account.closed", "[1]"),
        envelope("account.closed", R"("text")"),
        envelope("account.closed", R"({"id":7})"),
        R"({"type":"account.closed","object":{"id":"x"}})"};
    for (std::string const& body : bodies)
    {
        CAPTURE(body);
        auto const e = parse(body);
        REQUIRE(e.has_value());
        CHECK(e->id().empty());
        CHECK(e->key() == body + ":account.closed");
    }
}

TEST_CASE("W8: a signed body that is no event is a decode error")
{
    using namespace std::string_literals;
    std::array<std::string, 12> const bodies{
        ""s,
        "not JSON"s,
        "null"s,
        "[]"s,
        "{}"s,
        R"({"type":7,"payload":{"id":"x"}})",
        R"({"type":"","payload":{"id":"x"}})",
        R"({"payload":{"id":"x"}})",
        "\xFF\xFE{}"s,
        R"({"type":"video.completed","payload":{"id":"x"}})"s + '\0',
        R"({"type":"video.completed","payload":{"id":"x"})",
        std::string(100000, '[')};
    for (std::string const& body : bodies)
    {
        auto const e = parse(body);
        REQUIRE(e.has_error());
        CHECK(e.error() == errc::decode);
    }
}

TEST_CASE("W8: a documented type needs its payload, and the error names the place")
{
    auto const with_object = parse(R"({"type":"video.started","object":{"id":"x"}})");
    REQUIRE(with_object.has_error());
    CHECK(with_object.error() == errc::decode);
    CHECK(with_object.error()->json_path == "payload");
    auto const without_id = parse(envelope("audio.completed", R"({"status":"complete"})"));
    REQUIRE(without_id.has_error());
    CHECK(without_id.error()->json_path == "payload.id");
    CHECK(parse(envelope("audio.completed", R"({"id":""})")).has_error());
    CHECK(parse(envelope("audio.completed", R"({"id":12})")).has_error());
    CHECK(parse(envelope("audio.completed", "null")).has_error());
    CHECK(parse(envelope("audio.completed", "[]")).has_error());
}

TEST_CASE("W8: unknown statuses and tools do not break an event")
{
    auto const e = parse(envelope("image.started", R"({"id":"i","status":"dreaming","type":"AI_NEW"})"));
    REQUIRE(e.has_value());
    auto const& image = e->get_if<webhook::image_started>()->payload;
    CHECK_FALSE(image.status.known().has_value());
    CHECK(image.status.str() == "dreaming");
    CHECK(image.type == "AI_NEW");
}

TEST_CASE("W9: deliveries of one event have one key, and other events have others")
{
    auto const key = [](std::string_view type, std::string_view payload)
    { return parse(envelope(type, payload))->key(); };
    CHECK(key("video.completed", R"({"id":"a"})") == "a:video.completed");
    CHECK(key("video.completed", R"({"id":"a","status":"complete"})") == "a:video.completed");
    CHECK(key("video.started", R"({"id":"a"})") == "a:video.started");
    CHECK(key("video.completed", R"({"id":"b"})") == "b:video.completed");
}

TEST_CASE("visit calls the handler of the stage with the project")
{
    std::string seen;
    auto const see = [&](webhook::event const& e)
    {
        return visit(
            e, webhook::on_completed([&](auto const& project) { seen += "completed " + project.id; }),
            webhook::on_errored([&](auto const& project) { seen += "errored " + project.id; }));
    };
    CHECK(see(*parse(envelope("video.completed", R"({"id":"a"})"))));
    CHECK(seen == "completed a");
    CHECK(see(*parse(envelope("audio.errored", R"({"id":"b"})"))));
    CHECK(seen == "completed aerrored b");
    CHECK_FALSE(see(*parse(envelope("audio.started", R"({"id":"b"})"))));
    CHECK_FALSE(see(*parse(envelope("audio.lost", R"({"id":"b"})"))));
    CHECK(seen == "completed aerrored b");
}

TEST_CASE("visit prefers the handler that says most")
{
    std::vector<std::string> seen;
    auto const see = [&](webhook::event const& e)
    {
        return visit(
            e, [&](webhook::video_completed const& v) { seen.push_back("video " + v.payload.id); },
            webhook::on_completed([&](magic_hour::image_project const& i)
                                  { seen.push_back("image " + i.id); }),
            webhook::on_started([&](auto const& p) { seen.push_back("started " + p.id); }),
            webhook::on_unknown([&](webhook::unknown_event const& u)
                                { seen.push_back("unknown " + u.type); }),
            webhook::otherwise([&] { seen.push_back("other"); }));
    };
    CHECK(see(*parse(envelope("video.completed", R"({"id":"a"})"))));
    CHECK(see(*parse(envelope("image.completed", R"({"id":"b"})"))));
    CHECK(see(*parse(envelope("audio.completed", R"({"id":"c"})"))));
    CHECK(see(*parse(envelope("image.started", R"({"id":"d"})"))));
    CHECK(see(*parse(envelope("x.y", R"({"id":"e"})"))));
    std::vector<std::string> const expected{"video a", "image b", "other", "started d", "unknown x.y"};
    CHECK(seen == expected);
}
