#pragma once

#include <magic_hour/json/described.hpp>
#include <magic_hour/model/status.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace magic_hour
{

/// A finished file. The URL is signed: fetch it as it is and without the API key, before `expires_at`; after
/// that, get the project again for a new URL.
struct download_link
{
    std::string url{};
    std::string expires_at{}; ///< ISO 8601, see `parse_timestamp`
    BOOST_DESCRIBE_CLASS(download_link, (), (url, expires_at), (), ())
};

/// Why a job failed.
struct job_error
{
    std::string message{}; ///< for a person
    std::string code{};    ///< "no_source_face", "content_policy_violation", ...; more may be added
    BOOST_DESCRIBE_CLASS(job_error, (), (message, code), (), ())
};

/// What the details of images, videos and audio have in common. Only the id is indispensable: whatever else
/// the server leaves out or nulls is simply not known.
struct project
{
    std::string id{};
    json::open_enum<project_status> status{};
    std::optional<std::string> name{};
    std::string type{};                            ///< the tool that made it: "AI_IMAGE", "FACE_SWAP" ...
    std::string created_at{};                      ///< ISO 8601
    std::optional<bool> enabled{};                 ///< false: deleted
    std::optional<std::int64_t> credits_charged{}; ///< an estimate until the job is complete
    std::vector<download_link> downloads{};        ///< filled when complete
    std::optional<job_error> error{};              ///< set when the job failed
    BOOST_DESCRIBE_CLASS(
        project, (), (id, status, name, type, created_at, enabled, credits_charged, downloads, error), (), ())

    friend constexpr auto rules(json::of<project>)
    {
        return json::rules(json::on(&project::id, json::required, json::length{1}));
    }
};

/// The details of an image job: `client.v1.image_projects.get(id)`.
struct image_project
{
    std::string id{};
    json::open_enum<project_status> status{};
    std::optional<std::string> name{};
    std::string type{};                             ///< the tool that made it: "AI_IMAGE", "AI_HEADSHOT" ...
    std::string created_at{};                       ///< ISO 8601
    std::optional<bool> enabled{};                  ///< false: deleted
    std::optional<std::int64_t> credits_charged{};  ///< what it cost; a failed job is refunded
    std::vector<download_link> downloads{};         ///< filled when complete, one entry an image
    std::optional<job_error> error{};               ///< set when the job failed
    std::optional<std::int64_t> image_count{};      ///< how many images it makes
    std::optional<std::int64_t> total_frame_cost{}; ///< deprecated: the former name of `credits_charged`
    BOOST_DESCRIBE_CLASS(
        image_project, (),
        (id, status, name, type, created_at, enabled, credits_charged, downloads, error, image_count,
         total_frame_cost),
        (), ())

    friend constexpr auto rules(json::of<image_project>)
    {
        return json::rules(
            json::on(&image_project::id, json::required, json::length{1}),
            json::on(&image_project::total_frame_cost, json::deprecated{"use credits_charged"}));
    }
};

/// The details of a video job: `client.v1.video_projects.get(id)`.
struct video_project
{
    std::string id{};
    json::open_enum<project_status> status{};
    std::optional<std::string> name{};
    std::string type{};                            ///< the tool that made it: "FACE_SWAP", "LIP_SYNC" ...
    std::string created_at{};                      ///< ISO 8601
    std::optional<bool> enabled{};                 ///< false: deleted
    std::optional<std::int64_t> credits_charged{}; ///< an estimate until the job is complete
    std::vector<download_link> downloads{};        ///< filled when complete
    std::optional<job_error> error{};              ///< set when the job failed
    std::optional<std::int64_t> width{};           ///< pixels; -1: of no meaning
    std::optional<std::int64_t> height{};          ///< pixels; -1: of no meaning
    std::optional<double> fps{};                   ///< an estimate until the job is complete
    std::optional<double> start_seconds{};         ///< the clip that was taken of the input
    std::optional<double> end_seconds{};
    std::optional<std::int64_t> total_frame_cost{}; ///< deprecated: the former name of `credits_charged`
    std::optional<download_link> download{};        ///< deprecated: the first of `downloads`
    BOOST_DESCRIBE_CLASS(
        video_project, (),
        (id, status, name, type, created_at, enabled, credits_charged, downloads, error, width, height, fps,
         start_seconds, end_seconds, total_frame_cost, download),
        (), ())

    friend constexpr auto rules(json::of<video_project>)
    {
        return json::rules(
            json::on(&video_project::id, json::required, json::length{1}),
            json::on(&video_project::total_frame_cost, json::deprecated{"use credits_charged"}),
            json::on(&video_project::download, json::deprecated{"use downloads"}));
    }
};

/// The details of an audio job: `client.v1.audio_projects.get(id)`.
struct audio_project
{
    std::string id{};
    json::open_enum<project_status> status{};
    std::optional<std::string> name{};
    std::string type{};                            ///< the tool that made it: "VOICE_GENERATOR" ...
    std::string created_at{};                      ///< ISO 8601
    std::optional<bool> enabled{};                 ///< false: deleted
    std::optional<std::int64_t> credits_charged{}; ///< what it cost; a failed job is refunded
    std::vector<download_link> downloads{};        ///< filled when complete
    std::optional<job_error> error{};              ///< set when the job failed
    BOOST_DESCRIBE_CLASS(
        audio_project, (), (id, status, name, type, created_at, enabled, credits_charged, downloads, error),
        (), ())

    friend constexpr auto rules(json::of<audio_project>)
    {
        return json::rules(json::on(&audio_project::id, json::required, json::length{1}));
    }
};

} // namespace magic_hour
