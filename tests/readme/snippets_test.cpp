// The code of README.md, word for word between the lines "// snippet" and "// end", run against the fake.
// tests/scripts/readme.sh compares.

#include "support/run.hpp"
#include "support/temp_dir.hpp"

#include <magic_hour/magic_hour.hpp>

#include <magic_hour/testing/content.hpp>
#include <magic_hour/testing/fake_server.hpp>

#include <doctest/doctest.h>

#include <boost/asio/use_future.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

namespace asio = boost::asio;
namespace mh = magic_hour;
namespace webhook = magic_hour::webhook;

namespace
{

/// A folder of its own as the working directory, with the picture of the examples in it.
struct workplace
{
    support::temp_dir folder{};
    std::filesystem::path before = std::filesystem::current_path();
    mh::testing::fake_server fake{make_options()};
    asio::io_context io{1};

    workplace()
    {
        ::setenv("MAGIC_HOUR_POLL_INTERVAL", "0.02", 1);
        std::filesystem::current_path(folder.path());
        std::ofstream{"portrait.png", std::ios::binary} << mh::testing::png_image(16, 16);
    }
    ~workplace() { std::filesystem::current_path(before); }
    workplace(workplace const&) = delete;
    workplace& operator=(workplace const&) = delete;

    static mh::testing::fake_options make_options()
    {
        mh::testing::fake_options out;
        out.step = std::chrono::milliseconds{1};
        return out;
    }

    mh::client client()
    {
        mh::client_options options;
        options.api_key = fake.api_key();
        options.base_url = fake.base_url();
        options.tls.ca_pem = fake.ca_pem();
        return mh::client{io, options};
    }
};

struct captured_output
{
    std::ostringstream text{};
    std::streambuf* before = std::cout.rdbuf(text.rdbuf());
    captured_output() = default;
    ~captured_output() { std::cout.rdbuf(before); }
    captured_output(captured_output const&) = delete;
    captured_output& operator=(captured_output const&) = delete;
};

// snippet
asio::awaitable<void> sunglasses(mh::client client)
{
    mh::ai_image_editor::request edit{
        .assets = {.image_file_paths = {"portrait.png"}}, // a local file, a URL or a stored path
        .style = {.prompt = "Give me sunglasses"}};

    auto photo = co_await client.v1.ai_image_editor.generate(edit, "outputs");

    for (auto const& file : photo.files)
        std::cout << file.path.string() << '\n'; // outputs/<id>-0.png
}
// end

struct reply_type
{
    std::uint64_t bytes = 0;
    asio::awaitable<void> write(asio::const_buffer chunk)
    {
        bytes += chunk.size();
        co_return;
    }
};

asio::awaitable<std::uint64_t> steps_apart(mh::client client, std::vector<std::string>& statuses)
{
    reply_type reply;
    auto const log = [&](auto const& status) { statuses.push_back(std::string{status.str()}); };
    // snippet
    mh::ai_image_generator::request picture{.style = {.prompt = "A lighthouse"}, .image_count = 1};

    auto job = co_await client.v1.ai_image_generator.create(picture); // URLs and stored paths only: no upload
    auto poll = client.v1.image_projects.poll(job.id);
    while (auto update = co_await poll.next()) // yields until the job is done, failed, canceled or deleted
        log(update->status);

    auto stream = co_await client.download(poll.project());
    while (auto chunk = co_await stream.next()) // bounded memory, whatever the size
        co_await reply.write(*chunk);           // straight into a Beast response, for example
    // end
    co_return reply.bytes;
}

asio::awaitable<mh::errc> careful(mh::client client)
{
    std::string resubmitted;
    auto const top_up = [] {};
    auto const look_for = [&](std::string const& name) { resubmitted = name; };
    mh::ai_image_generator::request picture{.style = {.prompt = "A lighthouse"}, .image_count = 1};
    // snippet
    auto made = co_await client.v1.ai_image_generator.create(picture, mh::as_result);
    if (!made)
        switch (made.error().code())
        {
        case mh::errc::payment_required:
            top_up();
            break;
        case mh::errc::outcome_unknown: // a job may exist and may have been charged
            look_for(made.error()->correlation_name);
            break;
        default:
            std::cerr << made.error().what() << '\n'; // one line, no secrets
        }
    // end
    co_return made ? mh::errc{} : made.error().code();
}

asio::awaitable<std::size_t> many(mh::client client)
{
    std::vector<mh::ai_image_generator::request> const requests(
        3, mh::ai_image_generator::request{.style = {.prompt = "A lighthouse"}, .image_count = 1});
    std::size_t finished = 0;
    // snippet
    auto jobs = mh::generate_all(client.v1.ai_image_generator, requests, "outputs", 2); // two at a time
    while (auto done = co_await jobs.next())
        finished += done->job ? 1 : 0; // done->index says which request it was
    // end
    co_return finished;
}

} // namespace

TEST_CASE("README: generate")
{
    workplace w;
    captured_output shown;
    support::run(w.io, sunglasses(w.client()));
    std::string path = shown.text.str();
    REQUIRE(path.starts_with("outputs/"));
    path.pop_back();
    CHECK(std::filesystem::file_size(path) > 0);
    CHECK(w.fake.ledger().billable_creates() == 1);
    CHECK(w.fake.uploads().size() == 1);
}

TEST_CASE("README: the steps apart")
{
    workplace w;
    std::vector<std::string> statuses;
    CHECK(support::run(w.io, steps_apart(w.client(), statuses)) > 0);
    REQUIRE_FALSE(statuses.empty());
    CHECK(statuses.back() == "complete");
    CHECK(w.fake.ledger().billable_creates() == 1);
}

TEST_CASE("README: errors as values")
{
    workplace w;
    CHECK(support::run(w.io, careful(w.client())) == mh::errc{});
    w.fake.on("POST /v1/ai-image-generator").answer(402).times(1);
    CHECK(support::run(w.io, careful(w.client())) == mh::errc::payment_required);
    w.fake.on("POST /v1/ai-image-generator").answer(500).times(1);
    CHECK(support::run(w.io, careful(w.client())) == mh::errc::outcome_unknown);
    CHECK(w.fake.ledger().billable_creates() == 3);
}

TEST_CASE("README: other completion tokens")
{
    workplace w;
    mh::client const client = w.client();
    mh::ai_image_generator::request const picture{.style = {.prompt = "A lighthouse"}, .image_count = 1};
    std::string id;
    auto const handler = [&](mh::result<mh::created_image> made) { id = made.value().id; };
    // snippet
    client.v1.ai_image_generator.create(picture, handler); // void(mh::result<mh::created_image>)
    auto future = client.v1.ai_image_generator.create(picture, asio::use_future);
    // end
    w.io.run();
    CHECK(w.fake.jobs().size() == 2);
    CHECK(w.fake.job(id).has_value());
    CHECK(w.fake.job(future.get().value().id).has_value());
}

TEST_CASE("README: a program that blocks")
{
    workplace w;
    asio::io_context& io = w.io;
    mh::client const client = w.client();
    mh::ai_image_editor::request const edit{
        .assets = {.image_file_paths = {"portrait.png"}}, .style = {.prompt = "Give me sunglasses"}};
    // snippet
    auto photo = mh::sync_wait(io, client.v1.ai_image_editor.generate(edit, "outputs"));
    // end
    CHECK(photo.files.size() == 1);
}

TEST_CASE("README: many jobs")
{
    workplace w;
    CHECK(support::run(w.io, many(w.client()), std::chrono::seconds{60}) == 3);
    CHECK(w.fake.ledger().billable_creates() == 3);
}

TEST_CASE("README: the fake of the API")
{
    asio::io_context io;
    // snippet
    mh::testing::fake_server fake; // on loopback, with a CA and a storage server of its own
    mh::client_options options;
    options.api_key = fake.api_key();
    options.base_url = fake.base_url();
    options.tls.ca_pem = fake.ca_pem();
    mh::client client{io, options};

    fake.on("POST /v1/ai-image-generator").answer(500).times(1); // how does my program take that?
    fake.plan_next(mh::testing::job_plan::failing("content_policy_violation", "no"));
    // end
    mh::ai_image_generator::request const picture{.style = {.prompt = "A lighthouse"}, .image_count = 1};
    auto const first = support::run(io, client.v1.ai_image_generator.create(picture, mh::as_result));
    CHECK(first.error().code() == mh::errc::outcome_unknown);
    // snippet
    CHECK(fake.ledger().billable_creates() == 1); // everything that arrived is on record
    // end
}
