#pragma once

#include <magic_hour/asset.hpp>
#include <magic_hour/detail/config.hpp>
#include <magic_hour/json/report.hpp>

#include <array>
#include <cstddef>
#include <limits>
#include <span>
#include <string_view>

namespace magic_hour
{

/// Whether a video model makes sound, and what it asks for it.
enum class sound
{
    none,    ///< cannot
    free,    ///< at no extra cost
    charged, ///< costs extra credits
};

/// What a model of text-to-video and image-to-video can make. Lists are words separated by spaces.
struct video_model
{
    std::string_view name;
    std::string_view seconds; ///< whole lengths and ranges of them: "3-10 15"
    std::string_view resolutions;
    std::string_view aspect_ratios; ///< of text-to-video; an image brings its own
    magic_hour::sound audio;        ///< with `audio`
    std::string_view end_frame;     ///< the resolutions at which image-to-video takes a last frame
    std::string_view references;    ///< the kinds of material that text-to-video takes
    int end_frame_max_seconds = 60; ///< how long a video with a last frame may be
};

/// As published in October 2026. Advice, not law: a model that is not here may exist and is not checked.
inline constexpr std::array<video_model, 13> video_models{{
    {"gemini-omni-1.1", "3-10", "360p 720p 1080p 4k", "16:9 9:16", sound::none, "360p 720p 1080p 4k", ""},
    {"kling-2.6", "5 10", "720p 1080p", "16:9 9:16 1:1", sound::none, "1080p", ""},
    {"kling-3.0", "3-15", "720p 1080p 4k", "16:9 9:16 1:1", sound::charged, "720p 1080p 4k", "image video"},
    {"ltx-2.5", "1-60", "480p 720p 1080p", "16:9 9:16 1:1", sound::free, "480p 720p 1080p", ""},
    {"minimax-h3", "1-30", "480p 720p 1080p", "16:9 9:16 1:1", sound::free, "", "image video audio"},
    {"seedance-1.5", "4-12", "480p 720p 1080p", "16:9 9:16 1:1", sound::charged, "480p 720p 1080p", ""},
    {"seedance-2.0", "4-15", "480p 720p 1080p 4k", "16:9 9:16 1:1", sound::free, "480p 720p 1080p 4k",
     "image video audio"},
    {"seedance-2.0-mini", "4-15", "480p 720p", "16:9 9:16 1:1", sound::free, "480p 720p",
     "image video audio"},
    {"seedance-2.5", "4-30", "480p 720p 1080p", "16:9 9:16 1:1", sound::free, "480p 720p 1080p",
     "image video audio"},
    {"veo3.1", "4 6 8 16 24 32 40 48 56", "720p 1080p", "16:9 9:16", sound::charged, "720p 1080p", "", 8},
    {"veo3.1-lite", "4 6 8 16 24 32 40 48 56", "720p 1080p", "16:9 9:16", sound::charged, "720p 1080p", "",
     8},
    {"wan-2.2", "3-10 15", "480p 720p 1080p", "16:9 9:16 1:1", sound::none, "", ""},
    {"wan-3.0", "2-10 15 20 25 30", "480p 720p 1080p", "16:9 9:16 1:1", sound::free, "480p 720p 1080p",
     "image video audio"},
}};

/// What a model of the image generator and the image editor can make. Lists are words separated by spaces.
struct image_model
{
    std::string_view name;
    int credits; ///< of the cheapest picture
    std::string_view resolutions;
    bool on_free_plan;
    std::string_view image_counts; ///< of the generator: "1-4"; empty: it does not take the model
    int more_images;               ///< inputs of the editor after the first; -1: it does not take the model
};

/// As published in October 2026. Advice, not law: a model that is not here may exist and is not checked.
inline constexpr std::array<image_model, 16> image_models{{
    {"flux-2-klein", 5, "640px 1k 2k", true, "1", 5},
    {"flux-schnell", 5, "640px 1k 2k", true, "1-4", -1},
    {"z-image-turbo", 5, "640px 1k 2k", true, "1-4", -1},
    {"krea-2", 10, "640px 1k", true, "1", 1},
    {"qwen-image-2.1", 10, "640px 1k 2k", true, "1-4", 2},
    {"qwen-edit", 10, "640px 1k 2k", true, "", 2},
    {"seedream-v4", 40, "640px 1k 2k 4k", false, "1-4", 9},
    {"seedream-v4.5", 50, "640px 1k 2k 4k", false, "", 9},
    {"seedream-v5-pro", 75, "640px 1k 2k", false, "1-4", 9},
    {"nano-banana", 50, "640px 1k", false, "1-4", 9},
    {"nano-banana-2-lite", 50, "640px 1k", false, "1-4", 9},
    {"nano-banana-2", 100, "640px 1k 2k 4k", false, "1 4 9 16", 9},
    {"nano-banana-2.1", 50, "640px 1k 2k 4k", false, "1 4 9 16", 9},
    {"nano-banana-pro", 150, "1k 2k 4k", false, "1 4 9 16", 9},
    {"gpt-image-2", 50, "640px 1k 2k 4k", false, "1-4", 9},
    {"gpt-image-2.5-flare", 100, "640px 1k 2k 4k", false, "1-4", 9},
}};

/// What a model that works on a clip of a video takes.
struct clip_model
{
    std::string_view name;
    double min_seconds;
    double max_seconds;
    std::string_view resolutions;
};

/// No limit is published.
inline constexpr double any_length = std::numeric_limits<double>::infinity();

/// The models of the video editor.
inline constexpr std::array<clip_model, 2> video_editor_models{{
    {"gemini-omni-1.1", 3, 10, "720p 1080p"},
    {"ltx-2.5", 0.5, 20, "480p 720p 1080p"},
}};

/// The models that replace a character.
inline constexpr std::array<clip_model, 2> character_replace_models{{
    {"wan-animate", 0, any_length, "480p 720p"},
    {"kling-3.0", 3, 10, "720p 1080p"},
}};

/// The models that animate a character.
inline constexpr std::array<clip_model, 2> character_animate_models{{
    {"wan-animate", 0, any_length, "480p 720p"},
    {"kling-3.0", 3, 30, "720p 1080p"},
}};

namespace detail
{

/// What is asked of a video model; empty and false mean that nothing is said.
struct video_wish
{
    std::string_view model{};
    double seconds = 0;
    std::string_view resolution{};
    std::string_view aspect_ratio{};
    bool audio = false;
    bool end_frame = false;
};

/// Refuses what a known model of `video_models` cannot make.
MAGIC_HOUR_DECL void check_video_model(video_wish const& wish, json::report& out);

/// Refuses references for a known model that takes none, or none of this kind.
MAGIC_HOUR_DECL void
check_reference(std::string_view model, std::size_t index, asset const& file, json::report& out);

template <class References>
void check_references(std::string_view model, References const& references, json::report& out)
{
    std::size_t index = 0;
    for (auto const& reference : references)
        check_reference(model, index++, reference.file_path, out);
}

/// Refuses what a known model of `image_models` cannot draw.
MAGIC_HOUR_DECL void
check_image_draft(std::string_view model, std::string_view resolution, int image_count, json::report& out);

/// Refuses an edit without pictures, and what a known model of `image_models` cannot edit.
MAGIC_HOUR_DECL void
check_image_edit(std::string_view model, std::string_view resolution, std::size_t images, json::report& out);

/// Refuses lengths and resolutions that a model of the table does not take.
MAGIC_HOUR_DECL void check_clip_model(
    std::span<clip_model const> table, std::string_view model, double seconds, std::string_view resolution,
    json::report& out);

/// The table of character models for a mode; nothing is known of modes that are not.
[[nodiscard]] MAGIC_HOUR_DECL std::span<clip_model const> character_models(std::string_view mode) noexcept;

} // namespace detail

} // namespace magic_hour

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/model/impl/model_tables.ipp>
#endif
