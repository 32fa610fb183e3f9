// Large transfers and many jobs. Small in an ordinary run; with MAGIC_HOUR_LONG_TESTS set, as tests/run
// --full does, a GiB each way and 10,000 jobs, in a build without sanitizers, whose own memory would hide
// what is measured.

#include "jobs/fixture.hpp"

#include "support/isolation.hpp"

#include <magic_hour/client.hpp>

#include <boost/asio/detached.hpp>
#include <malloc.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

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

/// The most memory that this process had since the last `forget_peak`, in bytes.
std::uint64_t peak_memory()
{
    std::ifstream status{"/proc/self/status"};
    for (std::string word; status >> word;)
    {
        std::uint64_t kibibytes = 0;
        if (word == "VmHWM:" && status >> kibibytes)
            return kibibytes * 1024;
    }
    return 0;
}

void forget_peak()
{
    std::ofstream{"/proc/self/clear_refs"} << 5;
}

/// By how much memory grows at its peak while `work` runs a second time.
template <class Work>
std::uint64_t growth_of(Work work, std::uint64_t small, std::uint64_t large)
{
    work(small);
    forget_peak();
    auto const before = peak_memory();
    work(large);
    return peak_memory() - before;
}

std::pair<std::uint64_t, std::uint64_t> two_numbers(std::string const& text)
{
    INFO(text);
    std::istringstream in{text};
    std::pair<std::uint64_t, std::uint64_t> numbers{};
    in >> numbers.first >> numbers.second;
    REQUIRE_FALSE(in.fail());
    return numbers;
}

/// One job with an input and an output of `size` bytes each; returns the size of what was saved.
std::uint64_t there_and_back(fixture& f, std::uint64_t size)
{
    mh::ai_image_editor::request edit{.style = {.prompt = "larger"}};
    edit.assets.image_file_paths = {sparse_file(f.dir, size)};
    auto const made = support::run(
        f.io, f.resource<mh::ai_image_editor>().generate(edit, quiet(f.dir / "outputs")),
        std::chrono::minutes{10});
    return std::filesystem::file_size(made.files.at(0).path);
}

/// Reads a job's output to its end; returns how many bytes came.
std::uint64_t read_output(fixture& f, mh::image_project const& project, std::size_t number)
{
    std::uint64_t bytes = 0;
    auto const read = [&]() -> asio::awaitable<void>
    {
        mh::client const client{f.session()};
        auto stream = co_await client.download(project, number);
        for (;;)
        {
            auto const chunk = co_await stream.next();
            if (!chunk)
                co_return;
            bytes += chunk->size();
        }
    };
    support::run(f.io, read(), std::chrono::minutes{10});
    return bytes;
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

// The server is another process: its memory does not count.
TEST_CASE("W8: a large file goes up and down in bounded memory")
{
    fixture f;
    f.clock.reset(); // transfers take real time
    std::uint64_t const small = 16 * mebibyte;
    std::uint64_t const large = (long_run() ? 1024 : 48) * mebibyte;
    for (auto const size : {small, large})
        f.fake.plan_next(job_plan::making({{mh::testing::synthetic_content(size), "png", "image/png"}}));
    support::child_process client{
        [&]
        {
            std::uint64_t saved = 0;
            auto const growth =
                growth_of([&](std::uint64_t size) { saved = there_and_back(f, size); }, small, large);
            return std::to_string(saved) + ' ' + std::to_string(growth);
        }};
    auto const [saved, growth] = two_numbers(client.result());
    CHECK(saved == large);
    MESSAGE("memory grew by " << growth / 1024 << " KiB for " << large / mebibyte << " MiB each way");
    if (memory_counts)
        CHECK(growth <= 8 * mebibyte);
    auto const uploads = f.fake.uploads();
    CHECK(std::ranges::any_of(uploads, [&](auto const& file) { return file.size == large; }));
    CHECK(f.fake.ledger().billable_creates() == 2);
}

TEST_CASE(
    "G12: an output that needs more than 32 bits for its size arrives to the last byte" *
    doctest::skip(!long_run()))
{
    fixture f;
    f.clock.reset();
    std::uint64_t const small = 16 * mebibyte;
    std::uint64_t const large = 5 * 1024 * mebibyte;
    auto plan = job_plan::making(
        {{mh::testing::synthetic_content(small), "mp4", "video/mp4"},
         {mh::testing::synthetic_content(large), "mp4", "video/mp4"}});
    plan.statuses = {"complete"};
    f.fake.plan_all(plan);
    support::child_process client{
        [&]
        {
            auto const request = f.picture();
            auto const job = support::run(f.io, f.resource<mh::ai_image_generator>().create(request));
            auto const project = support::run(f.io, f.resource<mh::image_projects>().get(job.id));
            std::uint64_t bytes = 0;
            auto const growth = growth_of(
                [&](std::uint64_t size) { bytes = read_output(f, project, size == small ? 0 : 1); }, small,
                large);
            return std::to_string(bytes) + ' ' + std::to_string(growth);
        }};
    auto const [bytes, growth] = two_numbers(client.result());
    CHECK(bytes == large);
    MESSAGE("memory grew by " << growth / 1024 << " KiB");
    if (memory_counts)
        CHECK(growth <= 8 * mebibyte);
}

TEST_CASE("L1: many jobs wait in one io_context, small and without a connection each")
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
    auto const each = (heap_in_use() - heap_before) / jobs;
    MESSAGE("a job takes " << each << " bytes, what the server keeps of it included");
    if (memory_counts)
        CHECK(each <= 16 * 1024);
    for (auto const& job : f.fake.jobs())
        f.fake.set_status(job.id, "complete");
    while (finished < jobs && std::chrono::steady_clock::now() < until)
        f.io.run_for(std::chrono::milliseconds{100});
    CHECK(finished == jobs);
    CHECK(f.fake.ledger().jobs_created() == jobs);
}
