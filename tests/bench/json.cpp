// What JSON costs: the details of a project into its struct, and a request into text, against Boost.JSON used
// as its documentation shows.

#include "harness.hpp"

#include <magic_hour/json/decode.hpp>
#include <magic_hour/json/encode.hpp>
#include <magic_hour/model/asset_codec.hpp>
#include <magic_hour/model/project.hpp>
#include <magic_hour/v1/ai_image_generator.hpp>

#include <boost/json.hpp>

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace json_as_documented
{

namespace json = boost::json;

struct link
{
    std::string url{};
    std::string expires_at{};
};

struct failure
{
    std::string message{};
    std::string code{};
};

/// The members of our `image_project`.
struct project
{
    std::string id{};
    std::string status{};
    std::optional<std::string> name{};
    std::string type{};
    std::string created_at{};
    std::optional<bool> enabled{};
    std::optional<std::int64_t> credits_charged{};
    std::vector<link> downloads{};
    std::optional<failure> error{};
    std::optional<std::int64_t> image_count{};
    std::optional<std::int64_t> total_frame_cost{};
};

/// A member that may be missing or null.
template <class T>
void take(json::object const& from, char const* name, T& into)
{
    if (auto const* const value = from.if_contains(name); value && !value->is_null())
        into = json::value_to<T>(*value);
}

template <class T>
void take(json::object const& from, char const* name, std::optional<T>& into)
{
    if (auto const* const value = from.if_contains(name); value && !value->is_null())
        into = json::value_to<T>(*value);
}

link tag_invoke(json::value_to_tag<link>, json::value const& from)
{
    link out;
    take(from.as_object(), "url", out.url);
    take(from.as_object(), "expires_at", out.expires_at);
    return out;
}

failure tag_invoke(json::value_to_tag<failure>, json::value const& from)
{
    failure out;
    take(from.as_object(), "message", out.message);
    take(from.as_object(), "code", out.code);
    return out;
}

project tag_invoke(json::value_to_tag<project>, json::value const& from)
{
    json::object const& object = from.as_object();
    project out;
    take(object, "id", out.id);
    take(object, "status", out.status);
    take(object, "name", out.name);
    take(object, "type", out.type);
    take(object, "created_at", out.created_at);
    take(object, "enabled", out.enabled);
    take(object, "credits_charged", out.credits_charged);
    take(object, "downloads", out.downloads);
    take(object, "error", out.error);
    take(object, "image_count", out.image_count);
    take(object, "total_frame_cost", out.total_frame_cost);
    return out;
}

struct style
{
    std::string prompt{};
    std::string tool{};
};

struct request
{
    style style_of{};
    int image_count = 1;
    std::string model{};
    std::string aspect_ratio{};
    std::string name{};
};

void tag_invoke(json::value_from_tag, json::value& into, style const& from)
{
    into = {{"prompt", from.prompt}, {"tool", from.tool}};
}

void tag_invoke(json::value_from_tag, json::value& into, request const& from)
{
    into = {
        {"style", json::value_from(from.style_of)},
        {"image_count", from.image_count},
        {"model", from.model},
        {"aspect_ratio", from.aspect_ratio},
        {"name", from.name}};
}

} // namespace json_as_documented

namespace
{

namespace mh = magic_hour;

constexpr std::string_view signed_url =
    "https://videos.magichour.ai/cm2xk1v9q0000abcd1234efgh/output-0.png?X-Amz-Algorithm=AWS4-HMAC-SHA256&"
    "X-Amz-Credential=AKIAEXAMPLE%2F20261121%2Fauto%2Fs3%2Faws4_request&X-Amz-Date=20261121T051619Z&"
    "X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c";

/// With as many outputs as wanted, a member that nobody knows, and one that is missing.
std::string project_with(int outputs)
{
    std::string text =
        R"({"id":"cm2xk1v9q0000abcd1234efgh","name":"Give me sunglasses - 2026-11-21","status":"complete",)"
        R"("image_count":1,"type":"AI_IMAGE_EDITOR","created_at":"2026-11-21T05:10:19.027Z","enabled":true,)"
        R"("total_frame_cost":50,"is_new":{"since":[2026,11]},"downloads":[)";
    for (int i = 0; i < outputs; ++i)
        text += std::string{i == 0 ? "" : ","} + R"({"url":")" + std::string{signed_url} +
                R"(","expires_at":"2026-11-22T05:16:19.027Z"})";
    return text + R"(],"error":null})";
}

void decode(std::string_view what, int outputs, double goal, bench::arguments const& arguments)
{
    std::string const text = project_with(outputs);
    auto const expected = static_cast<std::size_t>(outputs);
    int const count = (arguments.quick ? 20'000 : 200'000) / (1 + outputs / 4);
    auto const ours = [&]
    {
        for (int i = 0; i < count; ++i)
            if (mh::json::decode<mh::image_project>(text).value().downloads.size() != expected)
                std::abort();
    };
    auto const boost_json = [&]
    {
        using json_as_documented::project;
        for (int i = 0; i < count; ++i)
            if (boost::json::value_to<project>(boost::json::parse(text)).downloads.size() != expected)
                std::abort();
    };
    std::vector<bench::contender> all{{"ours", ours}, {"boost::json::parse and value_to", boost_json}};
    bench::compare(all, arguments.rounds(11));
    bench::row("P10", what, goal, bench::ratio(all[0], all[1], &bench::cost::cpu));
    for (bench::contender const& c : all)
        bench::note("P10", c.name, bench::middle(c, &bench::cost::cpu) / count * 1e9, "ns");
}

void encode(bench::arguments const& arguments)
{
    std::string const prompt = "A lighthouse on a cliff at dusk, \"oil on canvas\", waves below, a few "
                               "gulls, warm light in the windows";
    mh::ai_image_generator::request request;
    request.style.prompt = prompt;
    request.style.tool.emplace("general");
    request.model.emplace("nano-banana");
    request.aspect_ratio.emplace("16:9");
    request.name = "lighthouse";
    json_as_documented::request const same{
        .style_of = {.prompt = prompt, .tool = "general"},
        .image_count = 1,
        .model = "nano-banana",
        .aspect_ratio = "16:9",
        .name = "lighthouse"};
    if (mh::json::encode(request).size() != boost::json::serialize(boost::json::value_from(same)).size())
        std::abort();

    int const count = arguments.quick ? 20'000 : 200'000;
    auto const ours = [&]
    {
        for (int i = 0; i < count; ++i)
            if (mh::json::encode(request).empty())
                std::abort();
    };
    auto const boost_json = [&]
    {
        for (int i = 0; i < count; ++i)
            if (boost::json::serialize(boost::json::value_from(same)).empty())
                std::abort();
    };
    std::vector<bench::contender> all{{"ours", ours}, {"value_from and boost::json::serialize", boost_json}};
    bench::compare(all, arguments.rounds(11));
    double const ratio = bench::ratio(all[0], all[1], &bench::cost::cpu);
    bench::note("P10", "encoding a request, CPU, to value_from and serialize", ratio, "x");
    for (bench::contender const& c : all)
        bench::note("P10", c.name, bench::middle(c, &bench::cost::cpu) / count * 1e9, "ns");
}

} // namespace

int main(int argc, char** argv)
{
    bench::arguments const arguments{argc, argv};
    decode("decoding a project, CPU, to parse and value_to", 1, 0.50, arguments);
    decode("decoding a project with 16 outputs, CPU, to parse and value_to", 16, 0.50, arguments);
    encode(arguments);
}
