#pragma once

#include <magic_hour/detail/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace magic_hour::json
{

/// A rule that a value breaks, and where: "assets.image_file_paths[3]", "at most 10 entries".
struct violation
{
    std::string path{};
    std::string rule{};

    friend bool operator==(violation const&, violation const&) = default;
};

/// Collects violations while a value is checked. `check(T const&, json::report&)`, a free friend of a
/// described struct, reports rules that concern several members.
class report
{
public:
    report() = default;

    /// Records that the member at `path`, relative to the struct being checked, breaks `rule`.
    MAGIC_HOUR_DECL void fail(std::string_view path, std::string_view rule);
    /// Records that the value being looked at breaks `rule`.
    void fail(std::string_view rule) { fail({}, rule); }

    /// What was recorded so far, in order.
    [[nodiscard]] std::vector<violation> const& violations() const noexcept { return violations_; }
    /// What was recorded, moved out.
    [[nodiscard]] std::vector<violation> take() noexcept { return std::move(violations_); }

    /// While one lives, paths begin with one step more.
    class step
    {
    public:
        MAGIC_HOUR_DECL step(report& in, std::string_view member);
        MAGIC_HOUR_DECL step(report& in, std::size_t index);
        step(step const&) = delete;
        step& operator=(step const&) = delete;
        ~step() { in_.path_.resize(size_); }

    private:
        report& in_;
        std::size_t size_;
    };

private:
    std::string path_{};
    std::vector<violation> violations_{};
};

} // namespace magic_hour::json

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/json/impl/report.ipp>
#endif
