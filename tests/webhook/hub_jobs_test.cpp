#include "hosted_server.hpp"
#include "support/run.hpp"

#include <magic_hour/resource.hpp>
#include <magic_hour/session.hpp>
#include <magic_hour/testing/fake_server.hpp>
#include <magic_hour/testing/webhook_sender.hpp>
#include <magic_hour/v1/ai_image_generator.hpp>
#include <magic_hour/v1/image_projects.hpp>
#include <magic_hour/webhook/hub.hpp>

#include <doctest/doctest.h>

namespace mh = magic_hour;
namespace testing = magic_hour::testing;
namespace webhook = magic_hour::webhook;
using namespace std::chrono_literals;

namespace
{

webhook::server_options with(std::shared_ptr<webhook::hub> hub)
{
    auto options = hosted_server::options();
    options.hub = std::move(hub);
    return options;
}

testing::sender_options to(hosted_server const& server, testing::delivery_faults faults)
{
    testing::sender_options options;
    options.url = "http://127.0.0.1:" + std::to_string(server.port()) + "/hook";
    options.first_pause = 5ms;
    options.faults = faults;
    return options;
}

/// A fake of the API that sends webhooks to a server, whose hub wakes the client's waits.
struct bench
{
    explicit bench(testing::delivery_faults faults = {}) : sender{sample::secret(), to(receiver, faults)}
    {
        fake.on_state_change(sender.listener());
    }
    ~bench() { fake.stop(); }

    [[nodiscard]] mh::client_options options() const
    {
        mh::client_options out;
        out.api_key = fake.api_key();
        out.base_url = fake.base_url();
        out.tls.ca_pem = fake.ca_pem();
        return out;
    }

    /// Makes a picture and waits for it.
    mh::result<mh::generated<mh::image_project>> generate(mh::generate_options how = {})
    {
        mh::resource<mh::ai_image_generator> const images{mh::session{io, options()}};
        mh::ai_image_generator::request const request{.style = {.prompt = "a lighthouse"}, .image_count = 1};
        how.hub(hub);
        return support::run(io, images.generate(request, mh::as_result, how));
    }

    [[nodiscard]] std::size_t polls() { return fake.ledger().count("GET", "/v1/image-projects/*"); }

    std::shared_ptr<webhook::hub> hub = std::make_shared<webhook::hub>();
    hosted_server receiver{with(hub), nullptr};
    testing::webhook_sender sender;
    testing::fake_server fake{};
    boost::asio::io_context io{1};
};

mh::generate_options polling_every(mh::http::duration pause)
{
    mh::poll_options poll;
    poll.interval = pause;
    mh::generate_options how;
    how.poll(poll);
    return how;
}

} // namespace

TEST_CASE("with webhooks a job costs one question")
{
    bench b;
    auto const made = b.generate();
    REQUIRE(made.has_value());
    CHECK(made->status == mh::project_status::complete);
    CHECK(b.polls() == 1);
    CHECK(b.fake.ledger().billable_creates() == 1);
    CHECK(b.hub->waiting() == 0);
}

TEST_CASE("an event that overtakes the answer of its create is not lost")
{
    bench b;
    b.fake.on("POST /v1/ai-image-generator").delay(400ms).times(1);
    std::size_t kept = 0;
    mh::generate_options how;
    how.on_created([&](mh::job_status const&) { kept = b.hub->kept(); });
    auto const made = b.generate(how);
    REQUIRE(made.has_value());
    CHECK(made->status == mh::project_status::complete);
    CHECK(kept == 1);
    CHECK(b.polls() == 1);
    CHECK(b.hub->kept() == 0);
}

TEST_CASE("deliveries that are refused, repeated and out of order still complete the wait")
{
    testing::delivery_faults faults;
    faults.wrong_signatures = 2;
    faults.copies = 2;
    faults.reverse = 2;
    bench b{faults};
    auto const made = b.generate();
    REQUIRE(made.has_value());
    CHECK(made->status == mh::project_status::complete);
    CHECK(b.polls() <= 2);
    CHECK(b.receiver.refused.wait_for(2).size() == 2);
}

TEST_CASE("W9: when deliveries are lost the slow poll ends the wait")
{
    testing::delivery_faults faults;
    faults.lost = 1000;
    bench b{faults};
    auto const made = b.generate(polling_every(150ms));
    REQUIRE(made.has_value());
    CHECK(made->status == mh::project_status::complete);
    CHECK(b.polls() >= 1);
    CHECK(b.sender.attempts().empty());
}

TEST_CASE("W9: a canceled job sends no event, the slow poll notices")
{
    bench b;
    b.fake.plan_all(testing::job_plan::through({"queued", "rendering", "canceled"}));
    auto const made = b.generate(polling_every(150ms));
    REQUIRE(made.has_error());
    CHECK(made.error() == mh::errc::job_canceled);
    for (auto const& a : b.sender.attempts())
        CHECK(a.body.find("started") != std::string::npos);
}

TEST_CASE("a job that fails is told by its event")
{
    bench b;
    b.fake.plan_all(testing::job_plan::failing("no_source_face", "No face"));
    auto const made = b.generate();
    REQUIRE(made.has_error());
    CHECK(made.error() == mh::errc::job_failed);
    CHECK(b.polls() == 1);
}
