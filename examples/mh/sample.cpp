#include "sample.hpp"

#include "commands.hpp"
#include "request_builder.hpp"
#include "schema_view.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace cli
{

namespace
{

using field_list = std::vector<std::pair<std::string, std::string>>;

std::string sample_file(std::string const& kind)
{
    return kind == "image" ? "photo.png" : kind == "video" ? "clip.mp4" : "sound.mp3";
}

std::string sample_value(schema_view field)
{
    if (field.is_array())
        return sample_value(field.items());
    if (field.takes_files())
        return sample_file(field.texts("x-asset").front());
    if (auto const known = field.known_values(); !known.empty())
        return known.front();
    // Texts with a rule are names of some sort; this one also goes with the kind of file that is named first.
    if (field.type() == "string")
        return field.text("x-rule").empty() ? "..." : "mp4";
    if (field.type() == "boolean")
        return "true";
    auto const* least = field.find("minimum");
    bool const fraction = least && least->is_double();
    return least && !fraction ? plain_text(*least) : "5";
}

/// "items[N].type" of the first entry: "items[0].type".
std::string in_first_entry(std::string path)
{
    constexpr std::string_view any = "[N]";
    for (auto at = path.find(any); at != path.npos; at = path.find(any, at))
        path.replace(at, any.size(), "[0]");
    return path;
}

/// Required fields, and files even where the declaration could do without.
field_list first_guess(schema_view of)
{
    field_list out;
    visit_fields(
        of,
        [&](std::string const& path, schema_view field, need needed)
        {
            bool const file = field.is_array() ? field.items().takes_files() : field.takes_files();
            bool const listed = path.find('[') != path.npos;
            if (!field.flag("deprecated") && (needed == need::always || (file && !listed)))
                out.emplace_back(in_first_entry(path), sample_value(field));
        });
    return out;
}

/// What rules about several fields ask for: another field, or one of the numbers that they name.
bool repair(field_list& sample, schema_view of, magic_hour::json::violation const& broken)
{
    auto const given = std::find_if(
        sample.begin(), sample.end(), [&](auto const& each) { return each.first == broken.path; });
    if (given != sample.end())
    {
        auto const end = broken.rule.find_first_not_of("0123456789");
        bool const number = end != 0 && end != broken.rule.npos;
        if (number)
            given->second = broken.rule.substr(0, end);
        return number;
    }
    bool added = false;
    visit_fields(
        of,
        [&](std::string const& path, schema_view field, need)
        {
            if (in_first_entry(path) != broken.path)
                return;
            sample.emplace_back(broken.path, sample_value(field));
            added = true;
        });
    return added;
}

std::vector<magic_hour::json::violation> violations_of(command const& of, field_list const& sample)
{
    request_input input;
    input.fields = sample;
    auto const built = build_request(*of.fields(), input);
    return of.of->parse_request(boost::json::serialize(built.value))->violations();
}

} // namespace

field_list sample_request(command const& of)
{
    schema_view const schema{*of.fields()};
    auto sample = first_guess(schema);
    constexpr int most_rounds = 3;
    for (int round = 0; round < most_rounds; ++round)
    {
        bool changed = false;
        for (auto const& broken : violations_of(of, sample))
            changed = repair(sample, schema, broken) || changed;
        if (!changed)
            break;
    }
    return sample;
}

} // namespace cli
