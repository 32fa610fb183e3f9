#pragma once

#include <magic_hour/json/described.hpp>
#include <magic_hour/model/status.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace magic_hour
{

/// A face that was found in an image or a video.
struct detected_face
{
    std::string path{}; ///< goes into `face_mappings[].original_face` of a face swap as it is
    std::string url{};  ///< for showing it to a person
    BOOST_DESCRIBE_CLASS(detected_face, (), (path, url), (), ())
};

/// The state of a search for faces: `client.v1.face_detection.get(id)`. It is never `canceled`.
struct detected_faces
{
    std::string id{};
    json::open_enum<project_status> status{};
    std::vector<detected_face> faces{};            ///< grows while the search runs
    std::optional<std::int64_t> credits_charged{}; ///< 0 today
    BOOST_DESCRIBE_CLASS(detected_faces, (), (id, status, faces, credits_charged), (), ())

    friend constexpr auto rules(json::of<detected_faces>)
    {
        return json::rules(json::on(&detected_faces::id, json::required, json::length{1}));
    }
};

} // namespace magic_hour
