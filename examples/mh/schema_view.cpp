#include "schema_view.hpp"

#include "text.hpp"

#include <boost/json/serialize.hpp>

#include <charconv>

namespace cli
{

namespace
{

boost::json::object const& no_members()
{
    static boost::json::object const none;
    return none;
}

/// What a limit counts.
struct unit
{
    std::string_view one{};
    std::string_view many{};
};

std::string bounds(unit what, boost::json::value const* from, boost::json::value const* to)
{
    auto const amount = [&](boost::json::value const& limit)
    {
        auto out = plain_text(limit);
        auto const counted = out == "1" ? what.one : what.many;
        return counted.empty() ? out : out + ' ' + std::string{counted};
    };
    if (from && to)
        return " from " + plain_text(*from) + " to " + amount(*to);
    if (from)
        return " of at least " + amount(*from);
    return to ? " of at most " + amount(*to) : std::string{};
}

void visit_below(schema_view of, std::string const& path, need if_required, field_visitor const& visit)
{
    for (auto const& member : of.members())
    {
        schema_view const field{member.value().as_object()};
        auto const at = path.empty() ? std::string{member.key()} : path + '.' + std::string{member.key()};
        auto const needed = of.requires_member(member.key()) ? if_required : need::never;
        if (field.is_object())
            visit_below(field, at, needed, visit);
        else if (field.is_array() && field.items().is_object())
            visit_below(
                field.items(), at + "[N]", needed == need::always ? needed : need::in_each_entry, visit);
        else
            visit(at, field, needed);
    }
}

} // namespace

void visit_fields(schema_view of, field_visitor const& visit)
{
    visit_below(of, {}, need::always, visit);
}

std::string plain_text(boost::json::value const& value)
{
    if (value.is_string())
        return std::string{value.get_string()};
    if (value.is_double())
    {
        char out[64];
        auto const end = std::to_chars(out, out + sizeof out, value.get_double()).ptr;
        return {out, end};
    }
    return boost::json::serialize(value);
}

std::string_view schema_view::text(std::string_view key) const
{
    auto const* value = object_->if_contains(key);
    return value && value->is_string() ? std::string_view{value->get_string()} : std::string_view{};
}

bool schema_view::flag(std::string_view key) const
{
    auto const* value = object_->if_contains(key);
    return value && value->is_bool() && value->get_bool();
}

boost::json::object const& schema_view::members() const
{
    auto const* value = object_->if_contains("properties");
    return value && value->is_object() ? value->get_object() : no_members();
}

bool schema_view::requires_member(std::string_view name) const
{
    for (auto const& required : texts("required"))
        if (required == name)
            return true;
    return false;
}

schema_view schema_view::items() const
{
    auto const* value = object_->if_contains("items");
    return schema_view{value && value->is_object() ? value->get_object() : no_members()};
}

std::vector<std::string> schema_view::texts(std::string_view key) const
{
    std::vector<std::string> out;
    auto const* value = object_->if_contains(key);
    if (value && value->is_array())
        for (auto const& entry : value->get_array())
            if (!entry.is_null())
                out.push_back(plain_text(entry));
    return out;
}

std::string schema_view::describe_limits() const
{
    if (is_array())
        return bounds({"entry", "entries"}, find("minItems"), find("maxItems"));
    if (type() == "string")
        return takes_files() ? std::string{}
                             : bounds({"character", "characters"}, find("minLength"), find("maxLength"));
    auto out = bounds({}, find("minimum"), find("maximum"));
    if (auto const* step = find("multipleOf"))
        out += " in steps of " + plain_text(*step);
    return out;
}

std::string schema_view::describe_type() const
{
    if (is_array())
        return "list" + describe_limits() + "; each: " + items().describe_type();
    if (is_object())
        return "object";
    if (takes_files())
        return join(texts("x-asset"), ", ", " or ") + " file, URL or stored path";
    std::string const name = type() == "string"    ? "text"
                             : type() == "integer" ? "whole number"
                             : type() == "boolean" ? "true or false"
                             : type().empty()      ? "any value"
                                                   : std::string{type()};
    return known_values().empty() ? name + describe_limits() : "one of";
}

} // namespace cli
