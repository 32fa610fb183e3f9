#pragma once

#include <magic_hour/webhook/receiver.hpp>

namespace magic_hour::webhook::detail
{

/// "application/json", whatever parameters follow.
inline bool is_json(std::string_view content_type) noexcept
{
    auto type = content_type.substr(0, content_type.find(';'));
    while (!type.empty() && (type.back() == ' ' || type.back() == '\t'))
        type.remove_suffix(1);
    return same_name(type, "application/json");
}

MAGIC_HOUR_DECL answer make_answer(int status, std::string_view message)
{
    answer out;
    out.status = status;
    out.body = R"({"message":")";
    out.body += message;
    out.body += "\"}";
    out.headers.push_back({"Content-Type", "application/json"});
    if (status == 405)
        out.headers.push_back({"Allow", "POST"});
    return out;
}

/// Nothing when the request has the form of a delivery.
inline std::optional<answer> refuse_form(incoming const& in, receiver_options const& options)
{
    if (in.method != "POST")
        return make_answer(405, "deliveries are posted");
    if (in.body.size() > options.body_limit)
        return make_answer(413, "the body is too large");
    if (!is_json(in.content_type))
        return make_answer(415, "the body must be application/json");
    return std::nullopt;
}

inline std::chrono::system_clock::time_point wall_clock(receiver_options const& options)
{
    return options.clock ? options.clock->wall_clock() : std::chrono::system_clock::now();
}

MAGIC_HOUR_DECL reception receive(incoming const& in, receiver_options const& options)
{
    if (options.secrets.empty())
        throw error{errc::invalid_argument, "a webhook receiver needs a secret"};
    reception out;
    if (auto refused = refuse_form(in, options))
    {
        out.answer = std::move(*refused);
        return out;
    }
    auto verified = verify(in.body, in.signature, options.secrets, wall_clock(options), options.tolerance);
    if (!verified)
    {
        out.refused = verified.error();
        int const status = verified.error() == verify_error::malformed ? 400 : 401;
        out.answer = make_answer(status, to_string(verified.error()));
        return out;
    }
    out.verified = std::move(*verified);
    auto event = out.verified->parse();
    if (event)
        out.event = std::move(*event);
    else
        out.body_error = event.error();
    out.answer = event ? make_answer(200, "received") : make_answer(400, "the body is not an event");
    return out;
}

} // namespace magic_hour::webhook::detail
