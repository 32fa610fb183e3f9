#pragma once

#include <magic_hour/json/decode.hpp>
#include <magic_hour/webhook/event.hpp>
#include <magic_hour/webhook/verify.hpp>

#include <array>

namespace magic_hour::webhook
{

namespace detail
{

struct payload_id
{
    std::optional<std::string> id{};
    BOOST_DESCRIBE_CLASS(payload_id, (), (id), (), ())
};

struct type_and_id
{
    std::string type{};
    std::optional<payload_id> payload{};
    BOOST_DESCRIBE_CLASS(type_and_id, (), (type, payload), (), ())

    friend constexpr auto rules(json::of<type_and_id>)
    {
        return json::rules(json::on(&type_and_id::type, json::required, json::length{1}));
    }
};

template <class Project>
struct envelope
{
    Project payload{};
    BOOST_DESCRIBE_CLASS(envelope, (), (payload), (), ())

    friend constexpr auto rules(json::of<envelope>)
    {
        return json::rules(json::on(&envelope::payload, json::required));
    }
};

inline result<event_summary> read_summary(std::string_view body)
{
    auto decoded = json::decode<type_and_id>(body);
    if (!decoded)
        return decoded.error();
    event_summary summary;
    summary.type = std::move(decoded->type);
    if (decoded->payload && decoded->payload->id)
        summary.id = std::move(*decoded->payload->id);
    return summary;
}

MAGIC_HOUR_DECL std::optional<event_summary> summarize(std::string_view body)
{
    auto summary = read_summary(body);
    if (!summary)
        return std::nullopt;
    return std::move(*summary);
}

MAGIC_HOUR_DECL bool is_start(std::string_view type) noexcept
{
    return type.ends_with(".started");
}

template <class Event>
result<event::alternatives> read_payload(std::string_view body)
{
    auto decoded = json::decode<envelope<decltype(Event::payload)>>(body);
    if (!decoded)
        return decoded.error();
    return event::alternatives{Event{std::move(decoded->payload)}};
}

using payload_reader = result<event::alternatives> (*)(std::string_view);

struct known_type
{
    std::string_view type;
    payload_reader read;
};

inline result<event::alternatives> read_event(event_summary summary, std::string const& body)
{
    constexpr std::array<known_type, 9> known{
        {{image_started::type, &read_payload<image_started>},
         {image_completed::type, &read_payload<image_completed>},
         {image_errored::type, &read_payload<image_errored>},
         {video_started::type, &read_payload<video_started>},
         {video_completed::type, &read_payload<video_completed>},
         {video_errored::type, &read_payload<video_errored>},
         {audio_started::type, &read_payload<audio_started>},
         {audio_completed::type, &read_payload<audio_completed>},
         {audio_errored::type, &read_payload<audio_errored>}}};
    for (known_type const& k : known)
        if (k.type == summary.type)
            return k.read(body);
    return event::alternatives{unknown_event{std::move(summary.type), std::move(summary.id), body}};
}

struct type_of_event
{
    template <class Event>
    std::string_view operator()(Event const&) const noexcept
    {
        return Event::type;
    }
    std::string_view operator()(unknown_event const& e) const noexcept { return e.type; }
};

struct id_of_event
{
    template <class Event>
    std::string const& operator()(Event const& e) const noexcept
    {
        return e.payload.id;
    }
    std::string const& operator()(unknown_event const& e) const noexcept { return e.id; }
};

struct kind_of_event
{
    template <class Event>
    std::optional<magic_hour::kind> operator()(Event const&) const noexcept
    {
        return Event::kind;
    }
    std::optional<magic_hour::kind> operator()(unknown_event const&) const noexcept { return std::nullopt; }
};

struct stage_of_event
{
    template <class Event>
    std::optional<webhook::stage> operator()(Event const&) const noexcept
    {
        return Event::stage;
    }
    std::optional<webhook::stage> operator()(unknown_event const&) const noexcept { return std::nullopt; }
};

} // namespace detail

MAGIC_HOUR_DECL std::string_view event::type() const noexcept
{
    return std::visit(detail::type_of_event{}, value_);
}

MAGIC_HOUR_DECL std::string const& event::id() const noexcept
{
    return std::visit(detail::id_of_event{}, value_);
}

MAGIC_HOUR_DECL std::optional<magic_hour::kind> event::kind() const noexcept
{
    return std::visit(detail::kind_of_event{}, value_);
}

MAGIC_HOUR_DECL std::optional<webhook::stage> event::stage() const noexcept
{
    return std::visit(detail::stage_of_event{}, value_);
}

MAGIC_HOUR_DECL std::string event::key() const
{
    std::string out = id().empty() ? body_ : id();
    out += ':';
    out += type();
    return out;
}

MAGIC_HOUR_DECL result<event> parse_event(std::string body)
{
    auto summary = detail::read_summary(body);
    if (!summary)
        return summary.error();
    auto value = detail::read_event(std::move(*summary), body);
    if (!value)
        return value.error();
    return event{std::move(*value), std::move(body)};
}

MAGIC_HOUR_DECL result<event> verified_event::parse() const
{
    return parse_event(body_);
}

} // namespace magic_hour::webhook
