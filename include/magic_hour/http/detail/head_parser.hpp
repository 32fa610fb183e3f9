#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/http/detail/body_framing.hpp>
#include <magic_hour/http/message.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace magic_hour::http::detail
{

/// Reads the head of a response from bytes that come at any split; skips interim (1xx) answers. Strict: what
/// two parsers could understand differently is an error. Knows no socket.
class head_parser
{
public:
    enum class state
    {
        need_more,
        done,  ///< `head()` and what stands below it are valid
        failed ///< `failure()` says why; feed nothing more
    };

    /// What was asked decides whether the answer has a body.
    enum class answer_to
    {
        request,
        connect ///< a proxy's answer to CONNECT: nothing follows a 2xx head but the tunnel
    };

    explicit head_parser(answer_to what = answer_to::request, std::size_t limit = default_head_limit) noexcept
        : what_(what), limit_(limit)
    {
    }

    /// Takes bytes up to the end of the final head. `consumed()` tells how many of *these* bytes were taken;
    /// after `done` the rest belongs to the body.
    MAGIC_HOUR_DECL state feed(std::string_view bytes);
    [[nodiscard]] std::size_t consumed() const noexcept { return consumed_; }

    /// The peer ended the connection before `done`: `errc::connection` when not a byte had come, else
    /// `errc::protocol`.
    [[nodiscard]] MAGIC_HOUR_DECL error failure_at_eof() const;

    /// Whether any byte of an answer has come.
    [[nodiscard]] bool got_some() const noexcept { return total_ != 0; }
    /// Bytes of all heads so far, interim ones too; what is left of the limit is for trailers.
    [[nodiscard]] std::size_t head_bytes() const noexcept { return total_; }

    [[nodiscard]] response_head& head() noexcept { return head_; }
    [[nodiscard]] response_head const& head() const noexcept { return head_; }
    [[nodiscard]] body_framing framing() const noexcept { return framing_; }
    /// Whether the connection may be used again once the body has been read to its verified end.
    [[nodiscard]] bool keep_alive() const noexcept { return keep_alive_; }
    /// `errc::protocol` or `errc::limit`, `phase::response`.
    [[nodiscard]] error const& failure() const { return *failure_; }

private:
    [[nodiscard]] MAGIC_HOUR_DECL bool take_piece(std::string_view piece);
    [[nodiscard]] MAGIC_HOUR_DECL bool take_line(std::string_view line);
    [[nodiscard]] MAGIC_HOUR_DECL bool take_status_line(std::string_view line);
    [[nodiscard]] MAGIC_HOUR_DECL bool take_field(std::string_view line);
    [[nodiscard]] MAGIC_HOUR_DECL bool finish_head();
    [[nodiscard]] MAGIC_HOUR_DECL bool decide_framing();
    [[nodiscard]] MAGIC_HOUR_DECL bool fail(errc code, std::string message);

    answer_to what_;
    std::size_t limit_;
    std::size_t total_ = 0;
    std::size_t consumed_ = 0;
    std::string partial_{}; ///< a line whose end has not come yet
    bool in_fields_ = false;
    bool done_ = false;
    int version_minor_ = 1;
    int interim_ = 0;
    response_head head_{};
    body_framing framing_{};
    bool keep_alive_ = false;
    std::optional<error> failure_{};
};

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/head_parser.ipp>
#endif
