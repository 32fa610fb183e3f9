#pragma once

#include <magic_hour/webhook/secret.hpp>

#include <chrono>
#include <string>
#include <string_view>

/// A delivery whose signature was computed by another program.
namespace sample
{

inline constexpr std::string_view key = "whsec_test_secret";
inline constexpr std::string_view timestamp = "1729314984";
inline constexpr std::string_view body =
    R"({"type":"video.completed","payload":{"id":"clx123","status":"complete","downloads":[{"url":"https://videos.magichour.ai/output.mp4"}]}})";
inline constexpr std::string_view signature =
    "b8294b3b5a1f78b5f5bae8bde66065c056d6e4a73b8a73bcbd564fb041862a2f";
inline constexpr std::chrono::sys_seconds signed_at{std::chrono::seconds{1729314984}};

inline magic_hour::webhook::secret secret()
{
    return magic_hour::webhook::secret{key};
}

} // namespace sample
