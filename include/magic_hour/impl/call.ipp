#pragma once

#include <magic_hour/detail/call.hpp>

namespace magic_hour::detail
{

MAGIC_HOUR_DECL asio::awaitable<result<http::response>>
run_call(std::shared_ptr<core> shared, api_request what)
{
    return on_strand(shared->place_of_calls(), shared->call(std::move(what)));
}

MAGIC_HOUR_DECL error validation_error(json::violation broken, std::string_view resource)
{
    error_info info;
    info.code = errc::validation;
    info.message = std::string{resource} + ": " + broken.rule;
    info.json_path = std::move(broken.path);
    info.rule = std::move(broken.rule);
    return error{std::move(info)};
}

MAGIC_HOUR_DECL void append_query(std::string& path, std::string_view name, std::string_view value)
{
    path += path.find('?') == std::string::npos ? '?' : '&';
    path += name;
    path += '=';
    path += http::encode_segment(value);
}

MAGIC_HOUR_DECL error needs_upload_error(std::string_view resource, std::string const& path)
{
    error_info info;
    info.code = errc::validation;
    info.message = std::string{resource} +
                   ".create uploads nothing: use generate, or upload the file first and give its stored path";
    info.json_path = path;
    info.rule = "a URL or a stored path";
    return error{std::move(info)};
}

MAGIC_HOUR_DECL void splice_name(std::string& object, std::string_view name)
{
    object.pop_back();
    object += object.size() > 1 ? ",\"name\":" : "\"name\":";
    json::encode(std::string{name}, object);
    object += '}';
}

MAGIC_HOUR_DECL void name_job(
    core const& shared, std::string_view resource, bool billable, std::optional<std::string> const& given,
    encoded_create& made)
{
    made.name = given.value_or("");
    if (given || !billable || !shared.options().name_jobs)
        return;
    made.name = shared.unique_name(resource);
    splice_name(made.body, made.name);
}

MAGIC_HOUR_DECL api_request create_request(operation const& op, encoded_create made, call_options options)
{
    api_request what;
    what.method = http::method::post;
    what.path = op.path;
    what.billable = op.billable;
    what.project_kind = op.makes;
    what.options = options;
    what.body = std::move(made.body);
    what.correlation_name = std::move(made.name);
    return what;
}

MAGIC_HOUR_DECL result<std::string> path_with_id(std::string_view pattern, std::string_view id)
{
    if (!is_identifier(id))
        return error{
            errc::invalid_argument, "not an id: it must be 1 to 128 letters, digits, '-', '_', '.' or '~'"};
    auto const place = pattern.find("{id}");
    std::string path{pattern.substr(0, place)};
    path += id;
    if (place != std::string_view::npos)
        path += pattern.substr(place + 4);
    return path;
}

MAGIC_HOUR_DECL result<api_request>
request_by_id(operation const& op, kind of, std::string_view id, call_options options)
{
    auto path = path_with_id(op.path, id);
    if (!path)
        return path.error();
    api_request what;
    what.method = op.verb == verb::delete_ ? http::method::delete_ : http::method::get;
    what.path = *std::move(path);
    what.options = options;
    what.project_id = id;
    what.project_kind = of;
    return what;
}

} // namespace magic_hour::detail
