#include "fixture.hpp"

#include <magic_hour/client.hpp>

using namespace jobs_test;
using mh::testing::cut;

namespace
{

mh::testing::output video(std::string content)
{
    mh::testing::output made;
    made.content = mh::testing::text_content(std::move(content));
    made.extension = "mp4";
    made.content_type = "video/mp4";
    return made;
}

struct download_fixture : fixture
{
    using fixture::fixture;

    std::string const text = pattern(600'000);

    /// A finished job with these outputs.
    mh::image_project finished(std::vector<mh::testing::output> outputs)
    {
        auto plan = job_plan::making(std::move(outputs));
        plan.statuses = {"complete"};
        fake.plan_next(plan);
        auto const id = make_job();
        auto const project = run(resource<mh::image_projects>().get(id));
        REQUIRE(project.downloads.size() == plan.outputs.size());
        return project;
    }
    mh::image_project finished() { return finished({video(text)}); }

    mh::result<std::vector<mh::saved_file>>
    save(mh::image_project const& project, mh::generate_options options)
    {
        auto const shared = session().share();
        return run(mh::jobs::save_job(shared, mh::jobs::outputs_of(project), std::move(options)));
    }
    mh::result<std::vector<mh::saved_file>> save(mh::image_project const& project)
    {
        return save(project, dir / "out");
    }
    /// Saves the only output and compares it.
    bool arrives(mh::image_project const& project)
    {
        auto const files =
            save(project, mh::generate_options(dir / "out").collision(mh::on_collision::overwrite));
        return ok(files) && files->size() == 1 && dir.read(files->front().path) == text;
    }
    mh::error failure(mh::image_project const& project)
    {
        auto const files = save(project);
        REQUIRE(files.has_error());
        CHECK(files.error()->project_id == project.id);
        CHECK((!std::filesystem::exists(dir / "out") || std::filesystem::is_empty(dir / "out")));
        return files.error();
    }
    request_list gets()
    {
        auto all = fake.ledger().requests();
        std::erase_if(all, [](auto const& r) { return r.origin != mh::testing::origin::storage; });
        return all;
    }
};

} // namespace

TEST_CASE("G1: a cut transfer resumes and the file is whole")
{
    download_fixture f;
    auto const project = f.finished();
    for (std::uint64_t const at :
         {1UL, 6'000UL, 65'535UL, 65'536UL, 65'537UL, 300'000UL, 594'000UL, 599'999UL})
    {
        for (auto const how : {cut::fin, cut::rst, cut::close_notify})
        {
            CAPTURE(at);
            f.fake.ledger().clear();
            f.fake.on("GET *.mp4").cut_body_at(at, how).times(1);
            CHECK(f.arrives(project));
            auto const gets = f.gets();
            REQUIRE(gets.size() == 2);
            if (how == cut::rst)
                continue; // what a reset leaves of the bytes before it is up to the kernel
            CHECK(gets[1].head.header("Range") == "bytes=" + std::to_string(at) + "-");
            CHECK_FALSE(gets[1].head.header("If-Range").empty());
        }
    }
}

TEST_CASE("G1: without a strong tag the file starts again")
{
    download_fixture f;
    auto const project = f.finished();
    f.fake.on("GET *.mp4").header("ETag", "W/\"weak\"").cut_body_at(300'000).times(1);
    CHECK(f.arrives(project));
    auto const gets = f.gets();
    REQUIRE(gets.size() == 2);
    CHECK(gets[1].head.count("Range") == 0);
}

TEST_CASE("G2: a file that changed in between starts again, and versions never mix")
{
    download_fixture f;
    auto const project = f.finished();
    f.fake.on("GET *.mp4").cut_body_at(300'000).times(1);
    std::string const other = pattern(500'000, 2);
    bool replaced = false;
    mh::generate_options options{f.dir / "out"};
    options.on_progress(
        [&](mh::transfer_progress const&)
        {
            if (!std::exchange(replaced, true))
                f.fake.replace_output(project.id, 0, mh::testing::text_content(other));
        });
    auto const files = f.save(project, options);
    REQUIRE(ok(files));
    CHECK((f.dir.read(files->front().path) == other));
}

TEST_CASE("G3: a part that is not what was asked for is thrown away")
{
    download_fixture f;
    auto const project = f.finished();
    f.fake.on("GET *.mp4").cut_body_at(300'000).times(1);
    f.fake.on("GET *.mp4").answer(206, "wrong").header("Content-Range", "bytes 0-4/600000").times(1);
    CHECK(f.arrives(project));
    f.fake.on("GET *.mp4").answer(206, "wrong").times(2);
    std::filesystem::remove_all(f.dir / "out");
    CHECK(f.failure(project) == mh::errc::integrity);
}

TEST_CASE("G4: a range that cannot be had means starting again, whatever size the refusal names")
{
    for (std::string const range : {"bytes */600000", "bytes */300000", "bytes */4", ""})
    {
        CAPTURE(range);
        download_fixture f;
        auto const project = f.finished();
        f.fake.on("GET *.mp4").cut_body_at(300'000).times(1);
        mh::testing::script refusal;
        refusal.answer(416, "");
        if (!range.empty())
            refusal.header("Content-Range", range);
        f.fake.set_fault("GET *.mp4", refusal, 1);
        f.fake.ledger().clear();
        CHECK(f.arrives(project));
        auto const gets = f.gets();
        REQUIRE(gets.size() == 3);
        CHECK(gets[1].head.header("Range") == "bytes=300000-");
        CHECK(gets[2].head.count("Range") == 0);
    }
}

TEST_CASE("G6: without a length the end must be marked")
{
    download_fixture f;
    auto const project = f.finished();
    f.fake.on("GET *.mp4").change([](mh::testing::answer& a) { a.chunked = true; }).times(1);
    CHECK(f.arrives(project));

    f.fake.on("GET *.mp4").change([](mh::testing::answer& a) { a.until_close = true; }).times(1);
    auto const files =
        f.save(project, mh::generate_options(f.dir / "out").collision(mh::on_collision::overwrite));
    REQUIRE(ok(files));
    CHECK_FALSE(files->front().length_verified);
    CHECK((f.dir.read(files->front().path) == f.text));

    f.fake.on("GET *.mp4")
        .change([](mh::testing::answer& a) { a.until_close = true; })
        .cut_body_at(300'000, cut::fin)
        .times(1);
    std::filesystem::remove_all(f.dir / "out");
    CHECK(f.failure(project) == mh::errc::integrity);
}

TEST_CASE("G7: what is too large, empty or a web page never becomes a file")
{
    download_fixture f;
    auto const project = f.finished();
    mh::generate_options small{f.dir / "out"};
    small.max_file_size(100'000);
    auto const declared = f.save(project, small);
    REQUIRE(declared.has_error());
    CHECK(declared.error() == mh::errc::limit);
    f.fake.on("GET *.mp4").change([](mh::testing::answer& a) { a.chunked = true; }).times(1);
    auto const undeclared = f.save(project, small);
    REQUIRE(undeclared.has_error());
    CHECK(undeclared.error() == mh::errc::limit);
    CHECK(std::filesystem::is_empty(f.dir / "out"));

    f.fake.on("GET *.mp4").answer(200, "").header("Content-Type", "video/mp4").times(1);
    CHECK(f.failure(project) == mh::errc::integrity);
    f.fake.on("GET *.mp4").answer(200, "<html>").header("Content-Type", "text/html").times(1);
    CHECK(f.failure(project) == mh::errc::integrity);
}

TEST_CASE("G8: an expired URL is renewed by asking for the project, at the start and in the middle")
{
    download_fixture f;
    auto const project = f.finished();
    f.fake.expire_urls();
    f.fake.ledger().clear();
    CHECK(f.arrives(project));
    CHECK(f.polls() == 1);

    auto const again = f.run(f.resource<mh::image_projects>().get(project.id));
    f.fake.on("GET *.mp4").cut_body_at(300'000).times(1);
    f.fake.on("GET *.mp4").answer(403, "<Error><Code>ExpiredToken</Code></Error>").times(1);
    f.fake.ledger().clear();
    CHECK(f.arrives(again));
    auto const gets = f.gets();
    REQUIRE(gets.size() == 3);
    CHECK(gets[2].head.header("Range") == "bytes=300000-");

    f.fake.on("GET *.mp4").answer(403, "<Error><Code>ExpiredToken</Code></Error>");
    f.fake.ledger().clear();
    std::filesystem::remove_all(f.dir / "out");
    auto const why = f.failure(again);
    CHECK(why == mh::errc::expired);
    CHECK(why->api_code == "ExpiredToken");
    CHECK(why->project_kind == "image");
    CHECK(f.polls() == 2);
    CHECK(everything(why).find('?') == std::string::npos);
}

TEST_CASE("G8: a project that was deleted meanwhile is what is reported")
{
    download_fixture f;
    auto const project = f.finished();
    f.fake.on("GET /v1/image-projects/*").answer(404);
    f.fake.on("GET *.mp4").answer(403, "");
    CHECK(f.failure(project) == mh::errc::not_found);
}

TEST_CASE("G9: a transfer that never progresses ends")
{
    download_fixture f;
    auto const project = f.finished();
    f.fake.on("GET *.mp4").cut_body_at(0);
    auto const why = f.failure(project);
    CHECK((why == mh::errc::connection || why == mh::errc::integrity));
    CHECK(f.gets().size() == 3); // as often as anything is attempted

    f.attempts = 100;
    f.fake.ledger().clear();
    f.failure(project);
    CHECK(f.gets().size() == 6);
}

TEST_CASE("G10: a transfer that stands still, or drips, for 20 seconds is taken up where it was")
{
    for (bool const drips : {false, true})
    {
        CAPTURE(drips);
        download_fixture f;
        auto const project = f.finished();
        auto stall = f.fake.on("GET *.mp4");
        if (drips)
            stall.delay_body_at(300'000, 100ms).delay_body_at(300'001, 100ms);
        stall.stall_body_at(300'002).times(1);
        f.fake.ledger().clear();
        mh::client const client{f.session()};
        auto const begin = f.clock->elapsed();
        mh::generate_options const options{f.dir / "out"};
        support::auto_advance_options through_limits;
        through_limits.limits_too = true;
        auto const files = f.run(client.save(project, options), through_limits);
        CHECK((f.dir.read(files.at(0).path) == f.text));
        CHECK(f.clock->elapsed() - begin >= 20s);
        CHECK(f.clock->elapsed() - begin < (drips ? 62s : 22s));
        auto const gets = f.gets();
        REQUIRE(gets.size() == 2);
        CHECK(gets[1].head.header("Range").starts_with("bytes=30000"));
    }
}

TEST_CASE("G12: sizes beyond 32 bits are what they are")
{
    download_fixture f;
    auto const size = std::uint64_t{5} << 30; // a GiB if only 32 bits counted
    auto huge = video("");
    huge.content = mh::testing::synthetic_content(size);
    auto const project = f.finished({huge});
    mh::client const client{f.session()};
    {
        auto stream = f.run(client.download(project));
        f.run(stream.open());
        CHECK(stream.size() == size);
    }
    mh::generate_options limited{f.dir / "out"};
    auto const refused = f.save(project, limited.max_file_size(std::uint64_t{2} << 30));
    REQUIRE(refused.has_error());
    CHECK(refused.error() == mh::errc::limit);
    CHECK(std::filesystem::is_empty(f.dir / "out"));
}

TEST_CASE("W6: outputs of one job never overwrite each other, nor files of the user")
{
    download_fixture f;
    auto const project = f.finished({video("first"), video("second"), video("third")});
    auto const files = f.save(project);
    REQUIRE(ok(files));
    REQUIRE(files->size() == 3);
    for (std::size_t i = 0; i < 3; ++i)
        CHECK((*files)[i].path == f.dir / "out" / (project.id + "-" + std::to_string(i) + ".mp4"));
    CHECK(f.dir.read((*files)[1].path) == "second");

    auto const again = f.save(project);
    REQUIRE(again.has_error());
    CHECK(again.error() == mh::errc::file);
    CHECK(again.error()->system == boost::system::errc::file_exists);
    CHECK(again.error()->message.starts_with("3 of 3"));

    mh::generate_options renaming{f.dir / "out"};
    renaming.collision(mh::on_collision::rename).name_template("{kind}-{n}{ext}");
    REQUIRE(ok(f.save(project, renaming)));
    auto const renamed = f.save(project, renaming);
    REQUIRE(ok(renamed));
    CHECK((*renamed)[0].path.filename() == "image-0_1.mp4");
}

TEST_CASE("I7: whatever a URL ends with, its file stays in the directory under a name of ours")
{
    for (std::string const last :
         {"..%2f..%2fetc%2fpasswd", "", ".", ".bashrc", "con.mp4", "a%00b", "a%5Cb", "trailing.",
          "%E2%80%AEgpj.mp4"})
    {
        CAPTURE(last);
        download_fixture f;
        auto project = f.finished();
        f.fake.on("GET /hostile/*").answer(200, "text").header("Content-Type", "video/mp4");
        project.downloads[0].url = f.fake.storage_url() + "/hostile/" + last;
        auto const files = f.save(project);
        REQUIRE(ok(files));
        auto const& file = files->front().path;
        CHECK(file.parent_path() == f.dir / "out");
        CHECK(file.filename().string().starts_with(project.id + "-0"));
        CHECK(f.dir.names().size() == 2); // the directory and the file
    }
}

TEST_CASE("W7: each output has its outcome, and one that failed is never passed over")
{
    download_fixture f;
    auto const project = f.finished({video("first"), video("second")});
    f.fake.on("GET *").answer(404, "").after(1).times(1);
    auto const strict = f.save(project);
    REQUIRE(strict.has_error());
    CHECK(strict.error() == mh::errc::not_found);
    CHECK(f.dir.names().size() == 2); // the directory and the good one

    f.fake.clear_faults();
    f.fake.on("GET *").answer(404, "").after(1).times(1);
    mh::generate_options options{f.dir / "more"};
    auto const lenient = f.save(project, options.allow_failure().parallel_downloads(1));
    REQUIRE(ok(lenient));
    CHECK_FALSE((*lenient)[0].failure.has_value());
    REQUIRE((*lenient)[1].failure.has_value());
    CHECK((*lenient)[1].failure->code() == mh::errc::not_found);
}

TEST_CASE("R3, R5: redirects are followed without key, cookie or referrer, and not for ever")
{
    download_fixture f;
    auto const project = f.finished();
    auto const to = project.downloads[0].url;
    f.fake.on("GET *.mp4").answer(302, "").header("Location", to).header("Set-Cookie", "a=b").times(5);
    CHECK(f.arrives(project));
    auto const gets = f.gets();
    REQUIRE(gets.size() == 6);
    for (auto const& get : gets)
        for (auto const* name : {"Authorization", "Cookie", "Referer"})
            CHECK(get.head.count(name) == 0);

    f.fake.on("GET *.mp4").answer(302, "").header("Location", to);
    std::filesystem::remove_all(f.dir / "out");
    CHECK(f.failure(project) == mh::errc::limit);
    f.fake.clear_faults();
    f.fake.on("GET *.mp4").answer(302, "").header("Location", "http://localhost/x");
    CHECK(f.failure(project) == mh::errc::policy);
}

TEST_CASE("a stream hands out the file piece by piece and resumes unnoticed")
{
    download_fixture f;
    auto const project = f.finished();
    f.fake.on("GET *.mp4").cut_body_at(300'000).times(1);
    mh::client const client{f.session()};
    auto stream = f.run(client.download(project));
    CHECK(stream.size() == f.text.size());
    CHECK(stream.content_type() == "video/mp4");
    std::string all;
    while (auto const chunk = f.run(stream.next()))
    {
        CHECK(chunk->size() <= 64 * 1024);
        all.append(static_cast<char const*>(chunk->data()), chunk->size());
    }
    CHECK((all == f.text));
    CHECK(stream.length_verified());
    CHECK_FALSE(f.run(stream.next()).has_value());
}

TEST_CASE("outputs can be kept in memory or handed to a consumer")
{
    download_fixture f;
    auto const project = f.finished({video("first"), video(f.text)});
    auto const kept = f.save(project, mh::generate_options().keep_in_memory(1 << 20));
    REQUIRE(ok(kept));
    CHECK((*kept)[0].content == "first");
    CHECK(((*kept)[1].content == f.text));
    CHECK((*kept)[0].path.empty());
    auto const capped = f.save(project, mh::generate_options().keep_in_memory(100));
    REQUIRE(capped.has_error());
    CHECK(capped.error() == mh::errc::limit);

    std::vector<std::string> streamed(2);
    auto const consume = [&](std::size_t file, asio::const_buffer chunk) -> asio::awaitable<void>
    {
        streamed.at(file).append(static_cast<char const*>(chunk.data()), chunk.size());
        co_return;
    };
    f.fake.on("GET *.mp4").cut_body_at(200'000).after(1).times(1);
    REQUIRE(ok(f.save(project, mh::generate_options().stream_to(consume))));
    CHECK(streamed[0] == "first");
    CHECK((streamed[1] == f.text));
}

TEST_CASE("progress of downloads ends with everything")
{
    download_fixture f;
    auto const project = f.finished();
    std::vector<mh::transfer_progress> seen;
    mh::generate_options options{f.dir / "out"};
    options.on_progress([&](mh::transfer_progress const& p) { seen.push_back(p); });
    REQUIRE(ok(f.save(project, options)));
    REQUIRE(seen.size() >= 2);
    CHECK(seen.front().bytes == 0);
    CHECK(seen.back().bytes == f.text.size());
    CHECK(seen.back().total == f.text.size());
    CHECK(seen.back().phase == mh::phase::download);
}

TEST_CASE("F3: an unusable directory is found before money is spent")
{
    download_fixture f;
    auto const blocked = f.dir.write("file", "x");
    auto const request = f.picture();
    auto const made = f.run(f.resource<mh::ai_image_generator>().generate(request, mh::as_result, blocked));
    REQUIRE(made.has_error());
    CHECK(made.error() == mh::errc::file);
    CHECK(f.fake.ledger().requests().empty());
}
