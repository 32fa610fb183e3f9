#include "fixture.hpp"

using namespace jobs_test;

TEST_CASE("generate uploads, creates, waits and saves a real picture")
{
    fixture f;
    auto const picture = pattern(700'000);
    auto const path = f.dir.write("me.png", picture);
    auto const request = f.edit({path});
    auto const made = f.run(f.resource<mh::ai_image_editor>().generate(request, f.dir / "out"));

    CHECK(made.status == mh::project_status::complete);
    REQUIRE(made.files.size() == 1);
    CHECK(made.files[0].path == f.dir / "out" / (made.id + "-0.png"));
    CHECK(made.files[0].length_verified);
    auto const saved = f.dir.read(made.files[0].path);
    CHECK(saved.size() == made.files[0].bytes);
    CHECK(saved.starts_with("\x89PNG"));

    CHECK(f.count("POST", "/v1/files/upload-urls") == 1);
    CHECK(f.count("PUT", "*") == 1);
    CHECK(f.fake.ledger().billable_creates() == 1);
    REQUIRE(f.fake.uploads().size() == 1);
    CHECK(f.fake.uploads()[0].sha256 == mh::testing::sha256(picture));
    auto const job = f.fake.job(made.id);
    REQUIRE(job);
    CHECK(job->request_json.find(f.fake.uploads()[0].path) != std::string::npos);
    CHECK(request.assets.image_file_paths[0] == mh::asset{path}); // the caller's request is as it was
}

TEST_CASE("W2: there is no pause after the terminal answer")
{
    fixture f;
    f.fake.plan_all(job_plan::through({"complete"}));
    auto const request = f.picture();
    auto const made = f.run(f.resource<mh::ai_image_generator>().generate(request));
    CHECK(made.status == mh::project_status::complete);
    CHECK(f.polls() == 1);
    CHECK(f.clock->elapsed() < 6s);
    CHECK(made.files.empty());
}
