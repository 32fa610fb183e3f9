#include <magic_hour/magic_hour.hpp>
#include <magic_hour/testing/fake_server.hpp>

int also_everything();

int also_everything()
{
    magic_hour::ai_image_editor::request const edit{.style = {.prompt = "Give me sunglasses"}};
    return magic_hour::json::encode(edit).empty() ? 1 : 0;
}
