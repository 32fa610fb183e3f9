#pragma once

#include <magic_hour/asset.hpp>
#include <magic_hour/json/described.hpp>
#include <magic_hour/model/checks.hpp>
#include <magic_hour/model/created.hpp>
#include <magic_hour/model/media.hpp>
#include <magic_hour/model/model_tables.hpp>
#include <magic_hour/model/operation.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace magic_hour
{

/// Changes pictures as a prompt says: the first picture is edited, further ones serve as material for it.
/// From 5 credits a picture with the cheapest model, most models cost more; the resolution counts too.
///
/// @code
/// mh::ai_image_editor::request edit{
///     .assets = {.image_file_paths = {"portrait.png"}}, .style = {.prompt = "Give me sunglasses"}};
/// auto photo = co_await client.v1.ai_image_editor.generate(edit, "outputs");
/// @endcode
struct ai_image_editor
{
    static constexpr std::string_view resource = "ai_image_editor";

    /// Who edits. `default_` is what the vendor recommends at the time.
    enum class model
    {
        default_,
        qwen_image_2_1,
        qwen_edit,
        flux_2_klein,
        nano_banana_2_lite,
        nano_banana_2,
        nano_banana_2_1,
        krea_2,
        gpt_image_2_5_flare,
        gpt_image_2,
        seedream_v5_pro,
        seedream_v4_5,
        seedream_v4,
        nano_banana,
        nano_banana_pro
    };
    friend constexpr auto names(json::of<model>)
    {
        return json::list<model>(
            {{model::default_, "default"},
             {model::qwen_image_2_1, "qwen-image-2.1"},
             {model::qwen_edit, "qwen-edit"},
             {model::flux_2_klein, "flux-2-klein"},
             {model::nano_banana_2_lite, "nano-banana-2-lite"},
             {model::nano_banana_2, "nano-banana-2"},
             {model::nano_banana_2_1, "nano-banana-2.1"},
             {model::krea_2, "krea-2"},
             {model::gpt_image_2_5_flare, "gpt-image-2.5-flare"},
             {model::gpt_image_2, "gpt-image-2"},
             {model::seedream_v5_pro, "seedream-v5-pro"},
             {model::seedream_v4_5, "seedream-v4.5"},
             {model::seedream_v4, "seedream-v4"},
             {model::nano_banana, "nano-banana"},
             {model::nano_banana_pro, "nano-banana-pro"}});
    }

    /// Shape of the result. The server takes `auto_` when nothing is said.
    enum class aspect_ratio
    {
        auto_,
        landscape_16_9,
        portrait_9_16,
        landscape_4_3,
        landscape_3_2,
        square_1_1,
        portrait_4_5,
        portrait_2_3
    };
    friend constexpr auto names(json::of<aspect_ratio>)
    {
        return json::list<aspect_ratio>(
            {{aspect_ratio::auto_, "auto"},
             {aspect_ratio::landscape_16_9, "16:9"},
             {aspect_ratio::portrait_9_16, "9:16"},
             {aspect_ratio::landscape_4_3, "4:3"},
             {aspect_ratio::landscape_3_2, "3:2"},
             {aspect_ratio::square_1_1, "1:1"},
             {aspect_ratio::portrait_4_5, "4:5"},
             {aspect_ratio::portrait_2_3, "2:3"}});
    }

    /// Longest edge of the result. Which ones a model can make is in `image_models`.
    enum class resolution
    {
        auto_, ///< deprecated: name a resolution
        px640,
        k1,
        k2,
        k4
    };
    friend constexpr auto names(json::of<resolution>)
    {
        return json::list<resolution>(
            {{resolution::auto_, "auto", json::deprecated_value},
             {resolution::px640, "640px"},
             {resolution::k1, "1k"},
             {resolution::k2, "2k"},
             {resolution::k4, "4k"}});
    }

    /// The former choice of `style.model`.
    enum class former_model
    {
        nano_banana,
        seedream,
        default_
    };
    friend constexpr auto names(json::of<former_model>)
    {
        return json::list<former_model>(
            {{former_model::nano_banana, "Nano Banana"},
             {former_model::seedream, "Seedream"},
             {former_model::default_, "default"}});
    }

    /// The files that go in.
    struct assets_type
    {
        std::vector<asset> image_file_paths{};  ///< one to ten; how many a model takes is in `image_models`
        std::optional<asset> image_file_path{}; ///< deprecated: use `image_file_paths`
        BOOST_DESCRIBE_CLASS(assets_type, (), (image_file_paths, image_file_path), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::image_file_paths, json::count{0, 10}, json::accepts{media::image}),
                json::on(
                    &assets_type::image_file_path, json::accepts{media::image},
                    json::deprecated{"use image_file_paths"}));
        }
    };

    /// What the result shall be like.
    struct style_type
    {
        std::string prompt{};                                 ///< what to change
        std::optional<json::open_enum<former_model>> model{}; ///< deprecated: use `request::model`
        BOOST_DESCRIBE_CLASS(style_type, (), (prompt, model), (), ())

        friend constexpr auto rules(json::of<style_type>)
        {
            return json::rules(
                json::on(&style_type::prompt, json::required, json::length{1, 15000}),
                json::on(&style_type::model, json::deprecated{"use model"}));
        }
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        style_type style{};
        std::optional<json::open_enum<ai_image_editor::model>> model{};
        std::optional<int> image_count{}; ///< 1, 4, 9 or 16; the server makes one when nothing is said
        std::optional<json::open_enum<ai_image_editor::aspect_ratio>> aspect_ratio{};
        std::optional<json::open_enum<ai_image_editor::resolution>> resolution{};
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        BOOST_DESCRIBE_CLASS(
            request, (), (assets, style, model, image_count, aspect_ratio, resolution, name), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::assets, json::required), json::on(&request::style, json::required),
                json::on(&request::image_count, json::one_of{1, 4, 9, 16}, json::default_is{"1"}));
        }

        friend void check(request const& r, json::report& out)
        {
            detail::check_image_edit(
                detail::wire(r.model), detail::wire(r.resolution),
                r.assets.image_file_paths.size() + (detail::given(r.assets.image_file_path) ? 1 : 0), out);
        }
    };

    /// The job was accepted.
    using response = created_image;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post, .path = "/v1/ai-image-editor", .makes = kind::image, .billable = true};
};

} // namespace magic_hour
