#pragma once

#include <magic_hour/detail/config.hpp>
#include <magic_hour/testing/content.hpp>
#include <magic_hour/testing/request_head.hpp>
#include <magic_hour/testing/script_words.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace magic_hour::testing
{

/// An answer before it is put on the wire.
struct answer
{
    int status = 200;
    std::vector<header_line> headers{}; ///< Content-Length and Connection come by themselves
    std::string body{};
    content_ptr stream{};     ///< when set, sent instead of `body`
    std::uint64_t offset = 0; ///< first byte of `stream`
    std::uint64_t length = 0; ///< bytes of `stream`
    bool chunked = false;     ///< framed by chunks instead of Content-Length
    bool until_close = false; ///< not framed at all: the connection's end is the body's
    bool close = false;       ///< "Connection: close", and so it is

    /// Adds a header or replaces the one of that name.
    MAGIC_HOUR_DECL answer& set(std::string_view name, std::string_view value);
    MAGIC_HOUR_DECL answer& remove(std::string_view name);
};

/// What a server does with one exchange instead of answering properly.
///
/// @code
/// auto const busy = script{}.answer(503).header("Retry-After", "2");
/// @endcode
class script : public script_words<script>
{
public:
    [[nodiscard]] script_parts const& get() const noexcept { return parts_; }
    /// Whether anything differs from a proper exchange.
    [[nodiscard]] MAGIC_HOUR_DECL bool is_a_deviation() const noexcept;
    /// Whether the request takes effect.
    [[nodiscard]] MAGIC_HOUR_DECL bool takes_effect() const noexcept;
    /// Makes the answer on the wire from the proper one.
    MAGIC_HOUR_DECL void apply_to(testing::answer& proper) const;

    /// For `script_words`.
    template <class Change>
    void edit_parts(Change&& change)
    {
        change(parts_);
    }

private:
    script_parts parts_{};
};

/// The API's error body for a status: `{"code": ..., "message": ...}`.
[[nodiscard]] MAGIC_HOUR_DECL std::string error_body(int status, std::string_view message = "");

/// Which exchanges a script is for: a text such as "POST /v1/ai-image-editor", "GET /v1/image-projects/*",
/// "PUT *" or "*", where `*` stands for any text; or a function.
class matcher
{
public:
    matcher(char const* pattern) : matcher(std::string_view{pattern}) {}
    matcher(std::string const& pattern) : matcher(std::string_view{pattern}) {}
    MAGIC_HOUR_DECL matcher(std::string_view pattern);
    matcher(std::function<bool(request_head const&)> predicate) : predicate_(std::move(predicate)) {}

    [[nodiscard]] bool operator()(request_head const& head) const { return predicate_(head); }

private:
    std::function<bool(request_head const&)> predicate_;
};

} // namespace magic_hour::testing

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/testing/impl/script.ipp>
#endif
