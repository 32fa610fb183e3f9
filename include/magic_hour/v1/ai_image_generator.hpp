#pragma once

#include <magic_hour/json/described.hpp>
#include <magic_hour/model/checks.hpp>
#include <magic_hour/model/created.hpp>
#include <magic_hour/model/model_tables.hpp>
#include <magic_hour/model/operation.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace magic_hour
{

/// Draws pictures from a prompt. From 5 credits a picture with the cheapest models, several times that with
/// the large ones; `image_models` has the prices and what a model can do.
///
/// @code
/// mh::ai_image_generator::request draw{.style = {.prompt = "A lighthouse in a storm, oil on canvas"}};
/// auto pictures = co_await client.v1.ai_image_generator.generate(draw, "outputs");
/// @endcode
struct ai_image_generator
{
    static constexpr std::string_view resource = "ai_image_generator";

    /// A ready-made manner of drawing.
    enum class tool
    {
        ai_anime_generator,
        ai_art_generator,
        ai_background_generator,
        ai_character_generator,
        ai_face_generator,
        ai_fashion_generator,
        ai_icon_generator,
        ai_illustration_generator,
        ai_interior_design_generator,
        ai_landscape_generator,
        ai_logo_generator,
        ai_manga_generator,
        ai_outfit_generator,
        ai_pattern_generator,
        ai_photo_generator,
        ai_sketch_generator,
        ai_tattoo_generator,
        album_cover_generator,
        animated_characters_generator,
        architecture_generator,
        book_cover_generator,
        comic_book_generator,
        dark_fantasy_ai,
        disney_ai_generator,
        dnd_ai_art_generator,
        emoji_generator,
        fantasy_map_generator,
        graffiti_generator,
        movie_poster_generator,
        optical_illusion_generator,
        pokemon_generator,
        south_park_character_generator,
        superhero_generator,
        thumbnail_maker,
        general
    };
    friend constexpr auto names(json::of<tool>)
    {
        return json::list<tool>(
            {{tool::ai_anime_generator, "ai-anime-generator"},
             {tool::ai_art_generator, "ai-art-generator"},
             {tool::ai_background_generator, "ai-background-generator"},
             {tool::ai_character_generator, "ai-character-generator"},
             {tool::ai_face_generator, "ai-face-generator"},
             {tool::ai_fashion_generator, "ai-fashion-generator"},
             {tool::ai_icon_generator, "ai-icon-generator"},
             {tool::ai_illustration_generator, "ai-illustration-generator"},
             {tool::ai_interior_design_generator, "ai-interior-design-generator"},
             {tool::ai_landscape_generator, "ai-landscape-generator"},
             {tool::ai_logo_generator, "ai-logo-generator"},
             {tool::ai_manga_generator, "ai-manga-generator"},
             {tool::ai_outfit_generator, "ai-outfit-generator"},
             {tool::ai_pattern_generator, "ai-pattern-generator"},
             {tool::ai_photo_generator, "ai-photo-generator"},
             {tool::ai_sketch_generator, "ai-sketch-generator"},
             {tool::ai_tattoo_generator, "ai-tattoo-generator"},
             {tool::album_cover_generator, "album-cover-generator"},
             {tool::animated_characters_generator, "animated-characters-generator"},
             {tool::architecture_generator, "architecture-generator"},
             {tool::book_cover_generator, "book-cover-generator"},
             {tool::comic_book_generator, "comic-book-generator"},
             {tool::dark_fantasy_ai, "dark-fantasy-ai"},
             {tool::disney_ai_generator, "disney-ai-generator"},
             {tool::dnd_ai_art_generator, "dnd-ai-art-generator"},
             {tool::emoji_generator, "emoji-generator"},
             {tool::fantasy_map_generator, "fantasy-map-generator"},
             {tool::graffiti_generator, "graffiti-generator"},
             {tool::movie_poster_generator, "movie-poster-generator"},
             {tool::optical_illusion_generator, "optical-illusion-generator"},
             {tool::pokemon_generator, "pokemon-generator"},
             {tool::south_park_character_generator, "south-park-character-generator"},
             {tool::superhero_generator, "superhero-generator"},
             {tool::thumbnail_maker, "thumbnail-maker"},
             {tool::general, "general"}});
    }

    /// Who draws. `default_` is what the vendor recommends at the time.
    enum class model
    {
        default_,
        z_image_turbo,
        qwen_image_2_1,
        flux_2_klein,
        nano_banana_2_lite,
        nano_banana_2,
        nano_banana_2_1,
        krea_2,
        gpt_image_2_5_flare,
        gpt_image_2,
        seedream_v5_pro,
        seedream_v4,
        nano_banana,
        nano_banana_pro,
        flux_schnell,
        seedream ///< deprecated: use `seedream_v4`
    };
    friend constexpr auto names(json::of<model>)
    {
        return json::list<model>(
            {{model::default_, "default"},
             {model::z_image_turbo, "z-image-turbo"},
             {model::qwen_image_2_1, "qwen-image-2.1"},
             {model::flux_2_klein, "flux-2-klein"},
             {model::nano_banana_2_lite, "nano-banana-2-lite"},
             {model::nano_banana_2, "nano-banana-2"},
             {model::nano_banana_2_1, "nano-banana-2.1"},
             {model::krea_2, "krea-2"},
             {model::gpt_image_2_5_flare, "gpt-image-2.5-flare"},
             {model::gpt_image_2, "gpt-image-2"},
             {model::seedream_v5_pro, "seedream-v5-pro"},
             {model::seedream_v4, "seedream-v4"},
             {model::nano_banana, "nano-banana"},
             {model::nano_banana_pro, "nano-banana-pro"},
             {model::flux_schnell, "flux-schnell"},
             {model::seedream, "seedream", json::deprecated_value}});
    }

    /// Shape of the result, square when nothing is said.
    enum class aspect_ratio
    {
        square_1_1,
        landscape_16_9,
        portrait_9_16
    };
    friend constexpr auto names(json::of<aspect_ratio>)
    {
        return json::list<aspect_ratio>(
            {{aspect_ratio::square_1_1, "1:1"},
             {aspect_ratio::landscape_16_9, "16:9"},
             {aspect_ratio::portrait_9_16, "9:16"}});
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

    /// The former choice of model: `standard` is z-image-turbo, `pro` is seedream-v4.
    enum class quality_mode
    {
        standard,
        pro
    };
    BOOST_DESCRIBE_NESTED_ENUM(quality_mode, standard, pro)

    /// The former choice of shape.
    enum class orientation
    {
        square,
        landscape,
        portrait
    };
    BOOST_DESCRIBE_NESTED_ENUM(orientation, square, landscape, portrait)

    /// What the result shall be like.
    struct style_type
    {
        std::string prompt{}; ///< what to draw
        /// A ready-made manner, `general` when nothing is said.
        std::optional<json::open_enum<ai_image_generator::tool>> tool{};
        /// Deprecated: use `request::model`.
        std::optional<json::open_enum<ai_image_generator::quality_mode>> quality_mode{};
        BOOST_DESCRIBE_CLASS(style_type, (), (prompt, tool, quality_mode), (), ())

        friend constexpr auto rules(json::of<style_type>)
        {
            return json::rules(
                json::on(&style_type::prompt, json::required, json::length{1}),
                json::on(&style_type::quality_mode, json::deprecated{"use model"}),
                json::on(&style_type::tool, json::default_is{"general"}));
        }
    };

    /// What to ask for.
    struct request
    {
        style_type style{};
        int image_count = 1; ///< 1 to 16; which counts a model makes is in `image_models`
        std::optional<json::open_enum<ai_image_generator::model>> model{};
        std::optional<json::open_enum<ai_image_generator::aspect_ratio>> aspect_ratio{};
        std::optional<json::open_enum<ai_image_generator::resolution>> resolution{};
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        /// Deprecated: use `aspect_ratio`.
        std::optional<json::open_enum<ai_image_generator::orientation>> orientation{};
        BOOST_DESCRIBE_CLASS(
            request, (), (style, image_count, model, aspect_ratio, resolution, name, orientation), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::style, json::required),
                json::on(&request::image_count, json::required, json::range{1, 16}),
                json::on(&request::orientation, json::deprecated{"use aspect_ratio"}),
                json::on(&request::resolution, json::default_is{"auto"}));
        }

        friend void check(request const& r, json::report& out)
        {
            detail::check_image_draft(detail::wire(r.model), detail::wire(r.resolution), r.image_count, out);
        }
    };

    /// The job was accepted.
    using response = created_image;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post, .path = "/v1/ai-image-generator", .makes = kind::image, .billable = true};
};

} // namespace magic_hour
