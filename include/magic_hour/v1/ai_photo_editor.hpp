#pragma once

#include <magic_hour/asset.hpp>
#include <magic_hour/json/described.hpp>
#include <magic_hour/model/created.hpp>
#include <magic_hour/model/media.hpp>
#include <magic_hour/model/operation.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace magic_hour
{

/// Redraws a photo from a description of what it is and a prompt of what it shall be. The vendor has
/// withdrawn this tool in January 2026: use `ai_image_editor`.
///
/// @code
/// mh::ai_photo_editor::request edit{
///     .assets = {.image_file_path = "portrait.png"},
///     .style = {.prompt = "A portrait of a man with a hat", .image_description = "A portrait of a man",
///               .likeness_strength = 5.2, .prompt_strength = 3.75},
///     .resolution = 768};
/// auto job = co_await client.v1.ai_photo_editor.create(edit);
/// @endcode
struct ai_photo_editor
{
    static constexpr std::string_view resource = "ai_photo_editor";

    /// The files that go in.
    struct assets_type
    {
        asset image_file_path{}; ///< the photo
        BOOST_DESCRIBE_CLASS(assets_type, (), (image_file_path), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::image_file_path, json::required, json::accepts{media::image}));
        }
    };

    /// What the result shall be like.
    struct style_type
    {
        /// What the result shall show; start from `image_description` and change little.
        std::string prompt{};
        std::string image_description{};              ///< what the photo shows, so that it stays
        double likeness_strength = 0;                 ///< how much the photo counts
        double prompt_strength = 0;                   ///< how much the prompt counts
        std::optional<std::string> negative_prompt{}; ///< what to avoid; a weak hint
        std::optional<int> steps{};               ///< 3 to 6; more is better, closer to the prompt and slower
        std::optional<int> upscale_factor{};      ///< 1 to 4 times the size of the photo; the server takes 2
        std::optional<double> upscale_fidelity{}; ///< 0 to 1; more means more detail
        BOOST_DESCRIBE_CLASS(
            style_type, (),
            (prompt, image_description, likeness_strength, prompt_strength, negative_prompt, steps,
             upscale_factor, upscale_fidelity),
            (), ())

        friend constexpr auto rules(json::of<style_type>)
        {
            return json::rules(
                json::on(&style_type::prompt, json::required),
                json::on(&style_type::image_description, json::required),
                json::on(&style_type::likeness_strength, json::required),
                json::on(&style_type::prompt_strength, json::required),
                json::on(&style_type::steps, json::range{3, 6}),
                json::on(&style_type::upscale_factor, json::range{1, 4}, json::default_is{"2"}),
                json::on(&style_type::upscale_fidelity, json::range{0, 1}, json::default_is{"0.5"}));
        }
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        style_type style{};
        int resolution = 0;                ///< 512 to 1024, as the plan allows
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        std::optional<int> steps{};        ///< deprecated: use `style_type::steps`
        BOOST_DESCRIBE_CLASS(request, (), (assets, style, resolution, name, steps), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::assets, json::required), json::on(&request::style, json::required),
                json::on(&request::resolution, json::required, json::range{512, 1024}),
                json::on(&request::steps, json::range{3, 6}, json::deprecated{"use style.steps"}));
        }
    };

    /// The job was accepted.
    using response = created_image;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post,
        .path = "/v1/ai-photo-editor",
        .makes = kind::image,
        .billable = true,
        .deprecated = true};
};

} // namespace magic_hour
