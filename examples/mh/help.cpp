#include "help.hpp"

#include "commands.hpp"
#include "sample.hpp"
#include "schema_view.hpp"
#include "text.hpp"

#include <algorithm>
#include <functional>

namespace cli
{

namespace
{

constexpr std::size_t most_values_shown = 40;
constexpr std::size_t help_width = 80;

/// A name and what is to be said of it, as it stands in a table.
using table_row = std::pair<std::string, std::string>;

/// Two columns. A name too long for the first one has a line of its own.
std::string table(std::vector<table_row> const& rows)
{
    constexpr std::size_t margin = 2;
    constexpr std::size_t widest = 32;
    std::size_t width = 0;
    for (auto const& row : rows)
        if (row.first.size() <= widest)
            width = std::max(width, row.first.size());
    auto const column = margin + width + margin;
    std::string out;
    for (auto const& [name, text] : rows)
    {
        out.append(margin, ' ').append(name);
        if (name.size() > width)
            out.append(1, '\n').append(column, ' ');
        else
            out.append(width + margin - name.size(), ' ');
        out += wrapped(text, column, help_width) + '\n';
    }
    return out;
}

std::string values_of(schema_view field)
{
    auto known = field.is_array() ? field.items().known_values() : field.known_values();
    if (known.empty())
        return {};
    std::string end;
    if (known.size() > most_values_shown)
    {
        end = " ... and " + std::to_string(known.size() - most_values_shown) + " more (mh schema lists all)";
        known.resize(most_values_shown);
    }
    auto out = ": " + join(known, ", ") + end;
    if (auto const old = field.texts("x-deprecated-values"); !old.empty())
        out += " (deprecated: " + join(old, ", ") + ')';
    return out;
}

std::string_view describe_need(need needed)
{
    switch (needed)
    {
    case need::always:
        return "required. ";
    case need::in_each_entry:
        return "required in each entry. ";
    case need::never:
        break;
    }
    return {};
}

std::string describe_field(schema_view field, need needed)
{
    std::string out{describe_need(needed)};
    if (field.flag("deprecated"))
    {
        auto const instead = field.text("x-deprecated");
        out += "deprecated" + (instead.empty() ? "" : ": " + std::string{instead}) + ". ";
    }
    out += field.describe_type() + values_of(field);
    if (auto const* usual = field.find("default"))
        out += "; default " + plain_text(*usual);
    if (auto const rule = field.text("x-rule"); !rule.empty())
        out += "; " + std::string{rule};
    return out;
}

/// Required fields first, deprecated ones last.
std::string describe_fields(boost::json::object const& schema, bool gets_name)
{
    std::vector<table_row> required, optional, old;
    visit_fields(
        schema_view{schema},
        [&](auto const& path, schema_view field, need needed)
        {
            auto text = describe_field(field, needed);
            if (gets_name && path == "name")
                text += "; default: a unique one";
            auto& list = field.flag("deprecated") ? old : needed == need::always ? required : optional;
            list.emplace_back(path, std::move(text));
        });
    required.insert(required.end(), optional.begin(), optional.end());
    required.insert(required.end(), old.begin(), old.end());
    return table(required);
}

bool needs_quotes(std::string const& value)
{
    return value.find_first_of(" '\"()&;!?*$") != value.npos;
}

std::string example_of(command const& of)
{
    std::string out = "mh " + of.path;
    for (auto const& [path, value] : sample_request(of))
        out += " \\\n      --set " + path + '=' + (needs_quotes(value) ? '"' + value + '"' : value);
    return out;
}

std::string describe_options(std::function<bool(option const&)> const& wanted)
{
    std::vector<table_row> rows;
    for (auto const& o : all_options())
        if (wanted(o))
            rows.emplace_back(
                std::string{o.name} + (o.value.empty() ? "" : ' ' + std::string{o.value}), o.about);
    return table(rows);
}

std::string usage_of(command const& of)
{
    return "mh " + of.path + (of.operands.empty() ? "" : ' ' + of.operands) +
           (of.part == "request" ? " --set FIELD=VALUE..." : "") + " [OPTIONS]";
}

std::string about_job(command const& of)
{
    auto const* operation =
        of.of && of.part == "request" ? described_operation(of.of->resource, of.verb) : nullptr;
    if (!operation)
        return {};
    std::string out;
    if (auto const* median = operation->if_contains("median_seconds"))
        out += "Half of all jobs take less than " + plain_text(*median) + " seconds.\n";
    if (operation->at("deprecated").as_bool())
        out += "Deprecated: the vendor has withdrawn it.\n";
    return out;
}

std::string help_for_command(command const& of)
{
    auto out =
        "usage: " + usage_of(of) + "\n\n" + wrapped(of.about + '.', 0, help_width) + '\n' + about_job(of);
    if (auto const* fields = of.fields())
    {
        bool const query = of.part == "query";
        out += query ? "\nfields (each is also an option: --limit 5)\n" : "\nfields\n";
        out += describe_fields(*fields, !query && of.of->create->billable);
        if (!query)
            out += "\nexample\n  " + example_of(of) + '\n';
    }
    out += "\noptions\n" + describe_options([&](option const& o) { return of.takes_option(o); });
    return out;
}

std::string describe_commands(std::function<bool(command const&)> const& wanted)
{
    std::vector<table_row> rows;
    for (auto const& candidate : all_commands())
        if (wanted(candidate))
            rows.emplace_back(
                "mh " + candidate.path + (candidate.operands.empty() ? "" : ' ' + candidate.operands),
                candidate.about);
    return table(rows);
}

std::string help_for_group(std::vector<std::string> const& words)
{
    auto const path = join(words, " ");
    return "usage: mh " + path + " VERB [OPTIONS]\n\n" +
           describe_commands([&](command const& of)
                             { return of.path == path || of.path.starts_with(path + ' '); }) +
           "\nmh " + path + " VERB --help explains fields and options.\n";
}

std::string names_of_kind(magic_hour::kind k)
{
    std::vector<std::string> names;
    for (auto const& of : all_declared())
        if (of.makes_job() && *of.create->makes == k && !of.create->deprecated)
            names.push_back(to_kebab(of.resource));
    return wrapped(join(names, ", "), 12, help_width) + '\n';
}

std::string exit_statuses()
{
    return table(
        {{"0", "done"},
         {"1", "the job failed or was canceled"},
         {"2", "usage or validation; nothing was sent"},
         {"3", "the API refused"},
         {"4", "network, TLS, timeout, or an answer that makes no sense"},
         {"5", "outcome unknown: a job may exist, and its name is printed"},
         {"6", "stopped waiting; the job goes on, and its id is printed"},
         {"7", "local files"},
         {"130", "interrupted"}});
}

std::string help_for_program()
{
    using magic_hour::kind;
    return "mh makes and edits pictures, videos and sound with Magic Hour.\n\n"
           "Edit a photo:\n"
           "  export MAGIC_HOUR_API_KEY=...    (or try with --fake: no key, no credits)\n"
           "  mh ai-image-editor generate --set style.prompt=\"Give me sunglasses\" \\\n"
           "      --set assets.image_file_paths=photo.png --out outputs\n\n"
           "usage: mh RESOURCE VERB [OPTIONS]\n"
           "       mh RESOURCE VERB --help    (its fields and options)\n\n"
           "make something: generate (upload, create, wait, download), or create (only\n"
           "starts the job)\n"
           "  pictures  " +
           names_of_kind(kind::image) + "  videos    " + names_of_kind(kind::video) + "  sound     " +
           names_of_kind(kind::audio) + "  faces     " + names_of_kind(kind::face_detection) +
           "\njobs: get, wait, download or delete by ID\n"
           "  image-projects, video-projects, audio-projects, face-detection\n\n"
           "everything else\n" +
           describe_commands(
               [](command const& of) {
                   return !of.of || of.part == "query" ||
                          (of.verb == "list" && of.path.find(' ') == std::string::npos);
               }) +
           "\noptions of every command that talks to the API\n" +
           describe_options([](option const& o) { return belongs_to(o, "api"); }) + "\nexit status\n" +
           exit_statuses();
}

} // namespace

std::string help_for(std::vector<std::string> const& words)
{
    if (words.empty())
        return help_for_program();
    std::size_t used = 0;
    auto const* chosen = find_command(words, used);
    if (chosen && (used == words.size() || !chosen->operands.empty()))
        return help_for_command(*chosen);
    if (next_words(words).empty())
        throw unknown_command(words);
    return help_for_group(words);
}

} // namespace cli
