#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/model/operation.hpp>
#include <magic_hour/model/project.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace magic_hour::webhook
{

class verified_event;

/// What an event says of a job. A canceled job sends no event, and fast image jobs may skip `started`.
enum class stage
{
    started,
    completed,
    errored
};

/// "started", "completed" or "errored".
[[nodiscard]] constexpr std::string_view to_string(stage s) noexcept
{
    switch (s)
    {
    case stage::started:
        return "started";
    case stage::completed:
        return "completed";
    case stage::errored:
        return "errored";
    }
    return "";
}

namespace detail
{

template <class Project>
inline constexpr kind kind_of = kind::image;
template <>
inline constexpr kind kind_of<video_project> = kind::video;
template <>
inline constexpr kind kind_of<audio_project> = kind::audio;

[[nodiscard]] constexpr std::string_view type_name(kind k, stage s) noexcept
{
    switch (s)
    {
    case stage::started:
        return k == kind::image ? "image.started" : k == kind::video ? "video.started" : "audio.started";
    case stage::completed:
        return k == kind::image   ? "image.completed"
               : k == kind::video ? "video.completed"
                                  : "audio.completed";
    case stage::errored:
        return k == kind::image ? "image.errored" : k == kind::video ? "video.errored" : "audio.errored";
    }
    return "";
}

} // namespace detail

/// One of the nine documented events. The payload is what the details endpoint said at that moment.
template <class Project, stage Stage>
struct typed_event
{
    static constexpr magic_hour::kind kind = detail::kind_of<Project>;
    static constexpr webhook::stage stage = Stage;
    static constexpr std::string_view type = detail::type_name(kind, Stage);

    Project payload{};
};

using image_started = typed_event<image_project, stage::started>;
using image_completed = typed_event<image_project, stage::completed>;
using image_errored = typed_event<image_project, stage::errored>;
using video_started = typed_event<video_project, stage::started>;
using video_completed = typed_event<video_project, stage::completed>;
using video_errored = typed_event<video_project, stage::errored>;
using audio_started = typed_event<audio_project, stage::started>;
using audio_completed = typed_event<audio_project, stage::completed>;
using audio_errored = typed_event<audio_project, stage::errored>;

/// An event that is newer than this version of the library.
struct unknown_event
{
    std::string type{};
    std::string id{};   ///< the payload's `id`; empty when it has none
    std::string body{}; ///< the whole delivery as received
};

/// An event, whatever it says. Use `visit`, `get_if`, or `std::visit` on `value()`.
class event
{
public:
    using alternatives = std::variant<
        image_started, image_completed, image_errored, video_started, video_completed, video_errored,
        audio_started, audio_completed, audio_errored, unknown_event>;

    /// "video.completed"; any text for an unknown event.
    [[nodiscard]] MAGIC_HOUR_DECL std::string_view type() const noexcept;

    /// The job's id; empty for an unknown event without one.
    [[nodiscard]] MAGIC_HOUR_DECL std::string const& id() const noexcept;

    /// Nothing for an unknown event.
    [[nodiscard]] MAGIC_HOUR_DECL std::optional<magic_hour::kind> kind() const noexcept;

    /// Nothing for an unknown event.
    [[nodiscard]] MAGIC_HOUR_DECL std::optional<webhook::stage> stage() const noexcept;

    /// "<id>:<type>", the same for every delivery of one event: what to deduplicate by. An unknown event
    /// without an id has its whole body in place of the id.
    [[nodiscard]] MAGIC_HOUR_DECL std::string key() const;

    /// The delivery as received; fields that this version of the library does not know are in it.
    [[nodiscard]] std::string const& body() const noexcept { return body_; }

    [[nodiscard]] alternatives const& value() const noexcept { return value_; }

    /// The event as `T` when it is one, else null: `if (auto const* done = e.get_if<video_completed>())`.
    template <class T>
    [[nodiscard]] T const* get_if() const noexcept
    {
        return std::get_if<T>(&value_);
    }

private:
    friend result<event> parse_event(std::string body);

    event(alternatives value, std::string body) : value_{std::move(value)}, body_{std::move(body)} {}

    alternatives value_;
    std::string body_;
};

/// The event that `body` tells of. Fails with `error` (decode) when it is not a JSON object with a `type`, or
/// when the payload of a documented type is missing or not what is documented; `error_info::json_path` names
/// the place. Does not ask who sent it: use `verified_event::parse` for what arrives from outside.
[[nodiscard]] MAGIC_HOUR_DECL result<event> parse_event(std::string body);

namespace detail
{

/// What every event has, whatever its payload is.
struct event_summary
{
    std::string type{};
    std::string id{};
};

/// Nothing when `body` is not a JSON object with a `type`.
[[nodiscard]] MAGIC_HOUR_DECL std::optional<event_summary> summarize(std::string_view body);

/// Whether a type says only that a job has begun.
[[nodiscard]] MAGIC_HOUR_DECL bool is_start(std::string_view type) noexcept;

template <class... Handler>
struct overloaded : Handler...
{
    using Handler::operator()...;
};
template <class... Handler>
overloaded(Handler...) -> overloaded<Handler...>;

/// Calls a handler with the project of each event of one stage, if the handler takes such a project. Like the
/// others below it is called as const, so that overload resolution compares it with lambdas by the event
/// alone.
template <stage Stage, class Handler>
struct stage_handler
{
    mutable Handler handler;

    template <class Project>
        requires std::is_invocable_v<Handler&, Project const&>
    void operator()(typed_event<Project, Stage> const& e) const
    {
        static_cast<void>(handler(e.payload));
    }
};

template <class Handler>
struct unknown_handler
{
    mutable Handler handler;

    void operator()(unknown_event const& e) const { static_cast<void>(handler(e)); }
};

template <class Handler>
struct other_handler
{
    mutable Handler handler;

    template <class Event>
    void operator()(Event const&) const
    {
        static_cast<void>(handler());
    }
};

} // namespace detail

/// For `visit`: calls `handler` with the `image_project`, `video_project` or `audio_project` of a job that
/// has completed. A handler that takes only one of them is called only for it.
template <class Handler>
[[nodiscard]] auto on_completed(Handler handler)
{
    return detail::stage_handler<stage::completed, Handler>{std::move(handler)};
}

/// The same for a job that has failed; the project's `error` says why.
template <class Handler>
[[nodiscard]] auto on_errored(Handler handler)
{
    return detail::stage_handler<stage::errored, Handler>{std::move(handler)};
}

/// The same for a job that has begun.
template <class Handler>
[[nodiscard]] auto on_started(Handler handler)
{
    return detail::stage_handler<stage::started, Handler>{std::move(handler)};
}

/// For `visit`: calls `handler` with an `unknown_event`.
template <class Handler>
[[nodiscard]] auto on_unknown(Handler handler)
{
    return detail::unknown_handler<Handler>{std::move(handler)};
}

/// For `visit`: calls `handler` without arguments for every event that no other handler takes.
template <class Handler>
[[nodiscard]] auto otherwise(Handler handler)
{
    return detail::other_handler<Handler>{std::move(handler)};
}

/// Calls the handler that fits `e` best and returns whether there was one. Handlers are `on_completed(...)`
/// and its like, or functions that take one of the alternatives, such as `video_completed const&`.
///
///     visit(e,
///           on_completed([](auto const& project) { fetch(project.downloads); }),
///           on_errored([](auto const& project) { report(project.id, project.error); }));
///
/// Events without a handler are skipped; `std::visit` on `e.value()` refuses to compile instead.
template <class... Handler>
bool visit(event const& e, Handler... handler)
{
    auto handlers = detail::overloaded{std::move(handler)...};
    return std::visit(
        [&handlers](auto const& alternative)
        {
            using alternative_type = decltype(alternative);
            constexpr bool handled = std::is_invocable_v<decltype(handlers)&, alternative_type>;
            static_assert(
                handled || !(std::is_invocable_v<Handler&, alternative_type> || ...),
                "two handlers fit an event equally well");
            if constexpr (handled)
                static_cast<void>(handlers(alternative));
            return handled;
        },
        e.value());
}

} // namespace magic_hour::webhook

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/webhook/impl/event.ipp>
#endif
