#include "commands.hpp"
#include "online.hpp"
#include "request_builder.hpp"
#include "schema_view.hpp"
#include "text.hpp"

#include <magic_hour/detail/identifier.hpp>
#include <magic_hour/files_resource.hpp>
#include <magic_hour/jobs/file_io.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <random>

// The verbs of the API. What they are about comes from the declaration in the invocation.

namespace cli
{

namespace json = boost::json;
using magic_hour::result;

namespace
{

constexpr std::chrono::seconds new_jobs_may_be_unknown_for{10};

/// Tells a job from all others, should its answer be lost.
std::string unique_name(std::string_view resource)
{
    constexpr std::string_view letters = "0123456789abcdefghijklmnopqrstuvwxyz";
    std::random_device source;
    std::uniform_int_distribution<std::size_t> pick{0, letters.size() - 1};
    std::string name = "mh-" + to_kebab(resource) + '-';
    for (int i = 0; i < 16; ++i)
        name += letters[pick(source)];
    return name;
}

/// A request that is ready to go.
struct prepared
{
    std::unique_ptr<typed_request> request{};
    std::string name{};
};

bool is_blank(json::object const& of, std::string_view member)
{
    auto const* value = of.if_contains(member);
    return !value || (value->is_string() && value->get_string().empty());
}

void name_job(declared const& of, json::object const& schema, json::object& request, std::string& name)
{
    if (!of.create || !of.create->billable || !schema.at("properties").as_object().contains("name"))
        return;
    if (is_blank(request, "name"))
        request["name"] = unique_name(of.resource);
    name = request.at("name").as_string();
}

void refuse_violations(typed_request const& request)
{
    std::vector<std::string> all;
    for (auto const& broken : request.violations())
        all.push_back((broken.path.empty() ? "" : broken.path + ": ") + broken.rule);
    if (!all.empty())
        throw usage_failure(join(all, "; "));
}

void print_notes(arguments const& args, std::vector<std::string> const& notes)
{
    if (!args.quiet)
        for (auto const& note : notes)
            write_error_line("note: " + note);
}

prepared prepare(invocation const& call)
{
    auto const& schema = *call.command.fields();
    request_input input;
    if (call.args.json_file)
        input.document = read_input(*call.args.json_file);
    input.fields = call.args.set;
    input.known_values_only = call.args.validate;
    auto built = build_request(schema, input);
    prepared out;
    auto const& of = *call.command.of;
    bool const is_query = call.command.part == "query";
    if (!is_query)
        name_job(of, schema, built.value, out.name);
    auto const text = json::serialize(built.value);
    out.request = is_query ? of.parse_query(text) : of.parse_request(text);
    if (call.args.validate)
        refuse_violations(*out.request);
    print_notes(call.args, built.notes);
    return out;
}

void check_local_files(typed_request const& request)
{
    for (auto const& file : request.local_files())
    {
        if (auto const usable = magic_hour::jobs::check_input_file(file.path); !usable)
            throw usable.error().with([&](magic_hour::error_info& info) { info.json_path = file.field; });
        if (file.refused)
            throw usage_failure(file.field + ": " + file.path.string() + ": " + (*file.refused)->message);
    }
}

void refuse_local_files(typed_request const& request, command const& of)
{
    check_local_files(request);
    auto const files = request.local_files();
    if (!files.empty())
        throw usage_failure(
            files.front().field + ": " + files.front().path.string() +
            " is a local file, which create does not upload; use mh " +
            of.path.substr(0, of.path.rfind(' ')) + " generate, or mh files upload first");
}

std::filesystem::path prepared_directory(arguments const& args)
{
    auto const directory = args.out.value_or(".");
    if (auto const usable = magic_hour::jobs::prepare_directory(directory); !usable)
        throw usable.error();
    return directory;
}

json::value parsed(std::string const& text)
{
    return text.empty() ? json::value(nullptr) : json::parse(text);
}

command_result details(std::string const& text)
{
    command_result out;
    out.document = parsed(text);
    out.lines = as_lines(out.document);
    return out;
}

command_result only_id(std::string const& id, json::value document)
{
    command_result out;
    out.lines.push_back(id);
    out.document = std::move(document);
    return out;
}

/// A search for faces has paths to use in requests instead of files.
void add_faces(command_result& to)
{
    auto const& project = to.document.at("project");
    auto const* faces = project.is_object() ? project.get_object().if_contains("faces") : nullptr;
    if (faces)
        for (auto const& face : faces->as_array())
            to.lines.push_back(one_line(plain_text(face.at("path")), std::string::npos));
}

command_result saved_files(job_outcome const& outcome)
{
    command_result out;
    json::array files;
    for (auto const& file : outcome.files)
    {
        out.lines.push_back(file.string());
        files.push_back(json::string{file.string()});
    }
    json::object document;
    document["id"] = outcome.id;
    document["files"] = std::move(files);
    document["project"] = parsed(outcome.project);
    out.document = std::move(document);
    add_faces(out);
    return out;
}

void expect_job(online& net, declared const& of, std::string const& name)
{
    net.memory()->name = name;
    net.log().watch_create(of.create->path);
}

void expect_job_with_id(online& net, declared const& of, std::string const& id)
{
    if (!magic_hour::detail::is_identifier(id))
        throw usage_failure("'" + id + "' cannot be the id of a job");
    net.memory()->id = id;
    net.memory()->kind = to_string(*of.project);
}

/// One file after the other. Yields where they are stored.
asio::awaitable<result<std::vector<std::string>>>
upload_all(magic_hour::session in, std::vector<std::string> paths, std::shared_ptr<progress> shown)
{
    magic_hour::files_resource const files{in};
    std::vector<std::string> stored;
    for (std::size_t i = 0; i < paths.size(); ++i)
    {
        auto const show = [shown, i, count = paths.size()](magic_hour::transfer_progress now)
        {
            now.file = i;
            now.files = count;
            shown->transfer(now);
        };
        auto const file = magic_hour::asset::local(paths[i]);
        auto upload = files.upload_file(file, magic_hour::as_result, std::nullopt, show);
        auto path = co_await std::move(upload);
        if (!path)
            co_return path.error();
        stored.push_back(*std::move(path));
    }
    co_return stored;
}

} // namespace

command_result run_create(invocation const& call)
{
    auto const prepared = prepare(call);
    online net{call.args};
    refuse_local_files(*prepared.request, call.command);
    if (call.command.of->makes_job())
        expect_job(net, *call.command.of, prepared.name);
    auto const made = net.run(prepared.request->create(net.session(), net.call()));
    return call.command.of->makes_job() ? only_id(made.id, parsed(made.text)) : details(made.text);
}

command_result run_generate(invocation const& call)
{
    auto const prepared = prepare(call);
    online net{call.args};
    check_local_files(*prepared.request);
    auto settings = net.job();
    settings.wait = call.args.wait;
    settings.poll.not_found_grace = new_jobs_may_be_unknown_for;
    bool const fetch = call.args.wait && call.args.download;
    if (fetch || call.args.out)
        settings.directory = prepared_directory(call.args);
    if (!fetch)
        settings.directory.reset();
    expect_job(net, *call.command.of, prepared.name);
    auto const outcome = net.run(prepared.request->generate(net.session(), std::move(settings)));
    if (fetch)
        return saved_files(outcome);
    auto document = parsed(outcome.project);
    return only_id(outcome.id, document.is_null() ? json::object{{"id", outcome.id}} : std::move(document));
}

command_result run_upload(invocation const& call)
{
    online net{call.args};
    for (auto const& path : call.operands)
        if (auto const usable = magic_hour::jobs::check_input_file(path); !usable)
            throw usable.error();
    command_result out;
    out.lines = net.run(upload_all(net.session(), call.operands, net.shown()));
    json::array stored;
    for (auto const& path : out.lines)
        stored.push_back(json::string{path});
    out.document = json::object{{"files", std::move(stored)}};
    return out;
}

command_result run_get(invocation const& call)
{
    online net{call.args};
    return details(net.run(call.command.of->run_get(net.session(), call.operands.front(), net.call())).text);
}

command_result run_wait(invocation const& call)
{
    online net{call.args};
    expect_job_with_id(net, *call.command.of, call.operands.front());
    return details(
        net.run(call.command.of->run_wait(net.session(), call.operands.front(), net.job())).project);
}

command_result run_download(invocation const& call)
{
    online net{call.args};
    auto settings = net.job();
    settings.directory = prepared_directory(call.args);
    expect_job_with_id(net, *call.command.of, call.operands.front());
    return saved_files(
        net.run(call.command.of->run_wait(net.session(), call.operands.front(), std::move(settings))));
}

command_result run_delete(invocation const& call)
{
    online net{call.args};
    auto const deleted =
        net.run(call.command.of->run_remove(net.session(), call.operands.front(), net.call()));
    net.shown()->note("deleted " + deleted.id);
    command_result out;
    out.document = json::object{{"id", deleted.id}, {"deleted", true}};
    return out;
}

command_result run_list(invocation const& call)
{
    auto const& of = *call.command.of;
    if (of.run_list)
    {
        online net{call.args};
        return details(net.run(of.run_list(net.session(), net.call())).text);
    }
    auto const prepared = prepare(call);
    online net{call.args};
    return details(net.run(prepared.request->list(net.session(), net.call())).text);
}

} // namespace cli
