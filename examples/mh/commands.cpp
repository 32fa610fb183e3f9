#include "commands.hpp"

#include "help.hpp"
#include "text.hpp"

#include <magic_hour/model/media.hpp>
#include <magic_hour/version.hpp>

#include <algorithm>

namespace cli
{

namespace
{

/// "files.upload_urls" as it is typed: "files upload-urls".
std::string typed_name(std::string_view resource)
{
    auto out = to_kebab(resource);
    std::replace(out.begin(), out.end(), '.', ' ');
    return out;
}

/// "saved_items" in a sentence: "saved items".
std::string plain_words(std::string_view resource)
{
    std::string out{resource};
    std::replace(out.begin(), out.end(), '_', ' ');
    return out;
}

std::string kind_word(magic_hour::kind k)
{
    switch (k)
    {
    case magic_hour::kind::image:
        return "picture";
    case magic_hour::kind::video:
        return "video";
    case magic_hour::kind::audio:
        return "sound";
    case magic_hour::kind::face_detection:
        return "search for faces";
    }
    return "job";
}

void add(
    std::vector<command>& to, declared const& of, std::string_view verb, std::string_view operands,
    std::string about, std::string_view groups, command_result (*run)(invocation const&))
{
    command out;
    out.path = typed_name(of.resource) + ' ' + std::string{verb};
    out.operands = operands;
    out.about = std::move(about);
    out.groups = groups;
    out.of = &of;
    out.verb = verb;
    out.run = run;
    to.push_back(std::move(out));
}

void add_create(std::vector<command>& to, declared const& of)
{
    if (of.makes_job())
    {
        auto const what = kind_word(*of.create->makes);
        auto const end =
            *of.create->makes == magic_hour::kind::face_detection
                ? std::string{"uploads local files, starts the search, waits, and fetches the faces"}
                : "uploads local files, makes the " + what + ", waits for it and downloads it";
        add(to, of, "generate", "", end, "api make generate", &run_generate);
        to.back().verb = "create";
        to.back().part = "request";
    }
    add(to, of, "create", "",
        of.makes_job() ? "starts the job and prints its id; files must be URLs or stored paths"
                       : "sends the request and prints the answer",
        "api make", &run_create);
    to.back().part = "request";
}

void add_project(std::vector<command>& to, declared const& of)
{
    auto const what = kind_word(*of.project);
    add(to, of, "get", "ID", "prints the state of a " + what, "api", &run_get);
    add(to, of, "wait", "ID", "waits until the " + what + " is done; downloads nothing", "api", &run_wait);
    add(to, of, "download", "ID", "waits until the " + what + " is done and downloads its files",
        "api download", &run_download);
}

void add_list(std::vector<command>& to, declared const& of)
{
    if (of.parse_query)
    {
        add(to, of, "list", "", "prints one page of the account's " + plain_words(of.resource), "api",
            &run_list);
        to.back().part = "query";
        return;
    }
    add(to, of, "list", "", "the same as mh " + typed_name(of.resource), "api", &run_list);
    add(to, of, "list", "", "prints what is known of the " + plain_words(of.resource), "api", &run_list);
    to.back().path = typed_name(of.resource);
}

void add_declared(std::vector<command>& to, declared const& of)
{
    if (of.create)
        add_create(to, of);
    if (of.get)
        add_project(to, of);
    if (of.remove)
        add(to, of, "delete", "ID", "deletes the rendered files for good", "api", &run_delete);
    if (of.list)
        add_list(to, of);
}

void add_own(
    std::vector<command>& to, std::string_view path, std::string_view operands, std::string_view about,
    std::string_view groups, command_result (*run)(invocation const&))
{
    command out;
    out.path = path;
    out.operands = operands;
    out.about = about;
    out.groups = groups;
    out.run = run;
    to.push_back(std::move(out));
}

std::vector<command> make_commands()
{
    std::vector<command> out;
    for (auto const& of : all_declared())
        add_declared(out, of);
    add_own(
        out, "files upload", "FILE...", "uploads files for later requests and prints their stored paths",
        "api", &run_upload);
    add_own(
        out, "schema", "[RESOURCE]", "prints what the API takes and answers as JSON", "offline", &run_schema);
    add_own(
        out, "models", "[QUERY]", "prints the models that are known and what they can make", "offline",
        &run_models);
    add_own(out, "voices", "[QUERY]", "prints the voices of the voice generator", "offline", &run_voices);
    add_own(
        out, "webhook verify", "", "checks a delivery on standard input (secret: MAGIC_HOUR_WEBHOOK_SECRET)",
        "webhook-verify", &run_webhook_verify);
    add_own(
        out, "webhook listen", "", "receives deliveries and prints the events, one JSON document a line",
        "webhook-listen", &run_webhook_listen);
    add_own(
        out, "fake-server", "", "serves a fake of the API for programs in any language", "fake-server",
        &run_fake_server);
    add_own(
        out, "completion", "SHELL", "prints a completion script for bash or zsh", "offline", &run_completion);
    return out;
}

std::vector<std::string> split_words(std::string_view text)
{
    std::vector<std::string> out;
    while (!text.empty())
    {
        auto const end = std::min(text.find(' '), text.size());
        out.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

/// People may type names as they are declared: "ai_image_editor", "files.upload_urls". What follows the two
/// or three words that can choose a command stays as it is.
struct typed_words
{
    std::vector<std::string> words{};
    std::size_t split = 0; ///< how many words more than were typed
};

typed_words as_typed(std::vector<std::string> const& words)
{
    typed_words out;
    if (words.empty())
        return out;
    out.words = split_words(typed_name(words[0]));
    if (out.words.empty())
        out.words.emplace_back();
    out.split = out.words.size() - 1;
    for (std::size_t i = 1; i < words.size(); ++i)
        out.words.push_back(i == 1 ? to_kebab(words[i]) : words[i]);
    return out;
}

bool begins_with(std::vector<std::string> const& words, std::vector<std::string> const& beginning)
{
    return beginning.size() <= words.size() && std::equal(beginning.begin(), beginning.end(), words.begin());
}

/// Options of everything that talks to the API may stand in a script's every call of the program.
bool is_taken(command const& chosen, option const& given)
{
    return chosen.takes_option(given) || given.global || belongs_to(given, "api");
}

void check_options(command const& chosen, arguments const& args)
{
    for (auto const& given : args.given)
        for (auto const& known : all_options())
            if (known.name == given && !is_taken(chosen, known))
                throw usage_failure(given + " is not an option of mh " + chosen.path);
    if (!args.set.empty() && chosen.part.empty())
        throw usage_failure("mh " + chosen.path + " takes no fields");
}

void check_operands(command const& chosen, std::vector<std::string> const& operands)
{
    auto const usage = "; usage: mh " + chosen.path + ' ' + chosen.operands;
    if (operands.empty() && chosen.needs_operand())
        throw usage_failure(chosen.operands + " is missing" + usage);
    std::size_t const most = chosen.operands.empty()            ? 0
                             : chosen.operands.ends_with("...") ? operands.size()
                                                                : 1;
    if (operands.size() > most)
        throw usage_failure("unexpected argument '" + operands[most] + "'" + usage);
    for (auto const& operand : operands)
        if (operand.empty() && chosen.needs_operand())
            throw usage_failure(chosen.operands + " must not be empty" + usage);
}

command_result as_text(std::string text)
{
    command_result out;
    if (text.ends_with('\n'))
        text.pop_back();
    out.document = boost::json::object{{"help", text}};
    out.lines.push_back(std::move(text));
    return out;
}

} // namespace

bool command::takes_option(option const& o) const
{
    if (o.commands.empty())
        return true;
    for (auto const& group : split_words(groups))
        if (belongs_to(o, group))
            return true;
    return part == "query" && o.name == "--set";
}

boost::json::object const* command::fields() const
{
    return of && !part.empty() ? described_schema(of->resource, verb, part) : nullptr;
}

std::vector<command> const& all_commands()
{
    static std::vector<command> const all = make_commands();
    return all;
}

std::vector<std::string> next_words(std::vector<std::string> const& words)
{
    std::vector<std::string> out;
    for (auto const& candidate : all_commands())
    {
        auto const path = split_words(candidate.path);
        if (path.size() > words.size() && begins_with(path, words) &&
            std::find(out.begin(), out.end(), path[words.size()]) == out.end())
            out.push_back(path[words.size()]);
    }
    return out;
}

command const* find_command(std::vector<std::string> const& words, std::size_t& used)
{
    command const* best = nullptr;
    used = 0;
    for (auto const& candidate : all_commands())
    {
        auto const path = split_words(candidate.path);
        if (path.size() > used && begins_with(words, path))
        {
            best = &candidate;
            used = path.size();
        }
    }
    return best;
}

failure unknown_command(std::vector<std::string> const& words)
{
    std::vector<std::string> good;
    for (auto const& word : as_typed(words).words)
    {
        auto const known = next_words(good);
        if (std::find(known.begin(), known.end(), word) == known.end())
        {
            auto const before = good.empty() ? std::string{} : join(good, " ") + ' ';
            auto const near = nearest(word, known);
            auto const hint = near.empty() && good.empty() ? "; see mh --help" : suggestion(word, known);
            return usage_failure("unknown command " + before + word + hint);
        }
        good.push_back(word);
    }
    auto const path = join(good, " ");
    return usage_failure("mh " + path + " needs a verb: " + join(next_words(good), ", ", " or "));
}

std::vector<std::string> query_fields(std::vector<std::string> const& words)
{
    std::vector<std::string> out;
    std::size_t used = 0;
    auto const* chosen = find_command(as_typed(words).words, used);
    auto const* fields = chosen && chosen->part == "query" ? chosen->fields() : nullptr;
    if (fields)
        for (auto const& field : fields->at("properties").as_object())
            out.emplace_back(field.key());
    return out;
}

command_result run_command(arguments const& args)
{
    if (args.version)
        return as_text("mh " + std::string{magic_hour::version});
    auto const [words, split] = as_typed(args.words);
    if (args.help)
        return as_text(help_for(words));
    if (words.empty())
        throw usage_failure("no command; mh --help lists them");
    std::size_t used = 0;
    auto const* chosen = find_command(words, used);
    if (!chosen || used < split)
        throw unknown_command(args.words);
    std::vector<std::string> operands{
        args.words.begin() + static_cast<std::ptrdiff_t>(used - split), args.words.end()};
    bool const mistyped_verb =
        !operands.empty() && chosen->operands.empty() && !next_words({words[0]}).empty();
    if (mistyped_verb)
        throw unknown_command(args.words);
    check_options(*chosen, args);
    check_operands(*chosen, operands);
    return chosen->run(invocation{*chosen, args, std::move(operands)});
}

} // namespace cli
