// A program of somebody who embeds the library: creates a client and asks for the account, without a server.
#include <magic_hour/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <iostream>

namespace asio = boost::asio;
namespace mh = magic_hour;

static asio::awaitable<void> ask(mh::client client)
{
    auto const account = co_await client.v1.account.get(mh::as_result);
    std::cout << (account ? "answered" : account.error().what()) << '\n';
}

int main()
{
    asio::io_context io;
    mh::client_options options;
    options.api_key = "key";
    options.base_url = "https://127.0.0.1:1";
    options.retry.max_attempts = 1;
    mh::client const client{io, options};
    asio::co_spawn(io, ask(client), asio::detached);
    io.run();
}
