#include "expect.hpp"

#include <magic_hour/v1/account.hpp>
#include <magic_hour/v1/audio_projects.hpp>
#include <magic_hour/v1/image_projects.hpp>
#include <magic_hour/v1/inputs.hpp>
#include <magic_hour/v1/video_projects.hpp>

namespace mh = magic_hour;
namespace json = magic_hour::json;
using contract::expect_answer;
using contract::expect_unreadable;

TEST_CASE("an accepted image job reads")
{
    auto const job = expect_answer<mh::created_image>(R"({"id":"c1","credits_charged":50,"frame_cost":50})");
    CHECK(job.id == "c1");
    CHECK(job.credits_charged == 50);
    CHECK(job.frame_cost == 50);
}

TEST_CASE("an accepted video job reads")
{
    auto const job =
        expect_answer<mh::created_video>(R"({"id":"c2","credits_charged":450,"estimated_frame_cost":449})");
    CHECK(job.id == "c2");
    CHECK(job.credits_charged == 450);
    CHECK(job.estimated_frame_cost == 449);
}

TEST_CASE("an accepted audio job and a search for faces read")
{
    CHECK(expect_answer<mh::created_audio>(R"({"id":"c3","credits_charged":2})").credits_charged == 2);
    CHECK(expect_answer<mh::created_face_detection>(R"({"id":"u1","credits_charged":0})").id == "u1");
}

TEST_CASE("J4: an accepted job without a usable id cannot be read")
{
    expect_unreadable<mh::created_image>(R"({})", "id");
    expect_unreadable<mh::created_image>(R"({"id":null})", "id");
    expect_unreadable<mh::created_video>(R"({"id":123,"credits_charged":1})", "id");
    expect_unreadable<mh::created_audio>(R"({"id":""})", "id");
    expect_unreadable<mh::created_face_detection>(R"({"ID":"u1"})", "id");
    expect_unreadable<mh::video_project>(R"({"status":"complete"})", "id");
}

TEST_CASE("J5: a job is not lost because its cost is odd")
{
    for (auto const* const cost : {R"("450")", "null", "9223372036854775808", "1e300", "[]", "{}", "true"})
    {
        auto const job =
            json::decode<mh::created_video>(R"({"credits_charged":)" + std::string{cost} + R"(,"id":"c"})");
        REQUIRE(job.has_value());
        CHECK(job->id == "c");
        CHECK_FALSE(job->credits_charged);
    }
    CHECK(json::decode<mh::created_video>(R"({"id":"c","credits_charged":450.0})")->credits_charged == 450);
}

TEST_CASE("the details of an image job read")
{
    auto const p = expect_answer<mh::image_project>(
        R"({"id":"c4","name":"Hat","status":"complete","image_count":2,"type":"AI_IMAGE_EDITOR",
            "created_at":"2026-11-20T10:00:00.000Z","enabled":true,"credits_charged":100,
            "total_frame_cost":100,"downloads":[{"url":"https://d.example/1.png?s=1",
            "expires_at":"2026-11-21T10:00:00.000Z"},{"url":"https://d.example/2.png?s=2",
            "expires_at":"2026-11-21T10:00:00.000Z"}],"error":{"message":"odd","code":"unknown_error"}})");
    CHECK(p.status == mh::project_status::complete);
    CHECK(p.name == "Hat");
    CHECK(p.type == "AI_IMAGE_EDITOR");
    CHECK(p.image_count == 2);
    CHECK(p.enabled == true);
    REQUIRE(p.downloads.size() == 2);
    CHECK(p.downloads[1].url == "https://d.example/2.png?s=2");
    CHECK(p.downloads[1].expires_at == "2026-11-21T10:00:00.000Z");
    REQUIRE(p.error.has_value());
    CHECK(p.error->code == "unknown_error");
}

TEST_CASE("the details of a video job read")
{
    auto const p = expect_answer<mh::video_project>(
        R"({"id":"c5","name":"Fox","status":"rendering","type":"TEXT_TO_VIDEO",
            "created_at":"2026-11-20T10:00:00.000Z","width":-1,"height":-1,"enabled":false,
            "start_seconds":0.5,"end_seconds":15,"total_frame_cost":450,"credits_charged":450,"fps":29.97,
            "error":{"message":"no","code":"no_source_face"},
            "downloads":[{"url":"https://d.example/v.mp4","expires_at":"2026-11-21T10:00:00.000Z"}],
            "download":{"url":"https://d.example/v.mp4","expires_at":"2026-11-21T10:00:00.000Z"}})");
    CHECK(p.width == -1);
    CHECK(p.fps == 29.97);
    CHECK(p.start_seconds == 0.5);
    CHECK(p.end_seconds == 15);
    CHECK(p.enabled == false);
    REQUIRE(p.download.has_value());
    CHECK(p.download->url == "https://d.example/v.mp4");
}

TEST_CASE("the details of an audio job read")
{
    auto const p = expect_answer<mh::audio_project>(
        R"({"id":"c6","name":"Hello","status":"queued","type":"VOICE_CLONER",
            "created_at":"2026-11-20T10:00:00.000Z","enabled":true,"credits_charged":1,
            "downloads":[{"url":"https://d.example/a.wav","expires_at":"2026-11-21T10:00:00.000Z"}],
            "error":{"message":"no","code":"invalid_voice"}})");
    CHECK(p.status == mh::project_status::queued);
    CHECK(p.type == "VOICE_CLONER");
}

TEST_CASE("J7: a status and an error code that nobody knows yet pass")
{
    auto const p = json::decode<mh::image_project>(
        R"({"id":"c7","status":"paused","name":null,"error":null,"downloads":[{"url":"u","size":7}]})");
    REQUIRE(p.has_value());
    CHECK(p->status.str() == "paused");
    CHECK_FALSE(p->status.known());
    CHECK_FALSE(p->name);
    CHECK_FALSE(p->error);
    CHECK(p->downloads.at(0).expires_at.empty());
}

TEST_CASE("the part that all details share reads from any of them")
{
    auto const p = json::decode<mh::project>(
        R"({"id":"c8","status":"canceled","type":"FACE_SWAP","fps":30,"image_count":1,"downloads":[]})");
    REQUIRE(p.has_value());
    CHECK(p->status == mh::project_status::canceled);
    CHECK(p->downloads.empty());
}

TEST_CASE("only complete, error and canceled are final")
{
    using enum mh::project_status;
    for (auto const s : {complete, error, canceled})
        CHECK(mh::is_terminal(s));
    for (auto const s : {draft, queued, rendering})
        CHECK_FALSE(mh::is_terminal(s));
}

TEST_CASE("found faces read")
{
    auto const found = expect_answer<mh::detected_faces>(
        R"({"id":"u2","credits_charged":0,"status":"rendering",
            "faces":[{"path":"api-assets/0-0.png","url":"https://d.example/0-0.png"}]})");
    REQUIRE(found.faces.size() == 1);
    CHECK(found.faces[0].path == "api-assets/0-0.png");
    CHECK(found.status == mh::project_status::rendering);
}

TEST_CASE("an account with a subscription reads")
{
    auto const me = expect_answer<mh::account_details>(
        R"({"id":"a1","email":"me@a.example","tier":"creator","credits":77,"subscription":{"name":"Creator",
            "status":"past_due","price":{"amount":1500,"currency":"eur"},
            "discount":{"percent_off":12.5,"amount_off":100},"billing_interval":"year",
            "current_period_end":"2027-01-01T00:00:00.000Z","cancel_at_period_end":true}})");
    CHECK(me.tier == mh::account_tier::creator);
    REQUIRE(me.subscription.has_value());
    CHECK(me.subscription->status == mh::subscription_status::past_due);
    CHECK(me.subscription->price.amount == 1500);
    CHECK(me.subscription->price.currency == "eur");
    REQUIRE(me.subscription->discount.has_value());
    CHECK(me.subscription->discount->percent_off == 12.5);
    CHECK(me.subscription->billing_interval == mh::billing_interval::year);
    CHECK(me.subscription->cancel_at_period_end == true);
}

TEST_CASE("an account without a subscription and one with a newer tier read")
{
    auto const me = json::decode<mh::account_details>(
        R"({"id":"a2","tier":"galactic","subscription":null,"email":null})");
    REQUIRE(me.has_value());
    CHECK(me->tier.str() == "galactic");
    CHECK_FALSE(me->subscription);
    CHECK_FALSE(me->credits);

    auto const other = json::decode<mh::account_details>(
        R"({"id":"a3","subscription":{"name":null,"discount":null,"billing_interval":null,
            "current_period_end":null}})");
    REQUIRE(other.has_value());
    REQUIRE(other->subscription.has_value());
    CHECK_FALSE(other->subscription->billing_interval);
}

TEST_CASE("a page of saved items reads")
{
    auto const page = expect_answer<mh::saved_items_page>(
        R"({"items":[{"id":"s1","type":"voice","name":"Ada","assets":[{"file_path":"saved-items/u/a.mp3",
            "media_kind":"AUDIO","is_primary":true,"url":"https://d.example/a.mp3?x=1",
            "url_expires_at":"2026-11-21T10:00:00.000Z"}]}],"next_cursor":"more"})");
    REQUIRE(page.items.size() == 1);
    CHECK(page.items[0].type == mh::saved_item_type::voice);
    CHECK(page.items[0].assets.at(0).media_kind == mh::saved_media_kind::audio);
    CHECK(page.next_cursor == "more");
    CHECK_FALSE(json::decode<mh::saved_items_page>(R"({"items":[],"next_cursor":null})")->next_cursor);
}

TEST_CASE("upload URLs read in the order of the request")
{
    auto const targets = expect_answer<mh::upload_targets>(
        R"({"items":[{"upload_url":"https://s.example/1?k=1","expires_at":"2026-11-20T11:00:00.000Z",
            "file_path":"api-assets/1.png"},{"upload_url":"https://s.example/2?k=2",
            "expires_at":"2026-11-20T11:00:00.000Z","file_path":"api-assets/2.mp4"}]})");
    REQUIRE(targets.items.size() == 2);
    CHECK(targets.items[1].file_path == "api-assets/2.mp4");
}
