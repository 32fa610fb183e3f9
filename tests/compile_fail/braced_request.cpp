// expect: deleted function|cannot be used with a non-aggregate|named_request
// g++ 12 would destroy this braced request twice.
#include <magic_hour/client.hpp>

boost::asio::awaitable<void> braced(magic_hour::client client)
{
    co_await client.v1.ai_image_generator.create({.style = {.prompt = "a lighthouse"}});
}
