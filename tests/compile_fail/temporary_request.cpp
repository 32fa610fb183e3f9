// expect: deleted function
// A temporary aggregate inside co_await is broken by g++ 12 just as a braced one is.
#include <magic_hour/client.hpp>

boost::asio::awaitable<void> temporary(magic_hour::client client)
{
    co_await client.v1.ai_image_generator.create(magic_hour::ai_image_generator::request{});
}
