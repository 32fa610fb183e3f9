#pragma once

#include "fixture.hpp"

#include <magic_hour/client.hpp>

#include <sys/stat.h>

namespace jobs_test
{

/// An output of a job, a video.
inline mh::testing::output video(mh::testing::content_ptr content)
{
    mh::testing::output made;
    made.content = std::move(content);
    made.extension = "mp4";
    made.content_type = "video/mp4";
    return made;
}

/// Downloads whose disk is what the test says.
struct disk_fixture : fixture
{
    using fixture::fixture;

    std::string const text = pattern(600'000);

    /// All jobs from now on are complete at once and have this output.
    void make(mh::testing::content_ptr content)
    {
        auto plan = job_plan::making({video(std::move(content))});
        plan.statuses = {"complete"};
        fake.plan_all(plan);
    }

    mh::result<mh::generated<mh::image_project>> generate(mh::generate_options how)
    {
        auto const request = picture();
        return run(resource<mh::ai_image_generator>().generate(request, mh::as_result, how));
    }

    /// A job whose only output is `text`.
    [[nodiscard]] std::string finished_job()
    {
        make(mh::testing::text_content(text));
        return make_job();
    }

    /// Saves the outputs of a job that is complete.
    mh::result<mh::generated<mh::image_project>> attach(std::string const& id, mh::generate_options how)
    {
        return run(resource<mh::image_projects>().attach(id, mh::as_result, how));
    }

    /// The job is paid for, its files could not be saved because of `reason`, and the error knows the job.
    void must_fail_after_the_job(
        mh::result<mh::generated<mh::image_project>> const& made, boost::system::errc::errc_t reason)
    {
        REQUIRE(made.has_error());
        CHECK(made.error() == mh::errc::file);
        CHECK(made.error()->system == reason);
        CHECK(fake.job(made.error()->project_id).has_value());
        CHECK(made.error()->project_kind == "image");
        CHECK(made.error()->last_status == "complete");
        CHECK(fake.ledger().billable_creates() == 1);
    }

    /// The job was never made.
    void must_fail_before_the_job(
        mh::result<mh::generated<mh::image_project>> const& made, boost::system::errc::errc_t reason)
    {
        REQUIRE(made.has_error());
        CHECK(made.error() == mh::errc::file);
        CHECK(made.error()->system == reason);
        CHECK(fake.ledger().requests().empty());
    }
};

inline unsigned mode_of(std::filesystem::path const& file)
{
    struct ::stat found = {};
    REQUIRE(::stat(file.c_str(), &found) == 0);
    return found.st_mode & 07777U;
}

} // namespace jobs_test
