#pragma once

#include <magic_hour/json/schema.hpp>
#include <magic_hour/webhook/event.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <utility>
#include <variant>

namespace magic_hour::webhook
{

namespace detail
{

template <class Event>
void describe_event(boost::json::array& into)
{
    if constexpr (!std::is_same_v<Event, unknown_event>)
    {
        boost::json::object one;
        one["type"] = boost::json::string_view{Event::type.data(), Event::type.size()};
        one["payload"] = json::schema<decltype(Event::payload)>();
        into.push_back(std::move(one));
    }
}

template <class... Event>
[[nodiscard]] boost::json::array describe_alternatives(std::variant<Event...> const*)
{
    boost::json::array all;
    (describe_event<Event>(all), ...);
    return all;
}

} // namespace detail

/// The documented events as data, for tools: `[{"type": "video.completed", "payload": SCHEMA}, ...]`, with
/// the payloads described like `json::schema` does.
[[nodiscard]] inline boost::json::array describe_events()
{
    return detail::describe_alternatives(static_cast<event::alternatives const*>(nullptr));
}

} // namespace magic_hour::webhook
