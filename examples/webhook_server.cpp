// A job that its own webhook finishes. The embedded fake of the API makes pictures and delivers signed events
// to a webhook server in this program; the wait sleeps until its event arrives and asks for the project once.

#include <magic_hour/magic_hour.hpp>
#include <magic_hour/webhook/server.hpp>

#include <magic_hour/testing/fake_server.hpp>
#include <magic_hour/testing/webhook_sender.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <iostream>
#include <memory>
#include <string>

namespace asio = boost::asio;
namespace mh = magic_hour;
namespace webhook = magic_hour::webhook;

namespace
{

asio::awaitable<void> show(webhook::event e)
{
    std::cerr << "event " << e.type() << " for job " << e.id() << '\n';
    webhook::visit(
        e, webhook::on_errored([](auto const& project) { std::cerr << "failed: " << project.id << '\n'; }));
    co_return;
}

asio::awaitable<void> lighthouse(mh::client client, std::shared_ptr<webhook::hub> hub)
{
    mh::ai_image_generator::request request{.style = {.prompt = "A lighthouse in a storm"}, .image_count = 1};
    mh::generate_options options{"outputs"};
    options.collision(mh::on_collision::rename).hub(hub);

    auto const picture = co_await client.v1.ai_image_generator.generate(request, options);

    for (auto const& file : picture.files)
        std::cout << file.path.string() << '\n';
}

} // namespace

int main()
try
{
    asio::io_context io;
    webhook::secret const secret{"a-secret-from-the-developer-hub"};
    auto const hub = std::make_shared<webhook::hub>();

    webhook::server_options receiving;
    receiving.receiver.secrets = {secret};
    receiving.path = "/magic-hour";
    receiving.hub = hub;
    webhook::server::handler const handler = show;
    webhook::server server{io.get_executor(), receiving, handler};
    auto const port = server.listen("127.0.0.1", 0);

    mh::testing::sender_options sending;
    sending.url = "http://127.0.0.1:" + std::to_string(port) + "/magic-hour";
    mh::testing::webhook_sender sender{secret, sending};
    mh::testing::fake_options how;
    how.step = std::chrono::milliseconds{300};
    mh::testing::fake_server fake{how};
    fake.on_state_change(sender.listener());

    mh::client_options options;
    options.api_key = fake.api_key();
    options.base_url = fake.base_url();
    options.tls.ca_pem = fake.ca_pem();
    mh::client const client{io, options};
    mh::sync_wait(io, lighthouse(client, hub));
    std::cerr << "the project was asked for " << fake.ledger().count("GET", "/v1/image-projects/*")
              << " time(s)\n";
    fake.stop();
    server.close();
}
catch (mh::error const& failure)
{
    std::cerr << "webhook_server: " << failure.what() << '\n';
    return 1;
}
