#pragma once

#include <magic_hour/json/schema.hpp>
#include <magic_hour/model/asset_codec.hpp>
#include <magic_hour/v1/all.hpp>
#include <magic_hour/v1/meme_templates.hpp>
#include <magic_hour/v1/voices.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/mp11/algorithm.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace magic_hour
{

namespace detail
{

inline void add_known_names(
    boost::json::object& request, std::string_view member, std::span<std::string_view const> known)
{
    boost::json::array names;
    for (auto const name : known)
        names.push_back(boost::json::string{name});
    auto& style = request["properties"].as_object()["style"].as_object();
    style["properties"].as_object()[member].as_object()["enum"] = std::move(names);
}

/// Adds the names that are too many to be an enumeration.
template <class Declaration>
void add_long_lists(boost::json::object& request)
{
    if constexpr (std::is_same_v<Declaration, ai_meme_generator>)
        add_known_names(request, "template", meme_templates::all);
    else if constexpr (std::is_same_v<Declaration, ai_voice_generator>)
        add_known_names(request, "voice_name", voices::all);
    else
        static_cast<void>(request);
}

[[nodiscard]] inline boost::json::value kind_name(std::optional<kind> k)
{
    if (!k)
        return nullptr;
    return boost::json::string{to_string(*k)};
}

[[nodiscard]] inline boost::json::object
describe_operation(operation const& op, std::string_view resource, std::string_view method)
{
    boost::json::object out;
    out["method"] = boost::json::string{to_string(op.verb)};
    out["path"] = boost::json::string{op.path};
    out["resource"] = std::string{resource} + "." + std::string{method};
    out["kind"] = kind_name(op.makes);
    out["deprecated"] = op.deprecated;
    out["billable"] = op.billable;
    if (op.median.count() != 0)
        out["median_seconds"] = op.median.count();
    return out;
}

template <class D>
void describe_create(boost::json::array& out)
{
    if constexpr (requires { D::create; })
    {
        auto op = describe_operation(D::create, D::resource, "create");
        auto request = json::schema<typename D::request>();
        add_long_lists<D>(request);
        op["request"] = std::move(request);
        op["response"] = json::schema<typename D::response>();
        out.push_back(std::move(op));
    }
}

template <class D>
void describe_get(boost::json::array& out)
{
    if constexpr (requires { D::get; })
    {
        auto op = describe_operation(D::get, D::resource, "get");
        op["kind"] = kind_name(D::kind_of);
        op["response"] = json::schema<typename D::project>();
        out.push_back(std::move(op));
    }
}

template <class D>
void describe_delete(boost::json::array& out)
{
    if constexpr (requires { D::delete_; })
    {
        auto op = describe_operation(D::delete_, D::resource, "delete");
        op["kind"] = kind_name(D::kind_of);
        out.push_back(std::move(op));
    }
}

template <class D>
void describe_list(boost::json::array& out)
{
    if constexpr (requires { D::list; })
    {
        auto op = describe_operation(D::list, D::resource, "list");
        if constexpr (requires { typename D::query; })
            op["query"] = json::schema<typename D::query>();
        op["response"] = json::schema<typename D::response>();
        out.push_back(std::move(op));
    }
}

template <class Event>
void describe_event(boost::json::array& out)
{
    if constexpr (requires { Event::stage; })
    {
        boost::json::object event;
        event["type"] = boost::json::string{Event::type};
        event["payload"] = json::schema<decltype(Event::payload)>();
        out.push_back(std::move(event));
    }
}

} // namespace detail

/// The documented events among the alternatives of a variant or list, for `describe_api`.
template <class Events>
[[nodiscard]] boost::json::array describe_events()
{
    boost::json::array out;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<json::of, Events>>(
        [&out]<class E>(json::of<E>) { detail::describe_event<E>(out); });
    return out;
}

/// The whole API as the declarations say it: "operations" with method, path, resource, kind, query, request
/// and response schemas; and "events", as the caller brings them:
/// `describe_api(describe_events<webhook::event::alternatives>())`.
[[nodiscard]] inline boost::json::object describe_api(boost::json::array events = {})
{
    boost::json::array operations;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<json::of, all_declarations>>(
        [&operations]<class D>(json::of<D>)
        {
            detail::describe_create<D>(operations);
            detail::describe_get<D>(operations);
            detail::describe_delete<D>(operations);
            detail::describe_list<D>(operations);
        });
    boost::json::object api;
    api["operations"] = std::move(operations);
    api["events"] = std::move(events);
    return api;
}

} // namespace magic_hour
