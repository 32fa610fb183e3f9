#pragma once

#include <magic_hour/model/checks.hpp>
#include <magic_hour/model/media.hpp>
#include <magic_hour/model/model_tables.hpp>

#include <algorithm>
#include <charconv>
#include <string>

namespace magic_hour::detail
{

template <class Table>
auto find_model(Table const& table, std::string_view name) noexcept
{
    auto const found = std::ranges::find(table, name, [](auto const& model) { return model.name; });
    return found == std::ranges::end(table) ? nullptr : &*found;
}

/// Whether one of the words of `list`, numbers and ranges like "3-10", holds the number.
MAGIC_HOUR_DECL bool lists_number(std::string_view list, double number) noexcept
{
    char const* at = list.data();
    char const* const end = at + list.size();
    while (at != end)
    {
        int low = 0;
        at = std::from_chars(at, end, low).ptr;
        int high = low;
        if (at != end && *at == '-')
            at = std::from_chars(at + 1, end, high).ptr;
        if (number >= low && number <= high && number == static_cast<int>(number))
            return true;
        if (at != end)
            ++at;
    }
    return false;
}

/// "480p, 720p" of "480p 720p".
MAGIC_HOUR_DECL std::string spoken(std::string_view list)
{
    std::string text;
    for (char const c : list)
        text += c == ' ' ? std::string{", "} : std::string{c};
    return text;
}

MAGIC_HOUR_DECL void check_listed(
    std::string_view path, std::string_view list, std::string_view word, std::string_view model,
    json::report& out)
{
    if (!word.empty() && word != "auto" && !has_word(list, word))
        out.fail(path, spoken(list) + " for " + std::string{model});
}

MAGIC_HOUR_DECL void
check_end_frame(video_model const& model, std::string_view resolution, double seconds, json::report& out)
{
    constexpr std::string_view path = "assets.end_image_file_path";
    std::string const name{model.name};
    if (model.end_frame.empty())
        out.fail(path, "not taken by " + name);
    else if (!resolution.empty() && !has_word(model.end_frame, resolution))
        out.fail(path, "only at " + spoken(model.end_frame) + " for " + name);
    else if (seconds > model.end_frame_max_seconds)
        out.fail(path, "only up to " + std::to_string(model.end_frame_max_seconds) + " seconds for " + name);
}

MAGIC_HOUR_DECL void check_video_model(video_wish const& wish, json::report& out)
{
    auto const* const model = find_model(video_models, wish.model);
    if (!model)
        return;
    if (!lists_number(model->seconds, wish.seconds))
        out.fail("end_seconds", spoken(model->seconds) + " seconds for " + std::string{model->name});
    check_listed("resolution", model->resolutions, wish.resolution, model->name, out);
    check_listed("aspect_ratio", model->aspect_ratios, wish.aspect_ratio, model->name, out);
    if (wish.audio && model->audio == sound::none)
        out.fail("audio", "not made by " + std::string{model->name});
    if (wish.end_frame)
        check_end_frame(*model, wish.resolution, wish.seconds, out);
}

/// The extension of a file, URL or stored path in lower case and without dot.
MAGIC_HOUR_DECL std::string reference_extension(asset const& file)
{
    if (!file.extension().empty())
        return file.extension();
    std::string_view text = file.text();
    if (file.what() == asset::form::url)
        text = text.substr(0, text.find_first_of("?#"));
    auto const dot = text.find_last_of("./");
    if (dot == std::string_view::npos || text[dot] != '.')
        return {};
    std::string extension{text.substr(dot + 1)};
    for (char& c : extension)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return extension;
}

MAGIC_HOUR_DECL bool takes_reference(std::string_view kinds, std::string_view extension) noexcept
{
    bool is_known = false;
    for (auto const m : {media::image, media::video, media::audio})
    {
        if (!can_be(m, extension))
            continue;
        if (has_word(kinds, to_string(m)))
            return true;
        is_known = true;
    }
    return !is_known;
}

MAGIC_HOUR_DECL void
check_reference(std::string_view model, std::size_t index, asset const& file, json::report& out)
{
    auto const* const known = find_model(video_models, model);
    if (!known)
        return;
    if (known->references.empty())
    {
        if (index == 0)
            out.fail("references", "not taken by " + std::string{model});
    }
    else if (!takes_reference(known->references, reference_extension(file)))
        out.fail(
            "references[" + std::to_string(index) + "].file_path",
            spoken(known->references) + " for " + std::string{model});
}

MAGIC_HOUR_DECL void
check_image_draft(std::string_view model, std::string_view resolution, int image_count, json::report& out)
{
    auto const* const known = find_model(image_models, model);
    if (!known)
        return;
    if (known->image_counts.empty())
        out.fail("model", std::string{model} + " only edits");
    else if (!lists_number(known->image_counts, image_count))
        out.fail("image_count", spoken(known->image_counts) + " for " + std::string{model});
    check_listed("resolution", known->resolutions, resolution, model, out);
}

MAGIC_HOUR_DECL void
check_image_edit(std::string_view model, std::string_view resolution, std::size_t images, json::report& out)
{
    if (images == 0)
        out.fail("assets.image_file_paths", "at least 1 entry");
    auto const* const known = find_model(image_models, model);
    if (!known)
        return;
    if (known->more_images < 0)
        out.fail("model", std::string{model} + " does not edit");
    else if (images > static_cast<std::size_t>(known->more_images) + 1)
        out.fail(
            "assets.image_file_paths",
            "at most " + std::to_string(known->more_images + 1) + " entries for " + std::string{model});
    check_listed("resolution", known->resolutions, resolution, model, out);
}

MAGIC_HOUR_DECL void check_clip_model(
    std::span<clip_model const> table, std::string_view model, double seconds, std::string_view resolution,
    json::report& out)
{
    auto const* const known = find_model(table, model);
    if (!known)
        return;
    check_clip_length(seconds, known->min_seconds, known->max_seconds, model, out);
    check_listed("resolution", known->resolutions, resolution, model, out);
}

MAGIC_HOUR_DECL std::span<clip_model const> character_models(std::string_view mode) noexcept
{
    if (mode == "animate")
        return character_animate_models;
    if (mode.empty() || mode == "replace")
        return character_replace_models;
    return {};
}

} // namespace magic_hour::detail
