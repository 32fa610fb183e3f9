#pragma once

#include <magic_hour/detail/config.hpp>
#include <magic_hour/error.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace magic_hour::json
{

/// What decoding does with values that are not what the type says.
enum class strictness
{
    lenient, ///< for answers: only what the type requires can fail
    strict   ///< for text that people write: every wrong, damaged or unknown member fails
};

/// Reads one JSON document from front to back, without building anything of its own.
///
/// The `read_` functions and `enter_` functions return false when the value is of another kind; the value is
/// then skipped and `mismatch()` says what was expected. They also return false when the document is broken,
/// which `failed()` tells; then nothing can be read any more. Nesting is limited to 32 levels.
class reader
{
public:
    static constexpr std::size_t max_depth = 32;

    /// `text` must outlive the reader.
    explicit reader(std::string_view text, strictness mode = strictness::lenient) noexcept
        : text_{text}, mode_{mode}
    {
        frames_[0] = {};
    }

    [[nodiscard]] bool strict() const noexcept { return mode_ == strictness::strict; }

    /// Reads `null` if it is next.
    [[nodiscard]] MAGIC_HOUR_DECL bool read_null();
    [[nodiscard]] MAGIC_HOUR_DECL bool read_boolean(bool& out);
    /// Numbers of any form whose value the target holds exactly: 450, 450.0 and 4.5e2 are 450.
    [[nodiscard]] MAGIC_HOUR_DECL bool read_integer(std::int64_t& out);
    [[nodiscard]] MAGIC_HOUR_DECL bool read_unsigned(std::uint64_t& out);
    /// The nearest double; a number beyond the largest one does not match.
    [[nodiscard]] MAGIC_HOUR_DECL bool read_number(double& out);
    /// A text, valid until the next read. Unless strict, damaged parts of it become U+FFFD.
    [[nodiscard]] MAGIC_HOUR_DECL bool read_text(std::string_view& out);
    /// Any value, as it is written.
    [[nodiscard]] MAGIC_HOUR_DECL bool read_raw(std::string_view& out);
    /// Skips any value. Only its syntax is checked.
    [[nodiscard]] MAGIC_HOUR_DECL bool skip();

    [[nodiscard]] MAGIC_HOUR_DECL bool enter_object();
    /// Whether there is a next member; false at the end of the object.
    [[nodiscard]] MAGIC_HOUR_DECL bool has_member();
    /// Takes that member's name if it is `expected`, written plainly as servers do.
    [[nodiscard]] MAGIC_HOUR_DECL bool take_name(std::string_view expected) noexcept;
    /// Takes whatever its name is; valid until the next read.
    [[nodiscard]] MAGIC_HOUR_DECL bool read_name(std::string_view& name);
    /// Both at once.
    [[nodiscard]] bool next_member(std::string_view& name) { return has_member() && read_name(name); }
    [[nodiscard]] MAGIC_HOUR_DECL bool enter_array();
    /// Whether there is a next entry; false at the end of the array.
    [[nodiscard]] MAGIC_HOUR_DECL bool next_entry();
    /// Succeeds when nothing but white space is left.
    [[nodiscard]] MAGIC_HOUR_DECL bool finish();

    /// Marks the value just read as not matching.
    bool mismatch(char const* expected) noexcept
    {
        mismatch_ = expected;
        return false;
    }
    [[nodiscard]] char const* mismatch() const noexcept { return mismatch_; }

    /// Keeps the place of the mismatch for a `fail` that comes after the reader has moved on.
    void remember_place()
    {
        if (where_.empty())
            where_ = path();
    }
    /// The mismatch does no harm.
    void forgive() noexcept { where_.clear(); }

    /// Gives up with `reason` at the member or entry that is being read, or at the remembered place.
    MAGIC_HOUR_DECL bool fail(std::string_view reason);
    /// Gives up with `reason` at the member `name` of the object that is being read.
    MAGIC_HOUR_DECL bool fail_member(std::string_view name, std::string_view reason);
    [[nodiscard]] bool failed() const noexcept { return failed_; }
    /// Why it failed: `errc::decode`, with the path and, if the syntax is broken, the offset.
    [[nodiscard]] MAGIC_HOUR_DECL error failure() const;

    /// Sets the name that paths show for the member being read; `name` must outlive the reader.
    void at_member(std::string_view name) noexcept { frames_[depth_].name = name; }

private:
    struct frame
    {
        std::string_view name;
        std::size_t index;
        bool first;
        bool array;
    };
    struct number_token
    {
        std::string_view text;
        std::uint64_t mantissa; ///< of all digits before the exponent, if they are few
        std::size_t mantissa_digits;
        std::size_t fraction_digits;
        bool exponent;

        [[nodiscard]] bool integral() const noexcept { return fraction_digits == 0 && !exponent; }
    };

    void skip_space() noexcept
    {
        while (at_ < text_.size() && text_[at_] <= ' ' && is_space(text_[at_]))
            ++at_;
    }
    [[nodiscard]] static constexpr bool is_space(char c) noexcept
    {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }
    [[nodiscard]] char next() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }
    [[nodiscard]] MAGIC_HOUR_DECL bool enter(bool array);
    [[nodiscard]] MAGIC_HOUR_DECL bool next_item(char closing, char const* expected);
    [[nodiscard]] MAGIC_HOUR_DECL bool other_kind(char const* expected);
    [[nodiscard]] MAGIC_HOUR_DECL bool literal(std::string_view word);
    [[nodiscard]] MAGIC_HOUR_DECL bool scan_number(number_token& out);
    MAGIC_HOUR_DECL std::size_t digits(std::uint64_t& value);
    template <class I>
    [[nodiscard]] bool read_whole(I& out);
    [[nodiscard]] MAGIC_HOUR_DECL bool double_of(number_token const& token, double& out);
    [[nodiscard]] MAGIC_HOUR_DECL bool scan_text(std::string_view& out);
    [[nodiscard]] MAGIC_HOUR_DECL bool scan_escaped_text(std::string_view& out);
    MAGIC_HOUR_DECL void append_character();
    MAGIC_HOUR_DECL void append_escape();
    MAGIC_HOUR_DECL void append_unicode_escape();
    [[nodiscard]] MAGIC_HOUR_DECL bool hex4(char32_t& out) noexcept;
    [[nodiscard]] MAGIC_HOUR_DECL bool skip_text();
    MAGIC_HOUR_DECL void append_replacement();
    [[nodiscard]] MAGIC_HOUR_DECL bool syntax(std::string_view reason);
    [[nodiscard]] MAGIC_HOUR_DECL std::string path() const;

    std::string_view text_;
    std::size_t at_ = 0;
    strictness mode_;
    bool failed_ = false;
    bool damaged_ = false;
    char const* mismatch_ = "";
    std::size_t depth_ = 0;
    std::array<frame, max_depth + 1> frames_;
    std::string scratch_{};
    std::string reason_{};
    std::string where_{};
};

} // namespace magic_hour::json

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/json/impl/reader.ipp>
#endif
