// Large transfers and many jobs. Small in an ordinary run; with MAGIC_HOUR_LONG_TESTS set, as tests/run
// --full does, a GiB each way and 10,000 jobs, in a build without sanitizers, whose own memory would hide
// what is measured.

#include "jobs/fixture.hpp"

#include <boost/asio/detached.hpp>
#include <malloc.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace jobs_test;

namespace
{

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool memory_counts = false;
#else
constexpr bool memory_counts = true;
#endif

constexpr std::uint64_t mebibyte = 1 << 20;

bool long_run()
{
    return std::getenv("MAGIC_HOUR_LONG_TESTS") != nullptr;
}

mh::generate_options quiet(std::filesystem::path const& folder)
{
    mh::generate_options options{folder};
    options.sync(false).collision(mh::on_collision::overwrite);
    options.poll({.interval = std::chrono::milliseconds{20}});
    return options;
}

/// A file of `size` bytes that takes no space.
std::filesystem::path sparse_file(support::temp_dir const& dir, std::uint64_t size)
{
    auto const path = dir / "input.png";
    std::ofstream{path}.put('x');
    std::filesystem::resize_file(path, size);
    return path;
}

/// One job with an input and an output of `size` bytes each.
void there_and_back(fixture& f, std::uint64_t size)
{
    auto const output = mh::testing::synthetic_content(size);
    f.fake.plan_next(job_plan::making({{output, "png", "image/png"}}));
    mh::ai_image_editor::request edit{.style = {.prompt = "larger"}};
    edit.assets.image_file_paths = {sparse_file(f.dir, size)};
    auto const made = support::run(
        f.io, f.resource<mh::ai_image_editor>().generate(edit, quiet(f.dir / "outputs")),
        std::chrono::minutes{10});
    REQUIRE(made.files.size() == 1);
    CHECK(made.files[0].bytes == size);
    CHECK(std::filesystem::file_size(made.files[0].path) == size);
    auto const uploads = f.fake.uploads();
    CHECK(std::ranges::any_of(uploads, [&](auto const& file) { return file.size == size; }));
}

asio::awaitable<void>
wait_for_picture(mh::resource<mh::ai_image_generator> generator, mh::poll_options how, std::size_t& finished)
{
    auto const request = fixture::picture();
    mh::generate_options options;
    options.poll(how);
    auto const made = co_await generator.generate(request, mh::as_result, options);
    if (!made)
        MESSAGE(std::string{made.error().what()});
    finished += made && made->status == mh::project_status::complete ? 1 : 0;
}

std::size_t heap_in_use()
{
    return mallinfo2().uordblks;
}

} // namespace

TEST_CASE("a large file goes up and down in bounded memory")
{
    fixture f;
    f.clock.reset(); // transfers take real time
    std::uint64_t const size = (long_run() ? 1024 : 48) * mebibyte;
    there_and_back(f, 16 * mebibyte);
    auto const before = support::resident_memory();
    there_and_back(f, size);
    auto const after = support::resident_memory();
    if (memory_counts)
        CHECK(after - std::min(before, after) <= 8 * mebibyte);
    CHECK(f.fake.ledger().billable_creates() == 2);
}

TEST_CASE("many jobs wait in one io_context, small and without a connection each")
{
    std::size_t const jobs = long_run() ? 10'000 : 300;
    fake_options how_fake;
    how_fake.step = std::chrono::hours{1};
    how_fake.credits = 1'000'000'000;
    fixture f{how_fake};
    f.fake.ledger().keep_latest(0);
    f.clock.reset();
    f.fake.plan_all(job_plan::through({"queued"}));
    mh::resource<mh::ai_image_generator> const generator{f.session()};
    mh::poll_options how;
    how.first_pause = std::chrono::seconds{2};
    std::size_t finished = 0;
    auto const heap_before = heap_in_use();
    for (std::size_t i = 0; i < jobs; ++i)
        asio::co_spawn(f.io, wait_for_picture(generator, how, finished), asio::detached);
    auto const until = std::chrono::steady_clock::now() + std::chrono::seconds{long_run() ? 300 : 60};
    while (f.fake.ledger().jobs_created() < jobs && std::chrono::steady_clock::now() < until)
        f.io.run_for(std::chrono::milliseconds{100});
    REQUIRE(f.fake.ledger().jobs_created() == jobs);
    f.io.run_for(std::chrono::milliseconds{500});
    CHECK(f.fake.ledger().open_connections() <= 16);
    if (memory_counts)
        CHECK((heap_in_use() - heap_before) / jobs <= 16 * 1024); // the fake's memory of the job included
    for (auto const& job : f.fake.jobs())
        f.fake.set_status(job.id, "complete");
    while (finished < jobs && std::chrono::steady_clock::now() < until)
        f.io.run_for(std::chrono::milliseconds{100});
    CHECK(finished == jobs);
    CHECK(f.fake.ledger().jobs_created() == jobs);
}
