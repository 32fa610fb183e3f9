#pragma once

#include <magic_hour/json/described.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace magic_hour
{

/// An image job was accepted. It says nothing about the result yet: poll `id`.
struct created_image
{
    std::string id{};                              ///< keep it: it is the only way back to the job
    std::optional<std::int64_t> credits_charged{}; ///< taken when the job was accepted
    std::optional<std::int64_t> frame_cost{};      ///< deprecated: the former name of `credits_charged`
    BOOST_DESCRIBE_CLASS(created_image, (), (id, credits_charged, frame_cost), (), ())

    friend constexpr auto rules(json::of<created_image>)
    {
        return json::rules(
            json::on(&created_image::id, json::required, json::length{1}),
            json::on(&created_image::frame_cost, json::deprecated{"use credits_charged"}));
    }
};

/// A video job was accepted. It says nothing about the result yet: poll `id`.
struct created_video
{
    std::string id{};                                   ///< keep it: it is the only way back to the job
    std::optional<std::int64_t> credits_charged{};      ///< an estimate, corrected when the job is complete
    std::optional<std::int64_t> estimated_frame_cost{}; ///< deprecated: the former name of `credits_charged`
    BOOST_DESCRIBE_CLASS(created_video, (), (id, credits_charged, estimated_frame_cost), (), ())

    friend constexpr auto rules(json::of<created_video>)
    {
        return json::rules(
            json::on(&created_video::id, json::required, json::length{1}),
            json::on(&created_video::estimated_frame_cost, json::deprecated{"use credits_charged"}));
    }
};

/// An audio job was accepted. It says nothing about the result yet: poll `id`.
struct created_audio
{
    std::string id{};                              ///< keep it: it is the only way back to the job
    std::optional<std::int64_t> credits_charged{}; ///< taken when the job was accepted
    BOOST_DESCRIBE_CLASS(created_audio, (), (id, credits_charged), (), ())

    friend constexpr auto rules(json::of<created_audio>)
    {
        return json::rules(json::on(&created_audio::id, json::required, json::length{1}));
    }
};

/// A search for faces was accepted: poll `id`.
struct created_face_detection
{
    std::string id{};
    std::optional<std::int64_t> credits_charged{}; ///< 0 today
    BOOST_DESCRIBE_CLASS(created_face_detection, (), (id, credits_charged), (), ())

    friend constexpr auto rules(json::of<created_face_detection>)
    {
        return json::rules(json::on(&created_face_detection::id, json::required, json::length{1}));
    }
};

} // namespace magic_hour
