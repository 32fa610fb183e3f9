#pragma once

#include <magic_hour/json/json.hpp>
#include <magic_hour/json/schema.hpp>
#include <magic_hour/model/asset_codec.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace contract
{

/// Whether two texts are the same JSON: members in any order, 15 and 15.0 alike.
[[nodiscard]] bool same_json(std::string_view a, std::string_view b);

/// Members of an object's schema that `text` does not have anywhere at their place.
[[nodiscard]] std::vector<std::string>
missing_members(boost::json::object const& schema, std::string_view text);

/// `text` with members that nobody knows in each of its objects.
[[nodiscard]] std::string with_unknown_members(std::string_view text);

/// `text` with null in place of each member of the outermost object but `id`.
[[nodiscard]] std::string with_nulls(std::string_view text);

/// The request is valid and is sent as `expected`.
template <class Request>
void expect_sent(Request const& request, std::string_view expected)
{
    auto const sent = magic_hour::json::encode(request);
    CAPTURE(expected);
    CAPTURE(sent);
    CHECK(same_json(sent, expected));
    for (auto const& broken : magic_hour::json::validate_all(request))
        FAIL_CHECK(broken.path << ": " << broken.rule);
}

/// Moreover every member that the API knows is in it, and reading it gives the same request.
template <class Request>
void expect_all_sent(Request const& request, std::string_view expected)
{
    expect_sent(request, expected);
    for (auto const& missing : missing_members(magic_hour::json::schema<Request>(), expected))
        FAIL_CHECK("the full request lacks " << missing);
    auto const again = magic_hour::json::decode<Request>(expected);
    REQUIRE(again.has_value());
    CHECK(same_json(magic_hour::json::encode(*again), expected));
}

/// The first rule that the request breaks is this one.
template <class Request>
void expect_refused(Request const& request, std::string_view path, std::string_view rule)
{
    auto const broken = magic_hour::json::validate(request);
    REQUIRE_MESSAGE(broken.has_value(), "nothing is refused, expected " << path << ": " << rule);
    CHECK(broken->path == path);
    CHECK(broken->rule == rule);
}

/// An answer reads and writes the same, whatever else the server adds; and its id survives nulls.
template <class Answer>
Answer expect_answer(std::string_view text)
{
    CAPTURE(text);
    auto const answer = magic_hour::json::decode<Answer>(text);
    REQUIRE(answer.has_value());
    CHECK(same_json(magic_hour::json::encode(*answer), text));

    auto const newer = magic_hour::json::decode<Answer>(with_unknown_members(text));
    REQUIRE(newer.has_value());
    CHECK(same_json(magic_hour::json::encode(*newer), text));

    auto const emptied = magic_hour::json::decode<Answer>(with_nulls(text));
    REQUIRE(emptied.has_value());
    if constexpr (requires { emptied->id; })
        CHECK(emptied->id == answer->id);
    return *answer;
}

/// An answer is refused for the member at `path`.
template <class Answer>
void expect_unreadable(std::string_view text, std::string_view path)
{
    CAPTURE(text);
    auto const answer = magic_hour::json::decode<Answer>(text);
    REQUIRE(answer.has_error());
    CHECK(answer.error() == magic_hour::errc::decode);
    CHECK(answer.error()->json_path == path);
}

} // namespace contract
