// One endpoint included, one job made and saved.
#include <magic_hour/resource.hpp>
#include <magic_hour/session.hpp>
#include <magic_hour/v1/ai_image_generator.hpp>

#include <boost/asio/io_context.hpp>

#include <iostream>

namespace asio = boost::asio;
namespace mh = magic_hour;

asio::awaitable<void> draw(mh::resource<mh::ai_image_generator> images)
{
    mh::ai_image_generator::request request;
    request.style.prompt = "a lighthouse";
    auto const made = co_await images.generate(request, "pictures");
    std::cout << made.files.at(0).path << '\n';
}
