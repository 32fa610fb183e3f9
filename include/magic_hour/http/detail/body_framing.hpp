#pragma once

#include <magic_hour/error.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace magic_hour::http::detail
{

/// How much of an answer's head and trailers together is read before giving up.
inline constexpr std::size_t default_head_limit = 64 * 1024;

/// How the end of a body is found.
struct body_framing
{
    enum class kind
    {
        none,       ///< there is no body
        length,     ///< `length` bytes
        chunked,    ///< chunks, the last one empty
        until_close ///< whatever comes before the connection ends
    };
    kind what = kind::none;
    std::uint64_t length = 0;

    friend bool operator==(body_framing const&, body_framing const&) = default;
};

/// Takes a body out of the bytes of a connection. Knows no socket: it is fed, at any split.
class body_decoder
{
public:
    /// `trailer_limit`: how many bytes of trailers (and of chunk extensions) are accepted; what the head
    /// left of its limit.
    MAGIC_HOUR_DECL explicit body_decoder(
        body_framing framing, std::size_t trailer_limit = default_head_limit) noexcept;

    struct step
    {
        std::size_t consumed = 0; ///< bytes of `in` that belong to this body
        std::size_t produced = 0; ///< body bytes written to `out`
        bool done = false;        ///< the verified end; the rest of `in` is not ours
    };

    /// Moves body bytes from `in` to `out` until one of them is used up or the body ends. With an empty
    /// `out` it still eats chunk lines and trailers. After an error it must not be called again. Fails with
    /// protocol (bad chunk) or limit (extension or trailers too long).
    [[nodiscard]] MAGIC_HOUR_DECL result<step> decode(std::string_view in, char* out, std::size_t out_size);

    /// How many of the next wire bytes are body bytes and nothing else: they may be read straight into the
    /// caller's memory and then reported with `took`. 0 at the end and before a chunk line;
    /// `UINT64_MAX` when only the connection's end ends the body.
    [[nodiscard]] MAGIC_HOUR_DECL std::uint64_t plain_run() const noexcept;

    /// `bytes` (at most `plain_run()`) were read without `decode`.
    MAGIC_HOUR_DECL void took(std::uint64_t bytes) noexcept;

    /// The peer ended the connection. `clean`: with a TLS close_notify (plain: FIN), not by a reset or cut.
    /// Nothing when that is a good end of this body (then `done()`); else `errc::integrity`.
    [[nodiscard]] MAGIC_HOUR_DECL std::optional<error> finish(bool clean);

    [[nodiscard]] bool done() const noexcept { return state_ == state::done; }
    /// Body bytes so far.
    [[nodiscard]] std::uint64_t received() const noexcept { return received_; }
    /// Whether the framing itself proved that the body is whole.
    [[nodiscard]] bool length_verified() const noexcept
    {
        return done() && framing_.what != body_framing::kind::until_close;
    }

private:
    enum class state
    {
        data,      ///< plain body bytes (of the body or of a chunk)
        size,      ///< hexadecimal digits
        extension, ///< after them, up to CR
        size_lf,   ///< LF of a size line
        data_cr,   ///< CR after a chunk's bytes
        data_lf,   ///< LF after a chunk's bytes
        trailer,   ///< a trailer line, or the empty line
        done
    };

    [[nodiscard]] MAGIC_HOUR_DECL std::optional<error> chunk_byte(char c);
    [[nodiscard]] MAGIC_HOUR_DECL std::optional<error> size_byte(char c);
    [[nodiscard]] MAGIC_HOUR_DECL std::optional<error> trailer_byte(char c);
    [[nodiscard]] MAGIC_HOUR_DECL std::optional<error> spend(char const* on_what);

    body_framing framing_;
    state state_;
    int digits_ = 0;
    std::uint64_t remaining_ = 0;
    std::uint64_t received_ = 0;
    std::size_t overhead_left_;
    std::string line_{};
};

} // namespace magic_hour::http::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/http/impl/body_framing.ipp>
#endif
