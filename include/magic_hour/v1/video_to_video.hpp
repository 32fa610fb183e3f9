#pragma once

#include <magic_hour/asset.hpp>
#include <magic_hour/json/described.hpp>
#include <magic_hour/model/checks.hpp>
#include <magic_hour/model/created.hpp>
#include <magic_hour/model/media.hpp>
#include <magic_hour/model/operation.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace magic_hour
{

/// Redraws a video in a style. Half of all jobs take less than 13 minutes.
///
/// `video_source` says which of `video_file_path` and `youtube_url` is used; a `prompt_type` other than
/// `default_` needs a `prompt`.
///
/// @code
/// mh::video_to_video::request redraw{
///     .assets = {.video_source = mh::video_to_video::video_source::file, .video_file_path = "ride.mp4"},
///     .style = {.art_style = mh::video_to_video::art_style::watercolor},
///     .end_seconds = 15};
/// auto video = co_await client.v1.video_to_video.generate(redraw, "outputs");
/// @endcode
struct video_to_video
{
    static constexpr std::string_view resource = "video_to_video";

    /// Where the video comes from.
    enum class video_source
    {
        file,   ///< needs `video_file_path`
        youtube ///< needs `youtube_url`
    };
    BOOST_DESCRIBE_NESTED_ENUM(video_source, file, youtube)

    /// The manner of drawing.
    enum class art_style
    {
        minecraft,
        watercolor,
        pixel,
        retro_sci_fi,
        lego,
        origami,
        ghost,
        sub_zero,
        studio_ghibli,
        comic,
        impressionism,
        master_chief,
        solid_snake,
        street_fighter,
        hologram,
        gta,
        clay,
        mystique,
        dragonball_z,
        mario,
        samurai,
        spartan,
        boba_fett,
        render_3d,
        airbender,
        android,
        anime_warrior,
        armored_knight,
        assassins_creed,
        avatar,
        black_spiderman,
        bold_anime,
        celestial_skin,
        chinese_swordsmen,
        cyberpunk,
        cypher,
        dark_fantasy,
        future_bot,
        futuristic_fantasy,
        ghibli_anime,
        gundam,
        illustration,
        ink,
        ink_poster,
        jinx,
        knight,
        link,
        marble,
        mech,
        naruto,
        neon_dream,
        no_art_style,
        oil_painting,
        on_fire,
        painterly_anime,
        pixar,
        power_armor,
        power_ranger,
        radiant_anime,
        realistic_anime,
        realistic_pixar,
        retro_anime,
        samurai_bot,
        sharp_anime,
        soft_anime,
        starfield,
        the_void,
        tomb_raider,
        underwater,
        van_gogh,
        viking,
        western_anime,
        wu_kong,
        wuxia_anime,
        zelda
    };
    friend constexpr auto names(json::of<art_style>)
    {
        return json::list<art_style>(
            {{art_style::minecraft, "Minecraft"},
             {art_style::watercolor, "Watercolor"},
             {art_style::pixel, "Pixel"},
             {art_style::retro_sci_fi, "Retro Sci-Fi"},
             {art_style::lego, "Lego"},
             {art_style::origami, "Origami"},
             {art_style::ghost, "Ghost"},
             {art_style::sub_zero, "Sub-Zero"},
             {art_style::studio_ghibli, "Studio Ghibli"},
             {art_style::comic, "Comic"},
             {art_style::impressionism, "Impressionism"},
             {art_style::master_chief, "Master Chief"},
             {art_style::solid_snake, "Solid Snake"},
             {art_style::street_fighter, "Street Fighter"},
             {art_style::hologram, "Hologram"},
             {art_style::gta, "GTA"},
             {art_style::clay, "Clay"},
             {art_style::mystique, "Mystique"},
             {art_style::dragonball_z, "Dragonball Z"},
             {art_style::mario, "Mario"},
             {art_style::samurai, "Samurai"},
             {art_style::spartan, "Spartan"},
             {art_style::boba_fett, "Boba Fett"},
             {art_style::render_3d, "3D Render"},
             {art_style::airbender, "Airbender"},
             {art_style::android, "Android"},
             {art_style::anime_warrior, "Anime Warrior"},
             {art_style::armored_knight, "Armored Knight"},
             {art_style::assassins_creed, "Assassin's Creed"},
             {art_style::avatar, "Avatar"},
             {art_style::black_spiderman, "Black Spiderman"},
             {art_style::bold_anime, "Bold Anime"},
             {art_style::celestial_skin, "Celestial Skin"},
             {art_style::chinese_swordsmen, "Chinese Swordsmen"},
             {art_style::cyberpunk, "Cyberpunk"},
             {art_style::cypher, "Cypher"},
             {art_style::dark_fantasy, "Dark Fantasy"},
             {art_style::future_bot, "Future Bot"},
             {art_style::futuristic_fantasy, "Futuristic Fantasy"},
             {art_style::ghibli_anime, "Ghibli Anime"},
             {art_style::gundam, "Gundam"},
             {art_style::illustration, "Illustration"},
             {art_style::ink, "Ink"},
             {art_style::ink_poster, "Ink Poster"},
             {art_style::jinx, "Jinx"},
             {art_style::knight, "Knight"},
             {art_style::link, "Link"},
             {art_style::marble, "Marble"},
             {art_style::mech, "Mech"},
             {art_style::naruto, "Naruto"},
             {art_style::neon_dream, "Neon Dream"},
             {art_style::no_art_style, "No Art Style"},
             {art_style::oil_painting, "Oil Painting"},
             {art_style::on_fire, "On Fire"},
             {art_style::painterly_anime, "Painterly Anime"},
             {art_style::pixar, "Pixar"},
             {art_style::power_armor, "Power Armor"},
             {art_style::power_ranger, "Power Ranger"},
             {art_style::radiant_anime, "Radiant Anime"},
             {art_style::realistic_anime, "Realistic Anime"},
             {art_style::realistic_pixar, "Realistic Pixar"},
             {art_style::retro_anime, "Retro Anime"},
             {art_style::samurai_bot, "Samurai Bot"},
             {art_style::sharp_anime, "Sharp Anime"},
             {art_style::soft_anime, "Soft Anime"},
             {art_style::starfield, "Starfield"},
             {art_style::the_void, "The Void"},
             {art_style::tomb_raider, "Tomb Raider"},
             {art_style::underwater, "Underwater"},
             {art_style::van_gogh, "Van Gogh"},
             {art_style::viking, "Viking"},
             {art_style::western_anime, "Western Anime"},
             {art_style::wu_kong, "Wu Kong"},
             {art_style::wuxia_anime, "Wuxia Anime"},
             {art_style::zelda, "Zelda"}});
    }

    /// Where the prompt comes from.
    enum class prompt_type
    {
        default_,      ///< the prompt of the style
        custom,        ///< only `prompt`
        append_default ///< `prompt` and the prompt of the style
    };
    BOOST_DESCRIBE_NESTED_ENUM(prompt_type, default_, custom, append_default)

    /// Which engine draws.
    enum class version
    {
        v1,      ///< more detail, closer to the prompt
        v2,      ///< faster and steadier
        default_ ///< what suits the style
    };
    BOOST_DESCRIBE_NESTED_ENUM(version, v1, v2, default_)

    /// Who draws.
    enum class model
    {
        dreamshaper,      ///< an all-rounder
        absolute_reality, ///< towards realism
        flat_2d_anime,    ///< flat illustrations
        soft_anime,
        kaywaii,
        western_anime,
        anime_3d,
        default_ ///< what suits the style
    };
    friend constexpr auto names(json::of<model>)
    {
        return json::list<model>(
            {{model::dreamshaper, "Dreamshaper"},
             {model::absolute_reality, "Absolute Reality"},
             {model::flat_2d_anime, "Flat 2D Anime"},
             {model::soft_anime, "Soft Anime"},
             {model::kaywaii, "Kaywaii"},
             {model::western_anime, "Western Anime"},
             {model::anime_3d, "3D Anime"},
             {model::default_, "default"}});
    }

    /// How many frames the result has, `half` when nothing is said.
    enum class fps_resolution
    {
        full, ///< as many as the input
        half  ///< every other one
    };
    friend constexpr auto names(json::of<fps_resolution>)
    {
        return json::list<fps_resolution>({{fps_resolution::full, "FULL"}, {fps_resolution::half, "HALF"}});
    }

    /// The files that go in.
    struct assets_type
    {
        json::open_enum<video_to_video::video_source> video_source{};
        std::optional<asset> video_file_path{};   ///< for the source `file`
        std::optional<std::string> youtube_url{}; ///< for the source `youtube`
        BOOST_DESCRIBE_CLASS(assets_type, (), (video_source, video_file_path, youtube_url), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::video_source, json::required),
                json::on(&assets_type::video_file_path, json::accepts{media::video}));
        }
    };

    /// What the result shall be like.
    struct style_type
    {
        json::open_enum<video_to_video::art_style> art_style{};
        std::optional<json::open_enum<video_to_video::prompt_type>> prompt_type{};
        std::optional<std::string> prompt{}; ///< for prompt types other than `default_`
        std::optional<json::open_enum<video_to_video::version>> version{};
        std::optional<json::open_enum<video_to_video::model>> model{};
        BOOST_DESCRIBE_CLASS(style_type, (), (art_style, prompt_type, prompt, version, model), (), ())

        friend constexpr auto rules(json::of<style_type>)
        {
            return json::rules(
                json::on(&style_type::art_style, json::required),
                json::on(&style_type::version, json::default_is{"default"}),
                json::on(&style_type::prompt_type, json::default_is{"default"}),
                json::on(&style_type::model, json::default_is{"default"}));
        }
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        style_type style{};
        double start_seconds = 0; ///< where the clip starts
        double end_seconds = 0;   ///< where the clip ends
        std::optional<json::open_enum<video_to_video::fps_resolution>> fps_resolution{};
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        std::optional<int> height{};       ///< deprecated: ignored
        std::optional<int> width{};        ///< deprecated: ignored
        BOOST_DESCRIBE_CLASS(
            request, (), (assets, style, start_seconds, end_seconds, fps_resolution, name, height, width), (),
            ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::assets, json::required), json::on(&request::style, json::required),
                json::on(&request::start_seconds, json::required, json::minimum{0}),
                json::on(&request::end_seconds, json::required, json::minimum{0.1}),
                json::on(&request::height, json::deprecated{"ignored"}),
                json::on(&request::width, json::deprecated{"ignored"}),
                json::on(&request::fps_resolution, json::default_is{"HALF"}));
        }

        friend void check(request const& r, json::report& out)
        {
            detail::check_clip(r.start_seconds, r.end_seconds, out);
            detail::check_source(
                detail::wire(r.assets.video_source), detail::given(r.assets.video_file_path),
                detail::given(r.assets.youtube_url), "assets.video_file_path", "video_source", out);
            detail::check_prompt_type(detail::wire(r.style.prompt_type), detail::given(r.style.prompt), out);
        }
    };

    /// The job was accepted.
    using response = created_video;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post,
        .path = "/v1/video-to-video",
        .makes = kind::video,
        .billable = true,
        .median = std::chrono::seconds{772}};
};

} // namespace magic_hour
