#include "expect.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cmath>

namespace contract
{

namespace
{

/// Numbers without a fraction as integers.
void normalize(boost::json::value& value)
{
    if (auto* const number = value.if_double(); number && std::floor(*number) == *number)
        value = static_cast<std::int64_t>(*number);
    else if (auto* const object = value.if_object())
        for (auto& member : *object)
            normalize(member.value());
    else if (auto* const array = value.if_array())
        for (auto& entry : *array)
            normalize(entry);
}

boost::json::value normalized(std::string_view text)
{
    auto value = boost::json::parse({text.data(), text.size()});
    normalize(value);
    return value;
}

void collect_missing(
    boost::json::object const& schema, boost::json::value const& value, std::string const& path,
    std::vector<std::string>& out)
{
    if (auto const* const items = schema.if_contains("items"); items && value.is_array())
    {
        if (value.get_array().empty())
            out.push_back(path + "[]");
        for (auto const& entry : value.get_array())
            collect_missing(items->as_object(), entry, path + "[]", out);
    }
    auto const* const properties = schema.if_contains("properties");
    if (!properties)
        return;
    for (auto const& member : properties->as_object())
    {
        std::string const name = path + "." + std::string{member.key()};
        if (auto const* const found = value.as_object().if_contains(member.key()))
            collect_missing(member.value().as_object(), *found, name, out);
        else
            out.push_back(name);
    }
}

void add_unknown(boost::json::value& value)
{
    if (auto* const array = value.if_array())
        for (auto& entry : *array)
            add_unknown(entry);
    auto* const object = value.if_object();
    if (!object)
        return;
    for (auto& member : *object)
        add_unknown(member.value());
    (*object)["added_next_year"] = {1, "two", nullptr};
    (*object)["nested_next_year"] = {{"id", 7}};
}

} // namespace

bool same_json(std::string_view a, std::string_view b)
{
    return normalized(a) == normalized(b);
}

std::vector<std::string> missing_members(boost::json::object const& schema, std::string_view text)
{
    std::vector<std::string> out;
    collect_missing(schema, normalized(text), "", out);
    return out;
}

std::string with_unknown_members(std::string_view text)
{
    auto value = normalized(text);
    add_unknown(value);
    return boost::json::serialize(value);
}

std::string with_nulls(std::string_view text)
{
    auto value = normalized(text);
    for (auto& member : value.as_object())
        if (member.key() != "id")
            member.value() = nullptr;
    return boost::json::serialize(value);
}

} // namespace contract
