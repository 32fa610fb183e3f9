// Each operation, canceled and cut off at every point at which it can be.

#include "sweep_bench.hpp"

#include <set>

using namespace jobs_test;

namespace
{

/// Where jobs run: on strands of their own, or where they are awaited.
struct any_number_of_threads
{
    static constexpr bool single = false;
};
struct single_thread
{
    static constexpr bool single = true;
};

struct sweep_fixture : fixture
{
    bool single_threaded = false;
    /// What the operations move. Some pieces, so that there are points in the middle of it.
    std::string const text = pattern(200'000);
    support::sweep_options how{};
    support::fd_guard descriptors{};

    sweep_fixture() { how.clock = clock.get(); }
    ~sweep_fixture() { CHECK(descriptors.back_to_baseline()); }
    sweep_fixture(sweep_fixture const&) = delete;
    sweep_fixture& operator=(sweep_fixture const&) = delete;

    /// Options of a client with random names and pauses.
    [[nodiscard]] mh::client_options fresh()
    {
        CHECK(descriptors.back_to_baseline()); // after the point before
        auto out = options();
        out.random = nullptr;
        out.single_threaded = single_threaded;
        return out;
    }

    /// A finished job with `text` as its output.
    [[nodiscard]] mh::image_project finished_job()
    {
        mh::testing::output made;
        made.content = mh::testing::text_content(text);
        made.extension = "mp4";
        made.content_type = "video/mp4";
        auto plan = job_plan::making({made});
        plan.statuses = {"complete"};
        fake.plan_next(plan);
        auto const project = run(resource<mh::image_projects>().get(make_job()));
        settle_down();
        return project;
    }

    /// What helped to set up is over, and descriptors are what they are between operations.
    void settle_down() { descriptors = support::fd_guard{}; }

    /// Never a part of a file in the storage.
    void stored_files_are_whole()
    {
        auto const whole = mh::testing::sha256(text);
        for (auto const& file : fake.uploads())
            CHECK(file.sha256 == whole);
    }
};

void must_be_canceled(support::swept const& at)
{
    REQUIRE(at.interrupted);
    CHECK(thrown(at.failure) == mh::errc::canceled);
}

} // namespace

TEST_CASE("X1: canceling an upload at any point is prompt, and what is stored is whole")
{
    sweep_fixture f;
    auto const path = f.dir.write("in.png", f.text);
    auto const stored = std::make_shared<std::string>();
    auto const make = [&](asio::io_context&) { return upload_once(f.fresh(), path, stored); };
    auto const check = [&](support::swept const& at)
    {
        CAPTURE(at.point);
        if (at.failure)
            must_be_canceled(at);
        else
            CHECK(f.fake.upload(*stored).has_value());
    };
    auto const sweep = support::for_each_cancel_point(make, check, f.how);
    CHECK(sweep.points > 15);
    CHECK(sweep.late == 0);
    f.stored_files_are_whole();
    CHECK(f.fake.ledger().billable_creates() == 0);
}

TEST_CASE("an upload whose connections break at any point still stores the whole file")
{
    sweep_fixture f;
    auto const path = f.dir.write("in.png", f.text);
    auto const stored = std::make_shared<std::string>();
    std::set<std::string> names;
    auto const make = [&](asio::io_context&)
    {
        stored->clear();
        f.fake.ledger().clear();
        return upload_once(f.fresh(), path, stored);
    };
    auto const check = [&](support::swept const& at)
    {
        CAPTURE(at.point);
        CHECK_FALSE(at.failure);
        CHECK(f.fake.upload(*stored).has_value());
        CHECK(names.insert(*stored).second);
        CHECK(f.count("POST", "/v1/files/upload-urls") <= 2);
        CHECK(f.count("PUT", "*") <= 2);
    };
    auto const cut = [&] { cut_connections(f.fake); };
    CHECK(support::for_each_cut_point(make, cut, check, f.how).points > 15);
    f.stored_files_are_whole();
}

TEST_CASE("X1: canceling a wait at any point is prompt, leaves the job alone, and it can be waited for again")
{
    sweep_fixture f;
    static_cast<void>(f.make_job()); // opens what the io_context of the fixture keeps open
    f.settle_down();
    std::string id;
    auto const make = [&](asio::io_context&)
    {
        id = f.make_job();
        return wait_once(f.fresh(), id);
    };
    auto const check = [&](support::swept const& at)
    {
        CAPTURE(at.point);
        if (at.failure)
            must_be_canceled(at);
        if (at.failure && at.point > 0) // before that it had not begun
        {
            CHECK(thrown(at.failure)->project_id == id);
            CHECK(thrown(at.failure)->project_kind == "image");
        }
        if (at.point % 4 == 0)
            CHECK_NOTHROW(f.run(wait_once(f.options(), id)));
    };
    auto const sweep = support::for_each_cancel_point(make, check, f.how);
    CHECK(sweep.points > 15);
    CHECK(sweep.late == 0);
    CHECK(f.count("DELETE", "*") == 0);
    CHECK(f.fake.ledger().billable_creates() == f.fake.jobs().size());
}

TEST_CASE("a wait whose connections break at any point still sees the end of the job")
{
    sweep_fixture f;
    static_cast<void>(f.make_job()); // opens what the io_context of the fixture keeps open
    f.settle_down();
    std::string id;
    auto const make = [&](asio::io_context&)
    {
        id = f.make_job();
        f.fake.ledger().clear();
        return wait_once(f.fresh(), id);
    };
    auto const check = [&](support::swept const& at)
    {
        CAPTURE(at.point);
        CHECK_FALSE(at.failure);
        CHECK(f.fake.job(id)->status == "complete");
        CHECK(f.polls() <= 4);
        CHECK(f.fake.ledger().billable_creates() == 0);
    };
    auto const cut = [&] { cut_connections(f.fake); };
    CHECK(support::for_each_cut_point(make, cut, check, f.how).points > 15);
}

TEST_CASE("X1: canceling a reader of a download at any point is prompt, and what was read is the start of it")
{
    sweep_fixture f;
    auto const project = f.finished_job();
    auto const read = std::make_shared<std::string>();
    auto const make = [&](asio::io_context&)
    {
        read->clear();
        return read_once(f.fresh(), project, read);
    };
    auto const check = [&](support::swept const& at)
    {
        CAPTURE(at.point);
        CHECK(f.text.starts_with(*read));
        if (at.failure)
        {
            must_be_canceled(at);
            if (by_the_library(at.failure)) // and not by the caller's coroutine between two pieces
                CHECK(thrown(at.failure)->project_id == project.id);
        }
        else
            CHECK(read->size() == f.text.size());
    };
    auto const sweep = support::for_each_cancel_point(make, check, f.how);
    CHECK(sweep.points > 15);
    CHECK(sweep.late == 0);
}

TEST_CASE("a reader of a download whose connections break at any point reads every byte once")
{
    sweep_fixture f;
    auto const project = f.finished_job();
    auto const read = std::make_shared<std::string>();
    auto const make = [&](asio::io_context&)
    {
        read->clear();
        f.fake.ledger().clear();
        return read_once(f.fresh(), project, read);
    };
    auto const check = [&](support::swept const& at)
    {
        CAPTURE(at.point);
        CHECK_FALSE(at.failure);
        CHECK((*read == f.text));
        CHECK(f.count("GET", "*.mp4") <= 2);
    };
    auto const cut = [&] { cut_connections(f.fake); };
    CHECK(support::for_each_cut_point(make, cut, check, f.how).points > 15);
}

TEST_CASE("X1: canceling a download to a file at any point is prompt and leaves the whole file or nothing")
{
    sweep_fixture f;
    auto const project = f.finished_job();
    auto const out = f.dir / "out";
    auto const make = [&](asio::io_context&)
    {
        std::filesystem::remove_all(out);
        return save_once(f.fresh(), project, out);
    };
    auto const check = [&](support::swept const& at)
    {
        CAPTURE(at.point);
        CHECK_FALSE(has_leftovers(out));
        auto const file = out / (project.id + "-0.mp4");
        if (std::filesystem::exists(file))
            CHECK((f.dir.read(file) == f.text));
        if (at.failure)
            must_be_canceled(at);
        else
            CHECK(std::filesystem::exists(file));
        if (at.failure && by_the_library(at.failure))
            CHECK(thrown(at.failure)->project_id == project.id);
    };
    auto const sweep = support::for_each_cancel_point(make, check, f.how);
    CHECK(sweep.points > 15);
    CHECK(sweep.late == 0);
}

TEST_CASE(
    "a download to a file whose connections break at any point ends with the whole file and nothing else")
{
    sweep_fixture f;
    auto const project = f.finished_job();
    auto const out = f.dir / "out";
    auto const make = [&](asio::io_context&)
    {
        std::filesystem::remove_all(out);
        f.fake.ledger().clear();
        return save_once(f.fresh(), project, out);
    };
    auto const check = [&](support::swept const& at)
    {
        CAPTURE(at.point);
        CHECK_FALSE(at.failure);
        CHECK((f.dir.read(out / (project.id + "-0.mp4")) == f.text));
        CHECK_FALSE(has_leftovers(out));
        CHECK(f.count("GET", "*.mp4") <= 2);
    };
    auto const cut = [&] { cut_connections(f.fake); };
    CHECK(support::for_each_cut_point(make, cut, check, f.how).points > 15);
}

TEST_CASE_TEMPLATE(
    "X1: canceling generate at any point is prompt, loses no job and leaves nothing behind", Threads,
    any_number_of_threads, single_thread)
{
    sweep_fixture f;
    f.single_threaded = Threads::single;
    f.dir.write("in.png", f.text);
    auto const id = std::make_shared<std::string>();
    std::set<std::string> known; // ids, or the names by which a job can be found
    f.how.step = 2;
    auto const make = [&](asio::io_context&)
    {
        id->clear();
        return generate_once(f.fresh(), f.dir.path(), id);
    };
    auto const check = [&](support::swept const& at)
    {
        CAPTURE(at.point);
        CHECK_FALSE(has_leftovers(f.dir / "out"));
        known.insert(*id);
        if (!at.failure)
            return;
        auto const why = thrown(at.failure);
        CHECK((why == mh::errc::canceled || why == mh::errc::outcome_unknown));
        CHECK(why->project_id == *id);
        known.insert(why->correlation_name);
    };
    auto const sweep = support::for_each_cancel_point(make, check, f.how);
    CHECK(sweep.points > 15);
    CHECK(sweep.late == 0);
    std::set<std::string> names;
    for (auto const& job : f.fake.jobs())
    {
        CHECK(names.insert(job.name).second); // nothing was sent twice
        CHECK((known.contains(job.id) || known.contains(job.name)));
    }
}

TEST_CASE_TEMPLATE(
    "generate whose connections break at any point loses no job and bills none twice", Threads,
    any_number_of_threads, single_thread)
{
    sweep_fixture f;
    f.single_threaded = Threads::single;
    f.dir.write("in.png", f.text);
    auto const id = std::make_shared<std::string>();
    f.how.step = 2;
    std::size_t jobs = 0;
    std::size_t unknown = 0;
    auto const make = [&](asio::io_context&)
    {
        id->clear();
        f.fake.ledger().clear();
        jobs = f.fake.jobs().size();
        return generate_once(f.fresh(), f.dir.path(), id);
    };
    auto const check = [&](support::swept const& at)
    {
        CAPTURE(at.point);
        CHECK(f.fake.ledger().billable_creates() <= 1);
        CHECK(f.fake.jobs().size() - jobs == f.fake.ledger().billable_creates());
        CHECK_FALSE(has_leftovers(f.dir / "out"));
        if (!at.failure)
        {
            CHECK(f.fake.job(*id)->status == "complete");
            return;
        }
        auto const why = thrown(at.failure);
        CHECK(why == mh::errc::outcome_unknown); // whatever else breaks is mended
        CHECK(why->job_may_exist);
        REQUIRE_FALSE(why->correlation_name.empty());
        if (f.fake.jobs().size() > jobs)
            CHECK(f.fake.jobs().back().name == why->correlation_name);
        ++unknown;
    };
    auto const cut = [&] { cut_connections(f.fake); };
    CHECK(support::for_each_cut_point(make, cut, check, f.how).points > 15);
    CHECK(unknown < 5);
}

TEST_CASE("a connection that breaks at any exchange of generate loses no job and bills none twice")
{
    using mh::testing::cut;
    for (std::size_t exchange = 0; exchange < 20; ++exchange)
    {
        CAPTURE(exchange);
        fixture f;
        f.dir.write("in.png", pattern(300'000));
        auto const id = std::make_shared<std::string>();
        f.fake.on("*").after(exchange).cut_at(20, cut::rst).times(1);
        auto const state = support::start(f.io, generate_once(f.options(), f.dir.path(), id));
        REQUIRE(support::run_virtual_until(f.io, *f.clock, [&] { return state->done; }));
        CHECK(f.fake.ledger().billable_creates() <= 1);
        CHECK_FALSE(has_leftovers(f.dir / "out"));
        if (state->failure)
        {
            auto const why = thrown(state->failure);
            CHECK(why == mh::errc::outcome_unknown);
            CHECK(why->job_may_exist);
            CHECK_FALSE(why->correlation_name.empty());
            CHECK(f.fake.jobs().at(0).name == why->correlation_name);
        }
        if (f.fake.ledger().requests().size() <= exchange)
            break;
    }
}
