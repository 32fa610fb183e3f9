#pragma once

#include "support/fd_guard.hpp"
#include "support/manual_clock.hpp"
#include "support/run.hpp"
#include "support/secrets_guard.hpp"
#include "support/temp_dir.hpp"

#include <magic_hour/resource.hpp>
#include <magic_hour/session.hpp>
#include <magic_hour/testing/fake_server.hpp>
#include <magic_hour/v1/ai_image_editor.hpp>
#include <magic_hour/v1/ai_image_generator.hpp>
#include <magic_hour/v1/image_projects.hpp>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

namespace jobs_test
{

namespace asio = boost::asio;
namespace mh = magic_hour;
namespace http = magic_hour::http;
using namespace std::chrono_literals;
using mh::testing::fake_options;
using mh::testing::job_plan;
using request_list = std::vector<mh::testing::request_record>;

/// Jobs of this fake move on with each poll, so that tests need no time.
[[nodiscard]] inline fake_options stepwise()
{
    fake_options options;
    options.step_per_poll = true;
    return options;
}

/// A fake of the API, and a client of it on a clock that stands still but for pauses.
struct fixture
{
    explicit fixture(fake_options options = stepwise()) : fake(std::move(options)) {}

    mh::testing::fake_server fake;
    support::temp_dir dir{};
    std::shared_ptr<support::manual_clock> clock = std::make_shared<support::manual_clock>();
    asio::io_context io{1};
    int attempts = mh::http::retry_options{}.max_attempts;

    [[nodiscard]] mh::client_options options() const
    {
        mh::client_options out;
        out.api_key = fake.api_key();
        out.base_url = fake.base_url();
        out.tls.ca_pem = fake.ca_pem();
        out.clock = clock;
        out.random = [] { return 0.5; };
        out.retry.max_attempts = attempts;
        return out;
    }
    [[nodiscard]] mh::session session() { return mh::session{io, options()}; }

    template <class Declaration>
    [[nodiscard]] mh::resource<Declaration> resource()
    {
        return mh::resource<Declaration>{session()};
    }

    /// Runs an operation to its end; pauses pass in no time.
    template <class T>
    T run(asio::awaitable<T> what, support::auto_advance_options how = {})
    {
        return support::run(io, *clock, std::move(what), how);
    }

    [[nodiscard]] request_list requests(std::string_view method, std::string_view path)
    {
        return fake.ledger().requests(method, path);
    }
    [[nodiscard]] std::size_t count(std::string_view method, std::string_view path)
    {
        return fake.ledger().count(method, path);
    }
    [[nodiscard]] std::size_t polls() { return count("GET", "/v1/*-projects/*"); }

    /// Creates a job and returns its id.
    [[nodiscard]] std::string make_job()
    {
        auto const request = picture();
        return run(resource<mh::ai_image_generator>().create(request)).id;
    }

    [[nodiscard]] static mh::ai_image_generator::request picture()
    {
        return mh::ai_image_generator::request{.style = {.prompt = "a lighthouse"}, .image_count = 1};
    }
    [[nodiscard]] static mh::ai_image_editor::request edit(std::vector<mh::asset> pictures)
    {
        return mh::ai_image_editor::request{
            .assets = {.image_file_paths = std::move(pictures)}, .style = {.prompt = "Give me sunglasses"}};
    }
};

/// Whether there is a value; says why not.
template <class T>
bool ok(mh::result<T> const& outcome)
{
    if (!outcome)
        MESSAGE(outcome.error().what());
    return outcome.has_value();
}

/// What a user could print of an error.
inline std::string everything(mh::error const& e)
{
    return std::string{e.what()} + '\n' + e->message + '\n' + e->api_message + '\n' + e->body_excerpt + '\n' +
           e->path + '\n' + e->host + '\n' + e->request_id + '\n' + e->project_id;
}

/// Bytes that no two places of a file share.
inline std::string pattern(std::size_t size, unsigned seed = 1)
{
    std::string text(size, '\0');
    std::uint32_t state = seed * 2654435761U + 1;
    for (char& c : text)
    {
        state = state * 1664525U + 1013904223U;
        c = static_cast<char>(state >> 24);
    }
    return text;
}

} // namespace jobs_test
