#include "expect.hpp"

#include <magic_hour/v1/audio.hpp>
#include <magic_hour/v1/inputs.hpp>

namespace mh = magic_hour;
using contract::expect_all_sent;
using contract::expect_sent;

TEST_CASE("ai_voice_generator is sent as the contract says")
{
    mh::ai_voice_generator::request request{.style = {.prompt = "Hello", .voice_name = "Morgan Freeman"}};
    expect_sent(request, R"({"style":{"prompt":"Hello","voice_name":"Morgan Freeman"}})");
    request.name = "Hello";
    expect_all_sent(request, R"({"style":{"prompt":"Hello","voice_name":"Morgan Freeman"},"name":"Hello"})");
}

TEST_CASE("ai_voice_cloner is sent as the contract says")
{
    mh::ai_voice_cloner::request request{
        .assets = {.audio_file_path = "api-assets/a.mp3"}, .style = {.prompt = "Hello"}};
    expect_sent(request, R"({"assets":{"audio_file_path":"api-assets/a.mp3"},"style":{"prompt":"Hello"}})");
    request.name = "Hello";
    expect_all_sent(
        request,
        R"({"assets":{"audio_file_path":"api-assets/a.mp3"},"style":{"prompt":"Hello"},"name":"Hello"})");
}

TEST_CASE("face_detection is sent as the contract says")
{
    mh::face_detection::request request{.assets = {.target_file_path = "api-assets/party.jpg"}};
    expect_sent(request, R"({"assets":{"target_file_path":"api-assets/party.jpg"}})");
    request.confidence_score = 0.35;
    expect_all_sent(
        request, R"({"assets":{"target_file_path":"api-assets/party.jpg"},"confidence_score":0.35})");
}

TEST_CASE("files.upload_urls is sent as the contract says")
{
    using tool = mh::files::upload_urls;
    expect_all_sent(
        tool::request{
            .items =
                {{.type = tool::type::image, .extension = "jp2"}, {.type = "video", .extension = "webm"}}},
        R"({"items":[{"type":"image","extension":"jp2"},{"type":"video","extension":"webm"}]})");
}

TEST_CASE("the query of saved_items has the members of the contract")
{
    mh::saved_items::query query{};
    expect_sent(query, "{}");
    query = {.type = mh::saved_item_type::brand_kit, .limit = 100, .cursor = "next"};
    expect_all_sent(query, R"({"type":"brand_kit","limit":100,"cursor":"next"})");
}
