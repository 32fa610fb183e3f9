#pragma once

#include <magic_hour/detail/config.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace magic_hour::testing
{

/// One header line as it was received, the value without surrounding blanks.
struct header_line
{
    std::string name{};
    std::string value{};
};

/// The head of a request as a server saw it. Read by a strict parser that shares no code with the client, so
/// that a mistake in one does not hide in the other.
struct request_head
{
    std::string method{};
    std::string target{};
    std::vector<header_line> headers{};
    std::optional<std::uint64_t> content_length{};
    bool chunked = false;
    bool expects_continue = false;
    bool keep_alive = true;

    /// The first value of `name`, compared without case; empty when there is none.
    [[nodiscard]] MAGIC_HOUR_DECL std::string_view header(std::string_view name) const noexcept;
    /// How many lines carry `name`.
    [[nodiscard]] MAGIC_HOUR_DECL std::size_t count(std::string_view name) const noexcept;
    /// The target up to its query.
    [[nodiscard]] std::string_view path() const noexcept
    {
        return std::string_view{target}.substr(0, target.find('?'));
    }
    /// The query without its question mark.
    [[nodiscard]] std::string_view query() const noexcept
    {
        auto const mark = target.find('?');
        return mark == std::string::npos ? std::string_view{} : std::string_view{target}.substr(mark + 1);
    }
};

/// A parsed head, or why it is not one.
struct parsed_head
{
    std::optional<request_head> head{};
    std::string problem{};
};

/// Parses `text`, which ends with the empty line. Never throws on any input but `std::bad_alloc`.
[[nodiscard]] MAGIC_HOUR_DECL parsed_head parse_request_head(std::string_view text);

namespace detail
{
/// Whether two ASCII texts are equal when case does not count.
[[nodiscard]] MAGIC_HOUR_DECL bool same_text(std::string_view a, std::string_view b) noexcept;
/// Digits only, without overflow.
[[nodiscard]] MAGIC_HOUR_DECL std::optional<std::uint64_t> parse_number(std::string_view text) noexcept;
} // namespace detail

} // namespace magic_hour::testing

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/testing/impl/request_head.ipp>
#endif
