#pragma once

#include <magic_hour/json/report.hpp>

namespace magic_hour::json
{

namespace detail
{

/// `path` with a member's name behind it: "style" and "prompt" give "style.prompt".
MAGIC_HOUR_DECL void append_member(std::string& path, std::string_view member)
{
    if (!path.empty() && !member.empty() && member.front() != '[')
        path.push_back('.');
    path += member;
}

} // namespace detail

MAGIC_HOUR_DECL void report::fail(std::string_view path, std::string_view rule)
{
    auto where = path_;
    detail::append_member(where, path);
    violations_.push_back({std::move(where), std::string{rule}});
}

MAGIC_HOUR_DECL report::step::step(report& in, std::string_view member) : in_{in}, size_{in.path_.size()}
{
    detail::append_member(in_.path_, member);
}

MAGIC_HOUR_DECL report::step::step(report& in, std::size_t index) : in_{in}, size_{in.path_.size()}
{
    in_.path_ += '[' + std::to_string(index) + ']';
}

} // namespace magic_hour::json
