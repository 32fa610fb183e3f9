#include "request_builder.hpp"

#include "failure.hpp"
#include "schema_view.hpp"
#include "text.hpp"

#include <magic_hour/json/utf8.hpp>

#include <boost/json/parse.hpp>

#include <cmath>
#include <limits>
#include <set>

namespace cli
{

namespace json = boost::json;

namespace
{

std::string child(std::string const& path, std::string_view name)
{
    return path.empty() ? std::string{name} : path + '.' + std::string{name};
}

void collect_paths(schema_view schema, std::string const& path, std::vector<std::string>& out)
{
    if (schema.is_array() && schema.items().is_object())
        return collect_paths(schema.items(), path + "[0]", out);
    if (!schema.is_object())
        return out.push_back(path);
    for (auto const& member : schema.members())
        collect_paths(schema_view{member.value().as_object()}, child(path, member.key()), out);
}

failure unknown_field(std::string const& path, std::vector<std::string> const& known)
{
    auto const near = nearest(path, known);
    auto const hint = near.empty() ? " (fields: " + join(known, ", ") + ")" : suggestion(path, known);
    return usage_failure("unknown field " + path + hint);
}

failure wrong_value(std::string const& path, std::string const& problem)
{
    return usage_failure(path + ": " + problem);
}

/// One step of "a.b[0].c": a member, or an entry of an array.
struct path_step
{
    std::string member{};
    std::optional<std::size_t> index{};
};

std::vector<path_step> split_path(std::string const& path)
{
    std::vector<path_step> steps;
    std::string_view rest = path;
    auto const malformed = [&] { return usage_failure("--set: '" + path + "' is not a field"); };
    while (true)
    {
        auto const end = rest.find_first_of(".[");
        if (end == 0 || rest.empty())
            throw malformed();
        steps.push_back({std::string{rest.substr(0, end)}, {}});
        rest.remove_prefix(std::min(end, rest.size()));
        while (rest.starts_with('['))
        {
            auto const close = rest.find(']');
            auto const number = close == rest.npos ? std::nullopt : parse_integer(rest.substr(1, close - 1));
            if (!number || *number < 0)
                throw malformed();
            steps.push_back({{}, static_cast<std::size_t>(*number)});
            rest.remove_prefix(close + 1);
        }
        if (rest.empty())
            return steps;
        if (!rest.starts_with('.'))
            throw malformed();
        rest.remove_prefix(1);
    }
}

json::value parse_document(std::string_view text, std::string_view what)
{
    boost::system::error_code problem;
    json::value value = json::parse(text, problem);
    if (problem)
        throw usage_failure(std::string{what} + " is not JSON: " + problem.message());
    return value;
}

json::value scalar_from_text(schema_view schema, std::string const& path, std::string const& text)
{
    auto const type = schema.type();
    if (type == "integer")
    {
        if (auto const value = parse_integer(text))
            return *value;
        throw wrong_value(path, "'" + text + "' is not a whole number");
    }
    if (type == "number")
    {
        if (auto const whole = parse_integer(text))
            return *whole;
        if (auto const value = parse_number(text))
            return *value;
        throw wrong_value(path, "'" + text + "' is not a number");
    }
    if (type == "boolean")
    {
        if (text == "true" || text == "false")
            return text == "true";
        throw wrong_value(path, "'" + text + "' is neither true nor false");
    }
    if (type == "string")
        return json::string{text};
    return parse_document(text, path);
}

/// Applies `--set` to a document whose types the schema knows.
class field_setter
{
public:
    field_setter(schema_view root, json::object& document) : root_(root), document_(document) {}

    void set(std::string const& path, std::string const& text)
    {
        schema_view schema = root_;
        json::value* place = nullptr;
        std::string at;
        for (auto const& step : split_path(path))
        {
            if (step.index)
                place = &entry(schema, *place, at, *step.index);
            else
                place = &member(schema, place, at, step.member, path);
        }
        assign(schema, *place, at, text);
    }

private:
    json::value& member(
        schema_view& schema, json::value* of, std::string& at, std::string const& name,
        std::string const& path)
    {
        if (schema.is_array())
            throw usage_failure(
                at + " is a list: say which entry, as in " + at + "[0]." + name + " (unknown field " + path +
                ")");
        auto const* found = schema.members().if_contains(name);
        if (!found)
            throw unknown_field(path, all_paths());
        auto& object = of ? as_object(*of) : document_;
        schema = schema_view{found->as_object()};
        at = child(at, name);
        return object[name];
    }

    json::value& entry(schema_view& schema, json::value& of, std::string& at, std::size_t index)
    {
        if (!schema.is_array())
            throw usage_failure(at + " is not a list");
        if (!of.is_array())
            of = json::array{};
        auto& entries = of.get_array();
        if (index > entries.size())
            throw usage_failure(
                at + " has " + std::to_string(entries.size()) + " entries so far; the next one is " + at +
                '[' + std::to_string(entries.size()) + ']');
        if (index == entries.size())
            entries.emplace_back(nullptr);
        replaced_.insert(at);
        schema = schema.items();
        at += '[' + std::to_string(index) + ']';
        return entries[index];
    }

    /// A list that is given field by field takes the place of the document's.
    void assign(schema_view schema, json::value& place, std::string const& at, std::string const& text)
    {
        if (!schema.is_array())
        {
            place = scalar_from_text(schema, at, text);
            return;
        }
        if (replaced_.insert(at).second || !place.is_array())
            place = json::array{};
        place.get_array().push_back(scalar_from_text(schema.items(), at, text));
    }

    static json::object& as_object(json::value& value)
    {
        if (!value.is_object())
            value = json::object{};
        return value.get_object();
    }

    std::vector<std::string> all_paths() const
    {
        std::vector<std::string> out;
        collect_paths(root_, {}, out);
        return out;
    }

    schema_view root_;
    json::object& document_;
    std::set<std::string> replaced_{};
};

std::string_view type_of(json::value const& value)
{
    switch (value.kind())
    {
    case json::kind::null:
        return "null";
    case json::kind::bool_:
        return "true or false";
    case json::kind::string:
        return "a text";
    case json::kind::array:
        return "a list";
    case json::kind::object:
        return "an object";
    default:
        return std::isfinite(value.to_number<double>()) ? "a number" : "a number beyond all limits";
    }
}

bool is_whole(json::value const& value)
{
    if (value.is_int64() || value.is_uint64())
        return true;
    return value.is_double() && std::trunc(value.get_double()) == value.get_double() &&
           std::abs(value.get_double()) < 9e15;
}

bool has_type(json::value const& value, std::string_view type)
{
    if (type == "integer")
        return is_whole(value);
    if (type == "number")
        return value.is_number() && std::isfinite(value.to_number<double>());
    if (type == "boolean")
        return value.is_bool();
    if (type == "string")
        return value.is_string();
    if (type == "array")
        return value.is_array();
    return type != "object" || value.is_object();
}

/// Holds a whole document against the schema.
class form_check
{
public:
    form_check(schema_view root, bool known_values_only) : known_values_only_(known_values_only)
    {
        collect_paths(root, {}, paths_);
    }

    void object(schema_view schema, json::object& value, std::string const& path)
    {
        drop_nulls(value);
        for (auto const& entry : value)
            if (!schema.members().contains(entry.key()))
                throw unknown_field(child(path, entry.key()), paths_);
        for (auto const& member : schema.members())
        {
            schema_view const expected{member.value().as_object()};
            auto const at = child(path, member.key());
            if (schema.requires_member(member.key()) && !value.contains(member.key()))
                add_missing(expected, value, member.key(), at);
            if (auto* given = value.if_contains(member.key()))
                any(expected, *given, at);
        }
    }

    [[nodiscard]] std::vector<std::string> take_notes() { return std::move(notes_); }

private:
    void any(schema_view schema, json::value& value, std::string const& path)
    {
        if (!has_type(value, schema.type()))
            throw wrong_value(
                path, "takes " + schema.describe_type() + ", not " + std::string{type_of(value)});
        if (schema.flag("deprecated"))
            note(path + " is deprecated", schema.text("x-deprecated"));
        if (value.is_object() && schema.is_object())
            return object(schema, value.get_object(), path);
        if (value.is_array() && schema.is_array())
            for (std::size_t i = 0; i < value.get_array().size(); ++i)
                any(schema.items(), value.get_array()[i], path + '[' + std::to_string(i) + ']');
        listed(schema, value, path);
    }

    void listed(schema_view schema, json::value const& value, std::string const& path)
    {
        auto const known = schema.known_values();
        if (known.empty())
            return;
        auto const text = plain_text(value);
        for (auto const& old : schema.texts("x-deprecated-values"))
            if (old == text)
                note(path + "=" + text + " is deprecated", {});
        for (auto const& candidate : known)
            if (candidate == text)
                return;
        if (known_values_only_)
            throw usage_failure(
                path + " cannot be '" + text + "'" + suggestion(text, known) +
                "; --no-validate sends a value that is newer than this program");
    }

    void
    add_missing(schema_view expected, json::object& value, std::string_view name, std::string const& path)
    {
        if (!expected.is_object())
            throw wrong_value(path, "required; give it with --set " + path + "=...");
        value[name] = json::object{};
    }

    static void drop_nulls(json::object& value)
    {
        for (auto entry = value.begin(); entry != value.end();)
            entry = entry->value().is_null() ? value.erase(entry) : entry + 1;
    }

    void note(std::string text, std::string_view instead)
    {
        notes_.push_back(std::move(text) + (instead.empty() ? "" : ": " + std::string{instead}));
    }

    bool known_values_only_;
    std::vector<std::string> paths_{};
    std::vector<std::string> notes_{};
};

} // namespace

std::vector<std::string> field_paths(json::object const& schema)
{
    std::vector<std::string> out;
    collect_paths(schema_view{schema}, {}, out);
    return out;
}

built_request build_request(json::object const& schema, request_input const& input)
{
    schema_view const root{schema};
    built_request out;
    if (input.document)
    {
        auto document = parse_document(*input.document, "the request");
        if (!document.is_object())
            throw usage_failure("the request is " + std::string{type_of(document)} + ", not a JSON object");
        out.value = std::move(document.get_object());
    }
    field_setter setter{root, out.value};
    for (auto const& [path, text] : input.fields)
        setter.set(path, text);
    form_check check{root, input.known_values_only};
    check.object(root, out.value, {});
    out.notes = check.take_notes();
    return out;
}

} // namespace cli
