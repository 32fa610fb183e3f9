#include "fixture.hpp"

#include <magic_hour/webhook/sign.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <csignal>

using namespace mh_test;

namespace
{

constexpr std::string_view secret = "whsec_test";
constexpr std::string_view event =
    R"({"type":"image.completed","payload":{"id":"cabc","status":"complete"}})";

std::string seconds_from_now(std::chrono::seconds offset)
{
    auto const when = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + offset;
    return std::to_string(when.time_since_epoch().count());
}

run_options delivery(std::string body, std::string timestamp, std::string signature)
{
    run_options out;
    out.arguments = {"webhook",           "verify", "--signature", std::move(signature), "--timestamp",
                     std::move(timestamp)};
    out.environment["MAGIC_HOUR_WEBHOOK_SECRET"] = secret;
    out.input = std::move(body);
    return out;
}

std::string signature_of(std::string_view body, std::string_view timestamp)
{
    return magic_hour::webhook::sign(body, timestamp, magic_hour::webhook::secret{secret});
}

outcome bare(std::vector<std::string> arguments)
{
    run_options out;
    out.arguments = std::move(arguments);
    return run(out);
}

} // namespace

TEST_CASE("schema prints one JSON document with all operations and events, whatever the output option says")
{
    auto const whole = bare({"schema", "--output", "text"});
    CHECK(whole.status == 0);
    auto const document = boost::json::parse(whole.out);
    CHECK(document.at("operations").as_array().size() == 40);
    CHECK(document.at("events").as_array().size() == 9);
    auto const one = bare({"schema", "ai-image-editor", "--output", "json"});
    CHECK(boost::json::parse(one.out).at("operations").at(0).at("path") == "/v1/ai-image-editor");
    auto const wrong = bare({"schema", "ai-image-editr"});
    CHECK(wrong.status == 2);
    CHECK(contains(wrong.err, "ai-image-editor"));
}

TEST_CASE("help, models, voices and completion need no key and no network")
{
    CHECK(contains(bare({"--help"}).out, "Edit a photo"));
    CHECK(contains(bare({"image-projects", "--help"}).out, "mh image-projects wait ID"));
    auto const edit = bare({"ai-image-editor", "generate", "--help"});
    CHECK(edit.status == 0);
    CHECK(contains(edit.out, "style.prompt"));
    CHECK(contains(edit.out, "required. text from 1 to 15000 characters"));
    CHECK(contains(edit.out, "deprecated: use model."));
    CHECK(contains(edit.out, "one of: auto, 640px, 1k, 2k, 4k (deprecated: auto)"));
    auto const swap = bare({"face-swap", "generate", "--help"}).out;
    CHECK(contains(swap, "face_mappings[N].new_face"));
    CHECK(contains(swap, "required in each entry. image file"));
    CHECK(bare({"ai-image-editr", "--help"}).status == 2);
    CHECK(contains(bare({"models", "nano-banana-pro"}).out, "ai-image-editor"));
    CHECK(contains(bare({"voices", "morgan"}).out, "Morgan Freeman\n"));
    CHECK(!contains(bare({"voices", "morgan"}).out, "Yoda"));
    CHECK(
        boost::json::parse(bare({"voices", "morgan", "--output", "json"}).out).at("voices").at(0) ==
        "Morgan Freeman");
    CHECK(contains(bare({"completion", "bash"}).out, "complete -F _mh mh"));
    CHECK(contains(bare({"completion", "zsh"}).out, "#compdef mh"));
    CHECK(bare({"completion", "fish"}).status == 2);
    CHECK(contains(bare({"--version"}).out, "mh "));
}

TEST_CASE("the help of a command tells the default of each field that has one")
{
    auto const line_of = [](std::string const& help, std::string_view field)
    {
        auto const from = help.find("\n  " + std::string{field} + ' ');
        REQUIRE(from != std::string::npos);
        auto const text = help.substr(from + 1);
        std::string out;
        for (std::size_t at = 0; at == 0 || text.compare(at, 4, "    ") == 0; at = text.find('\n', at) + 1)
            out += text.substr(at, text.find('\n', at) - at) + ' ';
        return out;
    };
    auto const talk = bare({"lip-sync", "create", "--help"}).out;
    CHECK(contains(line_of(talk, "style.generation_mode"), "one of: lite, standard, pro; default lite"));
    CHECK(!contains(line_of(talk, "start_seconds"), "default"));
    CHECK(contains(line_of(talk, "name"), "default: a unique one"));
    auto const face = bare({"ai-face-editor", "generate", "--help"}).out;
    CHECK(contains(line_of(face, "style.mouth_smile"), "default 0 "));
    CHECK(contains(line_of(face, "style.enhance_face"), "default false "));
    auto const search = bare({"face-detection", "create", "--help"}).out;
    CHECK(contains(line_of(search, "confidence_score"), "default 0.5 "));
    auto const items = bare({"saved-items", "list", "--help"}).out;
    CHECK(contains(line_of(items, "limit"), "whole number from 1 to 100; default 20 "));
}

TEST_CASE("no line of any help is wider than 80 columns, or ends with a blank")
{
    auto const check = [](std::string const& help)
    {
        CHECK(help.ends_with('\n'));
        CHECK(!help.ends_with("\n\n"));
        for (std::size_t at = 0; at < help.size(); at = help.find('\n', at) + 1)
        {
            auto const line = help.substr(at, help.find('\n', at) - at);
            CHECK_MESSAGE(line.size() <= 80, line);
            CHECK_MESSAGE(!line.ends_with(' '), line);
        }
    };
    auto const main = bare({"--help"}).out;
    check(main);
    auto const schema = boost::json::parse(bare({"schema"}).out);
    for (auto const& operation : schema.at("operations").as_array())
    {
        auto const name = std::string{operation.at("resource").as_string()};
        auto const dot = name.rfind('.');
        auto const help = bare({name.substr(0, dot), name.substr(dot + 1), "--help"});
        CAPTURE(name);
        CHECK(help.status == 0);
        check(help.out);
    }
    for (auto const* const own :
         {"image-projects", "webhook", "fake-server", "files", "voices", "completion"})
        check(bare({own, "--help"}).out);
}

TEST_CASE("webhook verify exits 0 with the event, and 1 without for anything else")
{
    auto const now = seconds_from_now(std::chrono::seconds{0});
    auto const good = run(delivery(std::string{event}, now, signature_of(event, now)));
    CHECK_MESSAGE(good.status == 0, good.err);
    CHECK(boost::json::parse(good.out) == boost::json::parse(event));

    auto const forged = run(delivery(std::string{event} + ' ', now, signature_of(event, now)));
    CHECK(forged.status == 1);
    CHECK(forged.out.empty());
    CHECK(contains(forged.first_line(), "signature"));
    auto const old = seconds_from_now(std::chrono::seconds{-400});
    auto const stale = run(delivery(std::string{event}, old, signature_of(event, old)));
    CHECK(stale.status == 1);
    CHECK(stale.out.empty());
    CHECK(contains(stale.first_line(), "old"));
    CHECK(stale.first_line() != forged.first_line());
    CHECK(run(delivery(std::string{event}, now, "zz")).status == 1);
    CHECK(run(delivery("{}", now, signature_of("{}", now))).status == 1);
}

TEST_CASE("a webhook secret that is missing, empty, blank or ends with a newline exits 2")
{
    auto const now = seconds_from_now(std::chrono::seconds{0});
    auto options = delivery(std::string{event}, now, signature_of(event, now));
    for (std::string const bad : {"", "  ", "whsec_test\n"})
    {
        options.environment["MAGIC_HOUR_WEBHOOK_SECRET"] = bad;
        auto const result = run(options);
        CHECK(result.status == 2);
        CHECK(result.out.empty());
        CHECK(!contains(result.err, "whsec_test"));
        CHECK(contains(result.first_line(), "MAGIC_HOUR_WEBHOOK_SECRET"));
    }
    options.environment.clear();
    CHECK(run(options).status == 2);
    options.arguments = {"webhook", "verify", "--timestamp", now};
    CHECK(run(options).status == 2);
}

TEST_CASE("the fake server serves other programs until it is told to stop")
{
    support::temp_dir home;
    run_options options;
    options.arguments = {"fake-server", "--ca-out", "ca.pem", "--ledger", "ledger.jsonl", "--output", "json"};
    options.directory = home.path();
    mh_process server{options};
    REQUIRE(server.wait_for("}\n"));
    auto const announced = boost::json::parse(server.so_far().out);
    auto const text = [&](char const* name) { return std::string{announced.at(name).as_string()}; };

    run_options client;
    client.arguments = image_job("generate", {"--quiet", "--poll-interval", "0.1"});
    client.directory = home.path();
    client.environment["MAGIC_HOUR_API_KEY"] = "any-key-will-do";
    client.environment["MAGIC_HOUR_API_BASE_URL"] = text("MAGIC_HOUR_API_BASE_URL");
    client.environment["MAGIC_HOUR_CA_FILE"] = text("MAGIC_HOUR_CA_FILE");
    auto const result = run(client);
    CHECK_MESSAGE(result.status == 0, result.err);
    server.send(SIGINT);
    CHECK(server.finish().status == 0);
    auto const ledger = support::temp_dir::read(home / "ledger.jsonl");
    CHECK(contains(ledger, "/v1/ai-image-generator"));
    CHECK(!contains(ledger, "any-key-will-do"));
}

TEST_CASE("webhook listen prints verified events as JSON lines and refuses the others")
{
    run_options options;
    options.arguments = {"webhook", "listen", "--port", "0"};
    options.environment["MAGIC_HOUR_WEBHOOK_SECRET"] = secret;
    mh_process listener{options};
    REQUIRE(listener.wait_for("without TLS"));
    auto const& said = listener.so_far().err;
    auto const port = std::stoi(said.substr(said.find("port ") + 5));
    auto const now = seconds_from_now(std::chrono::seconds{0});
    auto const status_of = [&](std::string const& signature)
    {
        std::string const request = "POST /hook HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                                    "application/json\r\nConnection: close\r\n"
                                    "magic-hour-event-signature: " +
                                    signature + "\r\nmagic-hour-event-timestamp: " + now +
                                    "\r\nContent-Length: " + std::to_string(event.size()) + "\r\n\r\n" +
                                    std::string{event};
        boost::asio::io_context io;
        boost::asio::ip::tcp::socket socket{io};
        auto const address = boost::asio::ip::make_address("127.0.0.1");
        socket.connect({address, static_cast<std::uint16_t>(port)});
        boost::asio::write(socket, boost::asio::buffer(request));
        std::string answer;
        boost::system::error_code end;
        boost::asio::read(socket, boost::asio::dynamic_buffer(answer), end);
        return answer.substr(9, 3);
    };
    CHECK(status_of(std::string(64, '0')) == "401");
    CHECK(status_of(signature_of(event, now)) == "200");
    REQUIRE(listener.wait_for("\"image.completed\""));
    listener.send(SIGINT);
    auto const result = listener.finish();
    CHECK(result.status == 0);
    CHECK(boost::json::parse(result.out) == boost::json::parse(event));
    CHECK(contains(result.err, "refused a delivery with 401"));
}
