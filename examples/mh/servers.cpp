#include "commands.hpp"
#include "failure.hpp"
#include "output.hpp"
#include "progress.hpp"

#include <magic_hour/testing/fake_server.hpp>
#include <magic_hour/webhook/server.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/system/system_error.hpp>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>

// The commands that serve until somebody ends them.

namespace cli
{

namespace asio = boost::asio;
namespace json = boost::json;

namespace
{

/// Ctrl-C is how a server is meant to end.
void serve_until_told_to_stop(asio::io_context& io)
{
    asio::signal_set signals{io, SIGINT, SIGTERM};
    signals.async_wait([&io](boost::system::error_code, int) { io.stop(); });
    io.run();
}

command_result already_printed()
{
    command_result out;
    out.printed = true;
    return out;
}

void write_file(std::filesystem::path const& path, std::string const& text)
{
    std::ofstream file{path, std::ios::binary | std::ios::trunc};
    file << text;
    file.close();
    if (file)
        return;
    failure out{exit_status::file, path.string() + ": cannot be written: " + std::strerror(errno)};
    out.code = "file error";
    throw out;
}

std::string event_line(magic_hour::webhook::event const& event)
{
    boost::system::error_code unparsable;
    auto const body = json::parse(event.body(), unparsable);
    if (!unparsable)
        return json::serialize(body);
    return json::serialize(
        json::object{{"type", event.type()}, {"body", one_line(event.body(), event.body().size())}});
}

std::string describe_refusal(magic_hour::webhook::reception const& what)
{
    std::string out = "refused a delivery with " + std::to_string(what.answer.status);
    if (what.refused)
        out += ": " + std::string{to_string(*what.refused)};
    return out;
}

asio::awaitable<void> print_event(magic_hour::webhook::event event)
{
    write_out(event_line(event) + '\n');
    co_return;
}

magic_hour::testing::fake_options fake_options_for(arguments const& args)
{
    magic_hour::testing::fake_options out;
    out.port = args.port;
    out.storage_port = args.storage_port;
    out.plain = args.plain;
    out.any_key = true;
    out.ledger_file = args.ledger ? args.ledger->string() : std::string{};
    return out;
}

void announce(magic_hour::testing::fake_server const& fake, arguments const& args)
{
    json::object all;
    all["MAGIC_HOUR_API_BASE_URL"] = fake.base_url();
    all["MAGIC_HOUR_API_KEY"] = fake.api_key();
    if (args.ca_out)
        all["MAGIC_HOUR_CA_FILE"] = args.ca_out->string();
    if (args.json_output)
    {
        all["storage_url"] = fake.storage_url();
        return write_out(json::serialize(all) + '\n');
    }
    std::string text;
    for (auto const& each : all)
        text += std::string{each.key()} + '=' + std::string{each.value().as_string()} + '\n';
    write_out(text);
}

} // namespace

command_result run_webhook_listen(invocation const& call)
{
    asio::io_context io{1};
    magic_hour::webhook::server_options options;
    options.receiver.secrets.push_back(webhook_secret());
    // Whoever reads the lines has them before the API is told so.
    options.when = magic_hour::webhook::answer_when::handled;
    bool const quiet = call.args.quiet;
    options.on_refused = [quiet](magic_hour::webhook::reception const& what)
    {
        if (!quiet)
            write_error_line(describe_refusal(what));
    };
    std::exception_ptr unwritable;
    options.on_failure = [&](magic_hour::webhook::event const&, std::exception_ptr why)
    {
        unwritable = why;
        io.stop();
    };
    magic_hour::webhook::server server{io.get_executor(), std::move(options), &print_event};
    auto const port = server.listen("0.0.0.0", call.args.port);
    if (!quiet)
        write_error_line(
            "listening on port " + std::to_string(port) +
            " without TLS: put a proxy that ends TLS before it");
    serve_until_told_to_stop(io);
    if (unwritable)
        std::rethrow_exception(unwritable);
    return already_printed();
}

command_result run_fake_server(invocation const& call)
try
{
    if (call.args.ledger)
        write_file(*call.args.ledger, {});
    magic_hour::testing::fake_server fake{fake_options_for(call.args)};
    if (call.args.ca_out)
        write_file(*call.args.ca_out, fake.ca_pem());
    announce(fake, call.args);
    asio::io_context io{1};
    serve_until_told_to_stop(io);
    return already_printed();
}
catch (boost::system::system_error const& why)
{
    throw failure{exit_status::network, std::string{"cannot listen: "} + why.code().message()};
}

} // namespace cli
