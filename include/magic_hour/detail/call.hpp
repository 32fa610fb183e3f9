#pragma once

#include <magic_hour/detail/core.hpp>
#include <magic_hour/detail/identifier.hpp>
#include <magic_hour/detail/strand.hpp>
#include <magic_hour/error.hpp>
#include <magic_hour/json/decode.hpp>
#include <magic_hour/json/encode.hpp>
#include <magic_hour/json/validate.hpp>
#include <magic_hour/model/asset_walk.hpp>

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace magic_hour::detail
{

/// `core::call` where calls run.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<result<http::response>>
run_call(std::shared_ptr<core> shared, api_request what);

[[nodiscard]] MAGIC_HOUR_DECL error validation_error(json::violation broken, std::string_view resource);

template <class T>
asio::awaitable<result<T>> failed(error why)
{
    co_return why;
}

template <class T>
asio::awaitable<T> or_throw(asio::awaitable<result<T>> work)
{
    auto outcome = co_await std::move(work);
    if (!outcome)
        throw outcome.error();
    if constexpr (!std::is_void_v<T>)
        co_return *std::move(outcome);
}

/// The answer's JSON as a `T`. A job's id must be one that can be used.
template <class T>
[[nodiscard]] result<T>
decode_answer(core const& shared, http::response const& answer, api_request const& what)
{
    auto value = json::decode<T>(answer.body);
    if (!value)
        return shared.unusable_answer(value.error(), answer, what);
    if constexpr (requires { std::string_view{value->id}; })
        if (!is_identifier(value->id))
            return shared.unusable_answer(error{errc::decode, "id: not an identifier"}, answer, what);
    return value;
}

template <class T>
asio::awaitable<result<T>> call(std::shared_ptr<core> shared, api_request what)
{
    auto answer = co_await run_call(shared, what);
    if (!answer)
        co_return answer.error();
    if constexpr (std::is_void_v<T>)
        co_return result<T>{};
    else
        co_return decode_answer<T>(*shared, *answer, what);
}

/// What a create sends: encoded and given a name if it needs one, unless a rule refuses it.
struct encoded_create
{
    std::string body{};
    std::string name{};
    std::optional<error> refused{};
};

/// Adds `"name":...` to a JSON object's text.
MAGIC_HOUR_DECL void splice_name(std::string& object, std::string_view name);

/// Gives a billable job that has no name a unique one, where the client wants it.
MAGIC_HOUR_DECL void name_job(
    core const& shared, std::string_view resource, bool billable, std::optional<std::string> const& given,
    encoded_create& made);

template <class Declaration>
[[nodiscard]] encoded_create
encode_create(core const& shared, typename Declaration::request const& request, bool validate)
{
    auto const checks =
        validate && shared.options().validate ? json::checks::rules : json::checks::representable;
    encoded_create made;
    if (auto broken = json::validate(request, checks))
    {
        made.refused = validation_error(*std::move(broken), Declaration::resource);
        return made;
    }
    made.body = json::encode(request);
    if constexpr (requires { request.name; })
        name_job(shared, Declaration::resource, Declaration::create.billable, request.name, made);
    return made;
}

[[nodiscard]] MAGIC_HOUR_DECL api_request
create_request(operation const& op, encoded_create made, call_options options);

/// "/v1/image-projects/{id}" with the id in its place; refuses what cannot be an id.
[[nodiscard]] MAGIC_HOUR_DECL result<std::string> path_with_id(std::string_view pattern, std::string_view id);

/// A GET or DELETE of one object.
[[nodiscard]] MAGIC_HOUR_DECL result<api_request>
request_by_id(operation const& op, kind of, std::string_view id, call_options options);

/// Adds `name=value` to a path with or without a query.
MAGIC_HOUR_DECL void append_query(std::string& path, std::string_view name, std::string_view value);

[[nodiscard]] inline std::string_view query_text(std::string const& text) noexcept
{
    return text;
}

template <class Enumeration>
[[nodiscard]] std::string_view query_text(json::open_enum<Enumeration> const& value) noexcept
{
    return value.str();
}

/// The members of a described query that are set, as a query string behind `path`.
template <class Query>
[[nodiscard]] std::string with_query(std::string path, Query const& query)
{
    json::for_each_member(
        query,
        [&](auto member, auto const& value)
        {
            if (!value)
                return;
            if constexpr (std::is_arithmetic_v<std::remove_cvref_t<decltype(*value)>>)
                append_query(path, member.name, std::to_string(*value));
            else
                append_query(path, member.name, query_text(*value));
        });
    return path;
}

/// `create` sends what is already on the web or in the API's storage; anything else must go up first.
MAGIC_HOUR_DECL error needs_upload_error(std::string_view resource, std::string const& path);

template <class Request>
[[nodiscard]] std::optional<error> refuse_uploads(Request const& request, std::string_view resource)
{
    std::optional<error> refused;
    for_each_asset(
        request,
        [&](asset const& given, std::string const& path, auto const&...)
        {
            if (given.needs_upload() && !refused)
                refused = needs_upload_error(resource, path);
        });
    return refused;
}

} // namespace magic_hour::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/impl/call.ipp>
#endif
