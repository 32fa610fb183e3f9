#pragma once

#include <magic_hour/testing/content.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <initializer_list>
#include <stdexcept>
#include <vector>

namespace magic_hour::testing
{

namespace detail
{

class held_text final : public content
{
public:
    explicit held_text(std::string text) : text_(std::move(text)) {}
    [[nodiscard]] std::uint64_t size() const noexcept override { return text_.size(); }
    void read(std::uint64_t offset, std::span<char> into) const override
    {
        text_.copy(into.data(), into.size(), static_cast<std::size_t>(offset));
    }

private:
    std::string text_;
};

/// A block of noise again and again. Its length is a prime, so that no block size of a client divides it.
class repeated_noise final : public content
{
public:
    static constexpr std::size_t period = 1'000'003;

    repeated_noise(std::uint64_t size, std::uint64_t seed) : size_(size), noise_(period)
    {
        std::uint64_t state = seed * 0x9e3779b97f4a7c15 + 1;
        for (auto& byte : noise_)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            byte = static_cast<char>(state >> 32);
        }
    }
    [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
    void read(std::uint64_t offset, std::span<char> into) const override
    {
        while (!into.empty())
        {
            auto const from = static_cast<std::size_t>(offset % period);
            auto const count = std::min(into.size(), period - from);
            std::memcpy(into.data(), noise_.data() + from, count);
            into = into.subspan(count);
            offset += count;
        }
    }

private:
    std::uint64_t size_;
    std::vector<char> noise_;
};

MAGIC_HOUR_DECL std::string to_hex(std::span<unsigned char const> bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (auto const byte : bytes)
        (text += digits[byte >> 4]) += digits[byte & 15];
    return text;
}

inline void append_big_endian(std::string& to, std::uint32_t value, int bytes = 4)
{
    for (int i = bytes - 1; i >= 0; --i)
        to += static_cast<char>((value >> (8 * i)) & 0xff);
}

inline void append_little_endian(std::string& to, std::uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; ++i)
        to += static_cast<char>((value >> (8 * i)) & 0xff);
}

MAGIC_HOUR_DECL std::uint32_t crc32(std::string_view bytes)
{
    std::uint32_t crc = 0xffffffff;
    for (auto const c : bytes)
    {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
    }
    return crc ^ 0xffffffff;
}

MAGIC_HOUR_DECL std::uint32_t adler32(std::string_view bytes)
{
    std::uint32_t a = 1;
    std::uint32_t b = 0;
    for (auto const c : bytes)
    {
        a = (a + static_cast<unsigned char>(c)) % 65521;
        b = (b + a) % 65521;
    }
    return (b << 16) | a;
}

/// A zlib stream whose blocks are stored, not compressed.
MAGIC_HOUR_DECL std::string stored_zlib(std::string_view bytes)
{
    std::string out{"\x78\x01", 2};
    auto rest = bytes;
    do
    {
        auto const block = rest.substr(0, 65535);
        rest.remove_prefix(block.size());
        out += rest.empty() ? '\1' : '\0';
        append_little_endian(out, static_cast<std::uint32_t>(block.size()), 2);
        append_little_endian(out, static_cast<std::uint32_t>(~block.size()), 2);
        out += block;
    } while (!rest.empty());
    append_big_endian(out, adler32(bytes));
    return out;
}

MAGIC_HOUR_DECL void append_png_chunk(std::string& to, std::string_view type, std::string_view data)
{
    append_big_endian(to, static_cast<std::uint32_t>(data.size()));
    std::string checked{type};
    checked += data;
    to += checked;
    append_big_endian(to, crc32(checked));
}

/// An ISO base media box.
MAGIC_HOUR_DECL std::string box(std::string_view type, std::string_view data)
{
    std::string made;
    append_big_endian(made, static_cast<std::uint32_t>(data.size() + 8));
    return made.append(type).append(data);
}

/// The numbers of a box, four bytes each.
MAGIC_HOUR_DECL std::string words(std::initializer_list<std::uint32_t> values)
{
    std::string made;
    for (auto const value : values)
        append_big_endian(made, value);
    return made;
}

/// The unity transformation that every header box repeats.
MAGIC_HOUR_DECL std::string unity_matrix()
{
    return words({0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000});
}

inline constexpr std::uint32_t movie_edge = 16;

MAGIC_HOUR_DECL std::string sample_table(std::uint32_t sample_size, std::uint32_t sample_offset)
{
    std::string entry = words({0, 1});                             // reserved, data reference 1
    entry += words({0, 0, 0, 0, (movie_edge << 16) | movie_edge}); // predefined, width and height
    entry += words({0x480000, 0x480000, 0});                       // 72 dpi
    append_big_endian(entry, 1, 2);                                // frames a sample
    entry += std::string(32, '\0');                                // compressor name
    append_big_endian(entry, 24, 2);                               // depth
    append_big_endian(entry, 0xffff, 2);
    auto tables = box("stsd", words({0, 1}) + box("raw ", entry));
    tables += box("stts", words({0, 1, 1, 1000}));
    tables += box("stsc", words({0, 1, 1, 1, 1}));
    tables += box("stsz", words({0, sample_size, 1}));
    tables += box("stco", words({0, 1, sample_offset}));
    return box("stbl", tables);
}

MAGIC_HOUR_DECL std::string movie_box(std::uint32_t sample_size, std::uint32_t sample_offset)
{
    auto const mvhd =
        box("mvhd", words({0, 0, 0, 1000, 1000, 0x10000, 0x01000000, 0, 0}) + unity_matrix() +
                        words({0, 0, 0, 0, 0, 0, 2}));
    auto const tkhd =
        box("tkhd", words({3, 0, 0, 1, 0, 1000, 0, 0, 0, 0}) + unity_matrix() +
                        words({movie_edge << 16, movie_edge << 16}));
    auto const mdhd = box("mdhd", words({0, 0, 0, 1000, 1000, 0x55c40000}));
    auto const hdlr = box("hdlr", words({0, 0, 0x76696465, 0, 0, 0}) + std::string("video\0", 6));
    auto const dinf = box("dinf", box("dref", words({0, 1}) + box("url ", words({1}))));
    auto const minf =
        box("minf", box("vmhd", words({1, 0, 0})) + dinf + sample_table(sample_size, sample_offset));
    return box("moov", mvhd + box("trak", tkhd + box("mdia", mdhd + hdlr + minf)));
}

} // namespace detail

MAGIC_HOUR_DECL content_ptr text_content(std::string text)
{
    return std::make_shared<detail::held_text const>(std::move(text));
}

MAGIC_HOUR_DECL content_ptr synthetic_content(std::uint64_t size, std::uint64_t seed)
{
    return std::make_shared<detail::repeated_noise const>(size, seed);
}

MAGIC_HOUR_DECL std::string read_all(content const& from)
{
    std::string all(static_cast<std::size_t>(from.size()), '\0');
    from.read(0, all);
    return all;
}

MAGIC_HOUR_DECL std::string sha256(std::string_view bytes)
{
    sha256_stream hash;
    hash.update(bytes);
    return hash.hex();
}

MAGIC_HOUR_DECL std::string sha256(content const& from)
{
    sha256_stream hash;
    std::vector<char> buffer(1 << 20);
    for (std::uint64_t at = 0; at < from.size();)
    {
        auto const count = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), from.size() - at));
        from.read(at, std::span{buffer}.first(count));
        hash.update({buffer.data(), count});
        at += count;
    }
    return hash.hex();
}

MAGIC_HOUR_DECL sha256_stream::sha256_stream()
    : context_(EVP_MD_CTX_new(), [](void* p) { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(p)); })
{
    if (EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_.get()), EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("OpenSSL has no SHA-256");
}

MAGIC_HOUR_DECL void sha256_stream::update(std::string_view bytes)
{
    EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_.get()), bytes.data(), bytes.size());
}

MAGIC_HOUR_DECL std::string sha256_stream::hex() const
{
    std::shared_ptr<EVP_MD_CTX> const copy(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::array<unsigned char, 32> digest{};
    EVP_MD_CTX_copy_ex(copy.get(), static_cast<EVP_MD_CTX*>(context_.get()));
    EVP_DigestFinal_ex(copy.get(), digest.data(), nullptr);
    return detail::to_hex(digest);
}

MAGIC_HOUR_DECL std::string png_image(unsigned width, unsigned height, unsigned seed)
{
    std::string pixels;
    for (unsigned y = 0; y < height; ++y)
    {
        pixels += '\0'; // this row is not filtered
        for (unsigned x = 0; x < width; ++x)
        {
            pixels += static_cast<char>(x * 255 / std::max(1U, width - 1));
            pixels += static_cast<char>(y * 255 / std::max(1U, height - 1));
            pixels += static_cast<char>(seed * 37);
        }
    }
    std::string header = detail::words({width, height});
    header.append("\x08\x02\x00\x00\x00", 5); // 8 bits, red green blue
    std::string file{"\x89PNG\r\n\x1a\n", 8};
    detail::append_png_chunk(file, "IHDR", header);
    detail::append_png_chunk(file, "IDAT", detail::stored_zlib(pixels));
    detail::append_png_chunk(file, "IEND", "");
    return file;
}

MAGIC_HOUR_DECL std::string wav_sound(unsigned milliseconds, unsigned seed)
{
    constexpr std::uint32_t rate = 8000;
    auto const samples = rate * milliseconds / 1000;
    std::string data;
    for (std::uint32_t i = 0; i < samples; ++i)
        detail::append_little_endian(data, (i * (40 + seed % 20)) % 2000, 2);
    std::string file{"RIFF"};
    detail::append_little_endian(file, static_cast<std::uint32_t>(36 + data.size()), 4);
    file += "WAVEfmt ";
    detail::append_little_endian(file, 16, 4);
    detail::append_little_endian(file, 1, 2); // PCM
    detail::append_little_endian(file, 1, 2); // channels
    detail::append_little_endian(file, rate, 4);
    detail::append_little_endian(file, rate * 2, 4);
    detail::append_little_endian(file, 2, 2);
    detail::append_little_endian(file, 16, 2);
    file += "data";
    detail::append_little_endian(file, static_cast<std::uint32_t>(data.size()), 4);
    return file + data;
}

MAGIC_HOUR_DECL std::string mp4_video(unsigned seed)
{
    std::string const frame(detail::movie_edge * detail::movie_edge * 3, static_cast<char>(seed * 37));
    auto const type = detail::box("ftyp", std::string("isom\0\0\2\0isomiso2mp41", 20));
    auto const size = static_cast<std::uint32_t>(frame.size());
    auto const before = type.size() + detail::movie_box(size, 0).size() + 8;
    return type + detail::movie_box(size, static_cast<std::uint32_t>(before)) + detail::box("mdat", frame);
}

} // namespace magic_hour::testing
