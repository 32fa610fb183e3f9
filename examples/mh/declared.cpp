#include "declared.hpp"

#include <magic_hour/v1/schema.hpp>
#include <magic_hour/webhook/event.hpp>

#include <array>

namespace cli
{

std::vector<declared> declared_part_0();
std::vector<declared> declared_part_1();
std::vector<declared> declared_part_2();
std::vector<declared> declared_part_3();
std::vector<declared> declared_part_4();
std::vector<declared> declared_part_5();
std::vector<declared> declared_part_6();
std::vector<declared> declared_part_7();

namespace
{

/// The parts hold the declarations as cards are dealt out.
std::vector<declared> collect()
{
    std::array const parts{declared_part_0(), declared_part_1(), declared_part_2(), declared_part_3(),
                           declared_part_4(), declared_part_5(), declared_part_6(), declared_part_7()};
    std::vector<declared> out;
    for (std::size_t round = 0; round < parts[0].size(); ++round)
        for (auto const& part : parts)
            if (round < part.size())
                out.push_back(part[round]);
    return out;
}

} // namespace

std::vector<declared> const& all_declared()
{
    static std::vector<declared> const all = collect();
    return all;
}

boost::json::object const& described_api()
{
    using magic_hour::webhook::event;
    static boost::json::object const api =
        magic_hour::describe_api(magic_hour::describe_events<event::alternatives>());
    return api;
}

boost::json::object const* described_operation(std::string_view resource, std::string_view verb)
{
    auto const wanted = std::string{resource} + '.' + std::string{verb};
    for (auto const& operation : described_api().at("operations").as_array())
        if (operation.as_object().at("resource").as_string() == wanted)
            return &operation.as_object();
    return nullptr;
}

boost::json::object const*
described_schema(std::string_view resource, std::string_view verb, std::string_view part)
{
    auto const* operation = described_operation(resource, verb);
    auto const* schema = operation ? operation->if_contains(part) : nullptr;
    return schema ? &schema->as_object() : nullptr;
}

} // namespace cli
