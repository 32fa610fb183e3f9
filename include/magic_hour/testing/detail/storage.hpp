#pragma once

#include <magic_hour/testing/fake_options.hpp>
#include <magic_hour/testing/ledger.hpp>
#include <magic_hour/testing/script.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace magic_hour::testing::detail
{

using wall_time = std::chrono::system_clock::time_point;

/// "2026-10-01T00:00:00.000Z".
[[nodiscard]] MAGIC_HOUR_DECL std::string iso_time(wall_time when);

/// An object store in the manner of S3: signed URLs, ranges, ETags, XML errors. Not thread-safe by itself.
class storage
{
public:
    MAGIC_HOUR_DECL storage();

    struct object
    {
        content_ptr content{};
        std::string content_type{};
        std::string etag{};
        wall_time modified{};
    };
    struct signed_url
    {
        std::string url{};
        std::string expires_at{};
    };

    MAGIC_HOUR_DECL void put(std::string const& path, content_ptr content, std::string type, wall_time now);
    MAGIC_HOUR_DECL void remove(std::string const& path);
    /// Allows one file to be put there.
    void expect(std::string const& path) { expected_[path] = {}; }
    /// Whether a file was asked for but never put.
    [[nodiscard]] MAGIC_HOUR_DECL bool is_missing(std::string const& path) const;
    [[nodiscard]] std::map<std::string, stored_file> const& uploads() const noexcept { return expected_; }

    [[nodiscard]] MAGIC_HOUR_DECL signed_url sign(
        std::string_view method, std::string const& path, wall_time now, std::chrono::seconds lifetime) const;
    void expire_all() noexcept { ++generation_; }

    [[nodiscard]] MAGIC_HOUR_DECL answer
    respond(request_record const& request, std::string const& body, wall_time now);

    std::string base_url{};

private:
    [[nodiscard]] std::string signature(std::string_view method, std::string_view target) const;
    [[nodiscard]] std::optional<answer> check_signature(request_head const& head, wall_time now) const;
    [[nodiscard]] answer receive(request_record const& request, std::string const& body, wall_time now);
    [[nodiscard]] answer hand_out(request_head const& head) const;

    std::string secret_{};
    std::uint64_t generation_ = 0;
    std::map<std::string, object> objects_{};
    std::map<std::string, stored_file> expected_{};
};

} // namespace magic_hour::testing::detail
