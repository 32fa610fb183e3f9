#include "commands.hpp"
#include "failure.hpp"
#include "schema_view.hpp"
#include "text.hpp"

#include <magic_hour/v1/models.hpp>
#include <magic_hour/v1/voices.hpp>
#include <magic_hour/webhook/event.hpp>
#include <magic_hour/webhook/verify.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include <algorithm>
#include <chrono>
#include <functional>

// The commands that need no network.

namespace cli
{

namespace json = boost::json;

namespace
{

bool contains_ignoring_case(std::string_view text, std::string_view part)
{
    auto const same = [](char a, char b)
    {
        auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
        return lower(a) == lower(b);
    };
    return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

std::string query_of(invocation const& call)
{
    return call.operands.empty() ? std::string{} : call.operands.front();
}

void note_nothing_found(invocation const& call, std::vector<std::string> const& known)
{
    if (!call.args.quiet)
        write_error_line("nothing contains '" + query_of(call) + "'" + suggestion(query_of(call), known));
}

command_result schema_of(std::string_view resource)
{
    json::array operations;
    std::vector<std::string> names;
    for (auto const& of : all_declared())
        names.push_back(to_kebab(of.resource));
    for (auto const& operation : described_api().at("operations").as_array())
        if (operation.at("resource").as_string().starts_with(std::string{resource} + '.'))
            operations.push_back(operation);
    if (operations.empty())
        throw usage_failure(
            "unknown resource " + std::string{resource} + suggestion(to_kebab(resource), names));
    command_result out;
    out.document = json::object{{"operations", std::move(operations)}};
    return out;
}

/// Where a model can be used, by name.
struct known_model
{
    std::string name{};
    std::vector<std::string> resources{};
};

void add_model(std::vector<known_model>& to, std::string const& name, std::string const& resource)
{
    auto found = std::find_if(to.begin(), to.end(), [&](auto const& known) { return known.name == name; });
    if (found == to.end())
    {
        to.push_back({name, {}});
        found = to.end() - 1;
    }
    if (std::find(found->resources.begin(), found->resources.end(), resource) == found->resources.end())
        found->resources.push_back(resource);
}

/// Models are the values of fields that are called "model" and are not deprecated.
std::vector<known_model> declared_models()
{
    std::vector<known_model> out;
    for (auto const& of : all_declared())
    {
        auto const* request = of.makes_job() ? described_schema(of.resource, "create", "request") : nullptr;
        if (!request || of.create->deprecated)
            continue;
        auto const add_from = [&](schema_view fields)
        {
            if (auto const* field = fields.members().if_contains("model"))
                if (schema_view const model{field->as_object()}; !model.flag("deprecated"))
                    for (auto const& name : model.known_values())
                        add_model(out, name, to_kebab(of.resource));
        };
        schema_view const top{*request};
        add_from(top);
        if (auto const* style = top.members().if_contains("style"))
            add_from(schema_view{style->as_object()});
    }
    return out;
}

void describe_picture_model(magic_hour::image_model const& of, json::object& out)
{
    out["credits_from"] = of.credits;
    out["resolutions"] = of.resolutions;
    out["free_plan"] = of.on_free_plan;
    if (!of.image_counts.empty())
        out["image_counts"] = of.image_counts;
    if (of.more_images >= 0)
        out["most_input_images"] = of.more_images + 1;
}

void describe_video_model(magic_hour::video_model const& of, json::object& out)
{
    out["seconds"] = of.seconds;
    out["resolutions"] = of.resolutions;
    out["aspect_ratios"] = of.aspect_ratios;
    out["audio"] = of.audio == magic_hour::sound::none   ? "no"
                   : of.audio == magic_hour::sound::free ? "free"
                                                         : "costs extra";
    out["end_frame_resolutions"] = of.end_frame;
    out["references"] = of.references;
}

json::object describe_model(known_model const& of)
{
    json::object out;
    out["name"] = of.name;
    if (auto const* picture = magic_hour::models::find_image(of.name))
        describe_picture_model(*picture, out);
    else if (auto const* video = magic_hour::models::find_video(of.name))
        describe_video_model(*video, out);
    out["used_by"] = json::value_from(of.resources);
    return out;
}

std::string model_line(json::object const& model)
{
    std::string details;
    for (auto const& member : model)
        if (member.key() != "name" && member.key() != "used_by" && plain_text(member.value()) != "")
            details +=
                (details.empty() ? "" : "; ") + std::string{member.key()} + ' ' + plain_text(member.value());
    std::replace(details.begin(), details.end(), '_', ' ');
    std::string line{model.at("name").as_string()};
    line.resize(std::max<std::size_t>(line.size() + 2, 22), ' ');
    std::vector<std::string> users;
    for (auto const& user : model.at("used_by").as_array())
        users.push_back(plain_text(user));
    return line + join(users, " ") + (details.empty() ? "" : " (" + details + ")");
}

failure untrusted(std::string message)
{
    failure out{exit_status::job_failed, std::move(message)};
    out.code = "webhook refused";
    return out;
}

failure refusal(magic_hour::webhook::verify_error why)
{
    using magic_hour::webhook::verify_error;
    switch (why)
    {
    case verify_error::malformed:
        return untrusted(
            "malformed signature or timestamp: 64 hexadecimal digits and a count of seconds are needed");
    case verify_error::stale:
        return untrusted(
            "rightly signed, but the timestamp is too old or in the future: a replay, or a wrong clock");
    case verify_error::bad_signature:
        break;
    }
    return untrusted("wrong signature: another secret, or the body was changed on its way");
}

std::string const& needed(std::optional<std::string> const& value, std::string_view option)
{
    if (!value)
        throw usage_failure("mh webhook verify needs " + std::string{option});
    return *value;
}

} // namespace

command_result run_schema(invocation const& call)
{
    command_result out;
    if (call.operands.empty())
        out.document = described_api();
    else
        out = schema_of(to_snake(call.operands.front()));
    write_out(json::serialize(out.document) + '\n');
    out.printed = true;
    return out;
}

command_result run_models(invocation const& call)
{
    command_result out;
    json::array models;
    std::vector<std::string> names;
    for (auto const& model : declared_models())
    {
        auto described = describe_model(model);
        auto line = model_line(described);
        names.push_back(model.name);
        if (!contains_ignoring_case(line, query_of(call)))
            continue;
        out.lines.push_back(std::move(line));
        models.push_back(std::move(described));
    }
    if (models.empty())
        note_nothing_found(call, names);
    out.document = json::object{{"models", std::move(models)}};
    return out;
}

command_result run_voices(invocation const& call)
{
    command_result out;
    json::array voices;
    for (auto const voice : magic_hour::voices::search(query_of(call)))
    {
        out.lines.emplace_back(voice);
        voices.push_back(json::string{voice});
    }
    if (voices.empty())
        note_nothing_found(call, {magic_hour::voices::all.begin(), magic_hour::voices::all.end()});
    out.document = json::object{{"voices", std::move(voices)}};
    return out;
}

magic_hour::webhook::secret webhook_secret()
try
{
    return magic_hour::webhook::secret_from_environment();
}
catch (magic_hour::error const& why)
{
    constexpr std::string_view variable = "MAGIC_HOUR_WEBHOOK_SECRET";
    bool const named = why->message.find(variable) != std::string::npos;
    throw usage_failure((named ? "" : std::string{variable} + ": ") + why->message);
}

command_result run_webhook_verify(invocation const& call)
{
    auto const& signature = needed(call.args.signature, "--signature");
    auto const& timestamp = needed(call.args.timestamp, "--timestamp");
    auto const secret = webhook_secret();
    auto const body = read_input("-");
    auto const now = std::chrono::system_clock::now();
    auto const verified = magic_hour::webhook::verify(body, signature, timestamp, secret, now);
    if (!verified)
        throw refusal(verified.error());
    if (auto const event = verified->parse(); !event)
        throw untrusted(std::string{"rightly signed, but no event: "} + event.error().what());
    command_result out;
    boost::system::error_code unparsable;
    out.document = json::parse(body, unparsable);
    if (unparsable)
        out.document = json::string{one_line(body, body.size())};
    out.lines.push_back(json::serialize(out.document));
    return out;
}

} // namespace cli
