#include "fixture.hpp"

#include <magic_hour/files_resource.hpp>
#include <magic_hour/http/body.hpp>
#include <magic_hour/v1/face_swap.hpp>

#include <atomic>

using namespace jobs_test;

namespace
{

struct upload_fixture : fixture
{
    using fixture::fixture;

    mh::result<std::string> upload(mh::asset what, std::optional<mh::media> as = {})
    {
        return run(mh::files_resource{session()}.upload_file(std::move(what), mh::as_result, as));
    }
    mh::result<mh::generated<mh::image_project>> generate(mh::ai_image_editor::request const& request)
    {
        return run(resource<mh::ai_image_editor>().generate(request, mh::as_result));
    }
    [[nodiscard]] bool stored(std::string const& path, std::string const& content)
    {
        auto const file = fake.upload(path);
        return file && file->sha256 == mh::testing::sha256(content);
    }
};

} // namespace

TEST_CASE("a file goes up whole and its stored path comes back")
{
    upload_fixture f;
    auto const text = pattern(1'500'000);
    auto const path = f.upload(f.dir.write("a.png", text));
    REQUIRE(ok(path));
    CHECK(path->starts_with("api-assets/"));
    CHECK(f.stored(*path, text));
}

TEST_CASE("bytes and streams go up like files")
{
    upload_fixture f;
    auto const text = pattern(600'000);
    auto const bytes = f.upload(mh::asset::bytes(text, "mp3"));
    REQUIRE(ok(bytes));
    CHECK(f.stored(*bytes, text));

    struct text_source : http::body_source
    {
        explicit text_source(std::string t) : text(std::move(t)) {}
        std::string text;
        bool done = false;
        [[nodiscard]] std::uint64_t size() const noexcept override { return text.size(); }
        [[nodiscard]] bool rewindable() const noexcept override { return false; }
        asio::awaitable<mh::result<asio::const_buffer>> next() override
        {
            auto const all = std::exchange(done, true) ? asio::const_buffer{} : asio::buffer(text);
            co_return all;
        }
        asio::awaitable<mh::result<void>> rewind() override
        {
            co_return mh::error{mh::errc::internal_error, "no"};
        }
    };
    auto const make = [&] { return std::make_shared<text_source>(text); };
    f.fake.on("PUT *").cut_at(0).times(1);
    auto const streamed = f.upload(mh::asset::stream(make, text.size(), "mp4"));
    REQUIRE(ok(streamed));
    CHECK(f.stored(*streamed, text));
}

TEST_CASE("what is on the web or stored already needs no upload")
{
    upload_fixture f;
    CHECK(*f.upload("https://example.com/a.png") == "https://example.com/a.png");
    CHECK(*f.upload("saved-items/x/y") == "saved-items/x/y");
    CHECK(f.fake.ledger().requests().empty());
}

TEST_CASE("W29: one request for all URLs, each distinct file once, in the request's order")
{
    upload_fixture f;
    auto const a = f.dir.write("a.png", "aaaa");
    auto const b = f.dir.write("b.jpg", "bbbbbb");
    std::filesystem::create_symlink(a, f.dir / "same.png");
    auto const request =
        f.edit({a, b, f.dir / "same.png", a, "https://example.com/c.png", mh::asset::bytes("cc", "webp")});
    REQUIRE(ok(f.generate(request)));
    auto const asked = f.requests("POST", "/v1/files/upload-urls");
    REQUIRE(asked.size() == 1);
    CHECK(
        asked[0].body ==
        R"({"items":[{"type":"image","extension":"png"},{"type":"image","extension":"jpg"},{"type":"image","extension":"webp"}]})");
    CHECK(f.count("PUT", "*") == 3);
    auto const sent = f.fake.jobs().at(0).request_json;
    for (auto const& upload : f.fake.uploads())
        CHECK(sent.find(upload.path) != std::string::npos);
    CHECK(sent.find("https://example.com/c.png") != std::string::npos);
    CHECK(sent.find(f.dir.path().string()) == std::string::npos);
}

TEST_CASE("W29: all files are checked before the first byte or credit")
{
    upload_fixture f;
    auto const good = f.dir.write("a.png", "aaaa");
    for (mh::asset const& bad :
         {mh::asset{f.dir / "missing.png"}, mh::asset{f.dir.path()}, mh::asset{f.dir.write("empty.png", "")},
          mh::asset{f.dir.write("a.txt", "x")}, mh::asset{f.dir.write("a.mp4", "x")}, mh::asset{"/dev/zero"},
          mh::asset::bytes("", "png")})
    {
        auto const made = f.generate(f.edit({good, bad}));
        REQUIRE(made.has_error());
        CHECK((made.error() == mh::errc::file || made.error() == mh::errc::validation));
        CHECK(made.error()->json_path == "assets.image_file_paths[1]");
    }
    CHECK(f.fake.ledger().requests().empty());
}

TEST_CASE("W12: a webm is what its field is, and an animated picture goes as a video")
{
    upload_fixture f;
    REQUIRE(ok(f.upload(mh::asset::bytes("x", "webm"), mh::media::audio)));
    REQUIRE(ok(f.upload(mh::asset::bytes("x", "webm"), mh::media::video)));
    mh::face_swap::request const swap{
        .assets =
            {.video_source = mh::face_swap::video_source::file,
             .video_file_path = mh::asset::bytes("GIF89a", "gif"),
             .image_file_path = mh::asset::bytes("x", "png")},
        .end_seconds = 3};
    auto const made = f.run(f.resource<mh::face_swap>().generate(swap, mh::as_result));
    REQUIRE(ok(made));
    auto const asked = f.requests("POST", "/v1/files/upload-urls");
    REQUIRE(asked.size() == 3);
    CHECK(asked[0].body.find(R"("type":"audio")") != std::string::npos);
    CHECK(asked[1].body.find(R"("type":"video")") != std::string::npos);
    CHECK(asked[2].body.find(R"({"type":"video","extension":"gif"})") != std::string::npos);
}

TEST_CASE("U1: an answer with another number of URLs is no answer, and nothing is put anywhere")
{
    upload_fixture f;
    auto const path = f.dir.write("a.png", "aaaa");
    auto const item =
        R"({"upload_url":"https://localhost/x","expires_at":"","file_path":"api-assets/x.png"})";
    for (std::string const& items : {std::string{}, item + std::string{","} + item, std::string{"null"}})
    {
        f.fake.clear_faults();
        f.fake.on("POST /v1/files/upload-urls").answer(200, R"({"items":[)" + items + "]}");
        auto const refused = f.upload(path);
        REQUIRE(refused.has_error());
        CHECK(refused.error() == mh::errc::decode);
    }
    CHECK(f.count("PUT", "*") == 0);
}

TEST_CASE("U2: an expired URL is replaced once, and the whole body goes again")
{
    upload_fixture f;
    auto const text = pattern(400'000);
    auto const path = f.dir.write("a.png", text);
    auto const expired = R"(<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>)";
    f.fake.on("PUT *").answer(403, expired).times(1);
    auto const stored = f.upload(path);
    REQUIRE(ok(stored));
    CHECK(f.stored(*stored, text));
    CHECK(f.count("POST", "/v1/files/upload-urls") == 2);

    f.fake.on("PUT *").answer(403, expired);
    auto const refused = f.upload(path);
    REQUIRE(refused.has_error());
    CHECK(refused.error() == mh::errc::expired);
    CHECK(refused.error()->http_status == 403);
    CHECK(refused.error()->api_code == "AccessDenied");
    CHECK(refused.error()->api_message == "Request has expired");
    CHECK(everything(refused.error()).find('?') == std::string::npos);
}

TEST_CASE("U3: what the storage answers early is what is reported")
{
    upload_fixture f;
    auto const path = f.dir.write("a.png", pattern(3'000'000));
    f.fake.on("PUT *").answer(413, "too large");
    auto const refused = f.upload(path);
    REQUIRE(refused.has_error());
    CHECK(refused.error()->http_status == 413);
    CHECK(refused.error()->phase == mh::phase::upload);
}

TEST_CASE("U4: a storage that stops reading is a stall after twenty seconds, and the job is never made")
{
    upload_fixture f;
    f.fake.on("PUT *").stop_reading_at(0);
    auto const request = f.edit({f.dir.write("a.png", pattern(8'000'000))});
    support::auto_advance_options through_limits;
    through_limits.limits_too = true;
    auto const begin = f.clock->elapsed();
    auto const made =
        f.run(f.resource<mh::ai_image_editor>().generate(request, mh::as_result), through_limits);
    REQUIRE(made.has_error());
    CHECK(made.error() == mh::errc::timeout);
    CHECK(made.error()->phase == mh::phase::upload);
    CHECK(f.clock->elapsed() - begin >= 20s);
    CHECK(f.clock->elapsed() - begin <= 3 * 20s + 5s); // three attempts
    CHECK(f.count("PUT", "*") <= 3);
    CHECK(f.fake.ledger().billable_creates() == 0);
}

TEST_CASE("U5: a cut upload starts again from byte 0")
{
    upload_fixture f;
    auto const text = pattern(2'000'000);
    auto const path = f.dir.write("a.png", text);
    f.fake.on("PUT *").cut_at(0, mh::testing::cut::rst).times(2);
    auto const stored = f.upload(path);
    REQUIRE(ok(stored));
    CHECK(f.stored(*stored, text));
    CHECK(f.count("PUT", "*") == 3);
}

TEST_CASE("U7: a PUT carries its length and its URL as they are, and nothing of the API's")
{
    upload_fixture f;
    auto const request = f.edit({f.dir.write("a.png", pattern(100'000))});
    REQUIRE(ok(f.generate(request)));
    auto const puts = f.requests("PUT", "*");
    REQUIRE(puts.size() == 1);
    auto const& head = puts[0].head;
    for (auto const* name : {"Authorization", "Cookie", "Expect", "Transfer-Encoding", "Referer"})
        CHECK(head.count(name) == 0);
    CHECK(head.header("Content-Length") == "100000");
    CHECK(head.header("Host") == "localhost:" + std::to_string(f.fake.storage_port()));
    CHECK(puts[0].complete);
}

TEST_CASE("a file that changes while it is sent is an error and no job")
{
    upload_fixture f;
    auto const path = f.dir.write("a.png", pattern(4'000'000));
    std::atomic<bool> touched{false};
    mh::generate_options options;
    options.on_progress(
        [&](mh::transfer_progress const& p)
        {
            if (p.phase == mh::phase::upload && !touched.exchange(true))
                std::filesystem::last_write_time(path, std::filesystem::file_time_type{} + 1h);
        });
    auto const request = f.edit({path});
    auto const made = f.run(f.resource<mh::ai_image_editor>().generate(request, mh::as_result, options));
    REQUIRE(made.has_error());
    CHECK(made.error() == mh::errc::file);
    CHECK(f.fake.ledger().billable_creates() == 0);
}

TEST_CASE("uploads go up in bounded parallel, and a failure ends the others")
{
    fake_options slow = stepwise();
    slow.latency = 30ms;
    upload_fixture f{slow};
    std::vector<mh::asset> pictures;
    for (char c = 'a'; c < 'j'; ++c)
        pictures.emplace_back(f.dir.write(std::string{c} + ".png", std::string(10'000, c)));
    REQUIRE(ok(f.generate(f.edit(pictures))));
    CHECK(f.fake.uploads().size() == 9);
    auto const puts = f.requests("PUT", "*");
    std::size_t most = 0;
    for (auto const& one : puts)
    {
        std::size_t together = 0;
        for (auto const& other : puts)
            together += other.began <= one.began && one.began < other.ended ? 1 : 0;
        most = std::max(most, together);
    }
    CHECK(most <= 4);
    CHECK(most >= 2);

    f.fake.on("PUT *").answer(413, "").times(1);
    auto const made = f.generate(f.edit(pictures));
    REQUIRE(made.has_error());
    CHECK(made.error()->http_status == 413);
    CHECK(f.fake.ledger().billable_creates() == 1);
}

TEST_CASE("progress of uploads goes from nothing to everything")
{
    upload_fixture f;
    std::vector<std::uint64_t> seen;
    auto const path = f.dir.write("a.png", pattern(1'000'000));
    auto const watch = [&](mh::transfer_progress const& p)
    {
        CHECK(p.phase == mh::phase::upload);
        CHECK(p.files == 1);
        CHECK(p.total == 1'000'000U);
        seen.push_back(p.bytes);
    };
    auto const done = f.run(mh::files_resource{f.session()}.upload_file(path, mh::as_result, {}, watch));
    REQUIRE(ok(done));
    CHECK(seen.front() == 0);
    CHECK(seen.back() == 1'000'000);
    CHECK(std::is_sorted(seen.begin(), seen.end()));
}
