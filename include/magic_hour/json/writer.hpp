#pragma once

#include <magic_hour/detail/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace magic_hour::json
{

/// Appends JSON to a string. What it writes is always valid JSON in UTF-8: broken UTF-8 becomes U+FFFD, and a
/// number that JSON has no form for becomes `null`.
class writer
{
public:
    explicit writer(std::string& out) noexcept : out_{out} {}

    MAGIC_HOUR_DECL void begin_object();
    MAGIC_HOUR_DECL void end_object();
    MAGIC_HOUR_DECL void begin_array();
    MAGIC_HOUR_DECL void end_array();
    MAGIC_HOUR_DECL void key(std::string_view name);

    MAGIC_HOUR_DECL void null();
    MAGIC_HOUR_DECL void boolean(bool value);
    MAGIC_HOUR_DECL void integer(std::int64_t value);
    MAGIC_HOUR_DECL void unsigned_integer(std::uint64_t value);
    /// A text that reads back as the same number: whole ones in digits, others as short as can be.
    MAGIC_HOUR_DECL void number(double value);
    MAGIC_HOUR_DECL void string(std::string_view text);

    /// A state to return to when what follows turns out to be nothing.
    struct mark
    {
        std::size_t size;
        bool comma;
    };
    [[nodiscard]] mark here() const noexcept { return {out_.size(), comma_}; }
    MAGIC_HOUR_DECL void undo(mark to);
    /// Whether the text ends in an object without members.
    [[nodiscard]] bool at_empty_object() const noexcept { return std::string_view{out_}.ends_with("{}"); }

private:
    MAGIC_HOUR_DECL void separate();
    MAGIC_HOUR_DECL void quoted(std::string_view text);
    MAGIC_HOUR_DECL void escaped(unsigned char c);

    std::string& out_;
    bool comma_ = false;
};

} // namespace magic_hour::json

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/json/impl/writer.ipp>
#endif
