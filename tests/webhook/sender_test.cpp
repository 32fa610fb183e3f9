#include "hosted_server.hpp"

#include <magic_hour/testing/webhook_sender.hpp>

#include <doctest/doctest.h>

#include <algorithm>

namespace testing = magic_hour::testing;
namespace webhook = magic_hour::webhook;
using magic_hour::kind;
using std::chrono::milliseconds;
using strings = std::vector<std::string>;

namespace
{

testing::sender_options to(hosted_server const& server, testing::delivery_faults faults = {})
{
    testing::sender_options options;
    options.url = "http://127.0.0.1:" + std::to_string(server.port()) + "/hook";
    options.first_pause = milliseconds{5};
    options.faults = faults;
    return options;
}

/// The statuses of the attempts once there are `count`, or what there is after a few seconds.
std::vector<int> statuses(testing::webhook_sender const& sender, std::size_t count)
{
    auto const until = std::chrono::steady_clock::now() + std::chrono::seconds{5};
    while (sender.attempts().size() < count && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(milliseconds{2});
    std::vector<int> out;
    for (auto const& a : sender.attempts())
        out.push_back(a.status);
    return out;
}

/// A clock whose owner is behind the others.
class late_clock final : public magic_hour::http::time_source
{
public:
    [[nodiscard]] std::chrono::system_clock::time_point wall_clock() const noexcept override
    {
        return std::chrono::system_clock::now() - std::chrono::seconds{400};
    }
};

/// What a fake of the API tells of a job.
struct job
{
    magic_hour::kind kind{};
    std::string status{};
    std::string details_json{};
};

} // namespace

TEST_CASE("a sender delivers an event once when all goes well")
{
    hosted_server server;
    testing::webhook_sender sender{sample::secret(), to(server)};
    sender.send("video.completed", R"({"id":"a"})");
    CHECK(statuses(sender, 1) == std::vector<int>{200});
    CHECK(server.handled.wait_for(1) == strings{"a:video.completed"});
    auto const made = sender.attempts().at(0);
    CHECK(made.body == R"({"type":"video.completed","payload":{"id":"a"}})");
    CHECK(made.number == 1);
    CHECK_FALSE(made.wrong_signature);
}

TEST_CASE("W2: deliveries with wrong signatures are refused and repeated until they are right")
{
    hosted_server server;
    testing::delivery_faults faults;
    faults.wrong_signatures = 2;
    testing::webhook_sender sender{sample::secret(), to(server, faults)};
    sender.send("video.completed", R"({"id":"a"})");
    CHECK(statuses(sender, 3) == std::vector<int>{401, 401, 200});
    CHECK(server.handled.wait_for(1) == strings{"a:video.completed"});
    CHECK(sender.attempts().at(2).number == 3);
}

TEST_CASE("W9: an event that is delivered three times is handled once")
{
    hosted_server server;
    testing::delivery_faults faults;
    faults.copies = 3;
    testing::webhook_sender sender{sample::secret(), to(server, faults)};
    sender.send("video.completed", R"({"id":"a"})");
    CHECK(statuses(sender, 3) == std::vector<int>{200, 200, 200});
    server.stop();
    CHECK(server.handled.all() == strings{"a:video.completed"});
}

TEST_CASE("W9: events can overtake each other")
{
    hosted_server server;
    testing::delivery_faults faults;
    faults.reverse = 2;
    testing::webhook_sender sender{sample::secret(), to(server, faults)};
    sender.send("video.started", R"({"id":"a"})");
    // Held back for the one that overtakes it: another sender's later event is there first.
    testing::webhook_sender other{sample::secret(), to(server)};
    other.send("video.completed", R"({"id":"c"})");
    CHECK(server.handled.wait_for(1) == strings{"c:video.completed"});
    sender.send("video.completed", R"({"id":"a"})");
    sender.send("video.started", R"({"id":"b"})");
    sender.flush();
    strings const order{"a:video.completed", "a:video.started", "b:video.started", "c:video.completed"};
    CHECK(server.handled.wait_for(4).size() == 4);
    auto const bodies = statuses(sender, 3);
    CHECK(bodies == std::vector<int>{200, 200, 200});
    auto seen = server.handled.all();
    std::ranges::sort(seen);
    CHECK(seen == order);
}

TEST_CASE("W9: a delivery can be lost")
{
    hosted_server server;
    testing::delivery_faults faults;
    faults.lost = 1;
    testing::webhook_sender sender{sample::secret(), to(server, faults)};
    sender.send("video.completed", R"({"id":"a"})");
    sender.send("video.completed", R"({"id":"b"})");
    CHECK(server.handled.wait_for(1) == strings{"b:video.completed"});
    CHECK(statuses(sender, 1) == std::vector<int>{200});
}

TEST_CASE("W4: a sender whose clock is wrong is refused each time")
{
    hosted_server server;
    auto options = to(server);
    options.clock = std::make_shared<late_clock>();
    testing::webhook_sender sender{sample::secret(), std::move(options)};
    sender.send("video.completed", R"({"id":"a"})");
    auto const all = statuses(sender, 3);
    CHECK(all.size() >= 3);
    CHECK(std::ranges::all_of(all, [](int status) { return status == 401; }));
    sender.stop();
    server.stop();
    CHECK(server.handled.all().empty());
}

TEST_CASE("a sender goes on while there is no answer, and gives up in the end")
{
    std::uint16_t port = 0;
    {
        hosted_server gone;
        port = gone.port();
    }
    testing::sender_options options;
    options.url = "http://127.0.0.1:" + std::to_string(port) + "/hook";
    options.first_pause = milliseconds{1};
    options.give_up = milliseconds{20};
    testing::webhook_sender sender{sample::secret(), std::move(options)};
    sender.send("video.completed", R"({"id":"a"})");
    auto const all = statuses(sender, 3);
    CHECK(all.size() >= 3);
    CHECK(std::ranges::all_of(all, [](int status) { return status == 0; }));
}

TEST_CASE("the states of a job become the events that the API sends")
{
    hosted_server server;
    testing::webhook_sender sender{sample::secret(), to(server)};
    auto const listener = sender.listener();
    listener(job{kind::video, "queued", R"({"id":"a","status":"queued"})"});
    listener(job{kind::video, "rendering", R"({"id":"a","status":"rendering"})"});
    listener(job{kind::video, "complete", R"({"id":"a","status":"complete"})"});
    listener(job{kind::image, "error", R"({"id":"b","status":"error"})"});
    listener(job{kind::audio, "canceled", R"({"id":"c","status":"canceled"})"});
    listener(job{kind::face_detection, "complete", R"({"id":"d","status":"complete"})"});
    listener(job{kind::audio, "complete", R"({"id":"e","status":"complete"})"});
    auto seen = server.handled.wait_for(4);
    std::ranges::sort(seen);
    CHECK(seen == strings{"a:video.completed", "a:video.started", "b:image.errored", "e:audio.completed"});
}

TEST_CASE("a sender refuses URLs that it cannot use")
{
    for (auto const* const url : {"", "nonsense", "https://127.0.0.1/", "http://example.com/"})
    {
        testing::sender_options options;
        options.url = url;
        CHECK_THROWS_AS(testing::webhook_sender(sample::secret(), options), magic_hour::error);
    }
}
