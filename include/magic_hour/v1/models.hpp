#pragma once

#include <magic_hour/model/model_tables.hpp>

#include <string_view>

/// What the models of pictures and videos can make and cost, to choose one. The tables are `image_models`,
/// `video_models`, `video_editor_models`, `character_replace_models` and `character_animate_models`.
namespace magic_hour::models
{

/// The model of pictures with this name, or nullptr.
[[nodiscard]] constexpr image_model const* find_image(std::string_view name) noexcept
{
    for (auto const& model : image_models)
        if (model.name == name)
            return &model;
    return nullptr;
}

/// The model of videos with this name, or nullptr.
[[nodiscard]] constexpr video_model const* find_video(std::string_view name) noexcept
{
    for (auto const& model : video_models)
        if (model.name == name)
            return &model;
    return nullptr;
}

} // namespace magic_hour::models
