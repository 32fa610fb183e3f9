// Everything included, one job made and saved.
#include <magic_hour/magic_hour.hpp>

#include <iostream>

namespace asio = boost::asio;
namespace mh = magic_hour;

asio::awaitable<void> draw(mh::client client)
{
    mh::ai_image_generator::request request;
    request.style.prompt = "a lighthouse";
    auto const made = co_await client.v1.ai_image_generator.generate(request, "pictures");
    std::cout << made.files.at(0).path << '\n';
}

int main()
{
    asio::io_context io;
    mh::client const client{io};
    mh::sync_wait(io, draw(client));
}
