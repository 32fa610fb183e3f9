#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace magic_hour
{

/// What a job makes, and so which details endpoint tells how it goes.
enum class kind
{
    image,
    video,
    audio,
    face_detection
};

/// "image", "video", "audio" or "face_detection".
[[nodiscard]] constexpr std::string_view to_string(kind k) noexcept
{
    switch (k)
    {
    case kind::image:
        return "image";
    case kind::video:
        return "video";
    case kind::audio:
        return "audio";
    case kind::face_detection:
        return "face_detection";
    }
    return "";
}

/// The HTTP method of an operation.
enum class verb
{
    get,
    post,
    delete_
};

/// "GET", "POST" or "DELETE".
[[nodiscard]] constexpr std::string_view to_string(verb v) noexcept
{
    switch (v)
    {
    case verb::get:
        return "GET";
    case verb::post:
        return "POST";
    case verb::delete_:
        return "DELETE";
    }
    return "";
}

/// One operation of the API as data. Everything that treats operations differently looks here.
struct operation
{
    magic_hour::verb verb = verb::get;
    std::string_view path{};                 ///< "/v1/image-projects/{id}"
    std::optional<magic_hour::kind> makes{}; ///< the job that a create starts
    bool billable = false;                   ///< repeating it could cost money
    bool deprecated = false;                 ///< withdrawn by the vendor
    std::chrono::seconds median{0};          ///< documented median time of a job; 0: unknown
};

/// How long a job of a kind takes where no median is documented for its tool. The documented range of the
/// image tools is 3 to 38 seconds.
[[nodiscard]] constexpr std::chrono::seconds usual_time(kind k) noexcept
{
    switch (k)
    {
    case kind::image:
        return std::chrono::seconds{10};
    case kind::video:
        return std::chrono::seconds{90};
    case kind::audio:
        return std::chrono::seconds{21};
    case kind::face_detection:
        return std::chrono::seconds{5};
    }
    return std::chrono::seconds{0};
}

/// The time after which it is worth asking for the job of `op`: its median, or what is usual for its kind.
[[nodiscard]] constexpr std::chrono::seconds expected_time(operation const& op) noexcept
{
    if (op.median.count() != 0 || !op.makes)
        return op.median;
    return usual_time(*op.makes);
}

/// The details endpoint of a kind of job.
[[nodiscard]] constexpr std::string_view details_path(kind k) noexcept
{
    switch (k)
    {
    case kind::image:
        return "/v1/image-projects/";
    case kind::video:
        return "/v1/video-projects/";
    case kind::audio:
        return "/v1/audio-projects/";
    case kind::face_detection:
        return "/v1/face-detection/";
    }
    return "";
}

} // namespace magic_hour
