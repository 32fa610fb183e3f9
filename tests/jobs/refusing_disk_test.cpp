// Disks that fail in ways that no file system shows on demand.

#include "disk_bench.hpp"
#include "refusing_disk.hpp"

#include <cerrno>

using namespace jobs_test;

namespace
{

struct trouble
{
    disk_call call;
    int good; ///< calls that succeed first
    int reason;
};

trouble const troubles[] = {{disk_call::write, 0, EDQUOT}, {disk_call::write, 3, EDQUOT},
                            {disk_call::write, 0, EIO},    {disk_call::write, 3, ENOSPC},
                            {disk_call::fsync, 0, EIO},    {disk_call::fsync, 0, ENOSPC},
                            {disk_call::close, 0, EIO},    {disk_call::close, 0, EDQUOT}};

} // namespace

TEST_CASE(
    "F1, F2: whatever a disk refuses, and when, is the error's reason; the job is known and nothing is left")
{
    for (trouble const& each : troubles)
    {
        CAPTURE(static_cast<int>(each.call));
        CAPTURE(each.good);
        CAPTURE(each.reason);
        disk_fixture f;
        f.make(mh::testing::synthetic_content(2'000'000));
        auto const out = f.dir / "out";
        refusing_disk const disk{each.call, each.good, each.reason};
        auto const made = f.generate(mh::generate_options(out).sync(true));
        REQUIRE(made.has_error());
        CHECK(disk.refusals() == 1);
        CHECK(made.error() == mh::errc::file);
        CHECK(made.error()->system.value() == each.reason);
        CHECK(f.fake.job(made.error()->project_id).has_value());
        CHECK(f.fake.ledger().billable_creates() == 1);
        CHECK(std::filesystem::is_empty(out));
    }
}

TEST_CASE("F1: a replaced file stays what it was when the disk refuses the last step")
{
    disk_fixture f;
    auto const id = f.finished_job();
    auto const target = f.dir.write(id + "-0.mp4", "the old one");
    {
        refusing_disk const disk{disk_call::close, 0, EIO};
        auto const made =
            f.attach(id, mh::generate_options(f.dir.path()).collision(mh::on_collision::overwrite));
        REQUIRE(made.has_error());
        CHECK(disk.refusals() == 1);
    }
    CHECK(f.dir.read(target) == "the old one");
    auto const again =
        f.attach(id, mh::generate_options(f.dir.path()).collision(mh::on_collision::overwrite));
    CHECK(ok(again));
    CHECK(f.dir.read(target) == f.text);
}
