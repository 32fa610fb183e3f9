#pragma once

#include <magic_hour/detail/config.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace magic_hour::testing
{

/// Bytes that a server can hand out from any position on. Never changes.
///
/// Thread safety: all members.
class content
{
public:
    virtual ~content() = default;
    [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
    /// Fills `into` with the bytes from `offset` on; both lie inside the content.
    virtual void read(std::uint64_t offset, std::span<char> into) const = 0;
};
using content_ptr = std::shared_ptr<content const>;

/// The bytes of `text`.
[[nodiscard]] MAGIC_HOUR_DECL content_ptr text_content(std::string text);

/// `size` bytes that look random, depend on `seed` only and take no memory worth speaking of, however many
/// there are.
[[nodiscard]] MAGIC_HOUR_DECL content_ptr synthetic_content(std::uint64_t size, std::uint64_t seed = 1);

/// All of it, in memory.
[[nodiscard]] MAGIC_HOUR_DECL std::string read_all(content const& from);

/// SHA-256 as 64 lower-case hexadecimal digits.
[[nodiscard]] MAGIC_HOUR_DECL std::string sha256(std::string_view bytes);
[[nodiscard]] MAGIC_HOUR_DECL std::string sha256(content const& from);

/// SHA-256 of bytes that come piece by piece.
class sha256_stream
{
public:
    MAGIC_HOUR_DECL sha256_stream();
    MAGIC_HOUR_DECL void update(std::string_view bytes);
    /// The digest of everything so far, as 64 lower-case hexadecimal digits.
    [[nodiscard]] MAGIC_HOUR_DECL std::string hex() const;

private:
    std::shared_ptr<void> context_;
};

/// A PNG of `width` x `height` pixels that every viewer shows: a gradient that depends on `seed`.
[[nodiscard]] MAGIC_HOUR_DECL std::string png_image(unsigned width, unsigned height, unsigned seed = 0);

/// A WAV file: `milliseconds` of a quiet tone, 8 kHz, 16 bits, one channel.
[[nodiscard]] MAGIC_HOUR_DECL std::string wav_sound(unsigned milliseconds, unsigned seed = 0);

/// An MP4 file that a demuxer accepts: ftyp, moov with one raw video track of one sample, mdat.
[[nodiscard]] MAGIC_HOUR_DECL std::string mp4_video(unsigned seed = 0);

} // namespace magic_hour::testing

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/testing/impl/content.ipp>
#endif
