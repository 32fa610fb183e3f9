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

/// Animates a prompt, the lyrics of a song or whatever the tool comes up with, in a drawn style with a moving
/// camera. What it costs follows from `fps` and `end_seconds`. Half of all jobs take less than 10 minutes.
///
/// `audio_source` says which of `audio_file_path` and `youtube_url` is used; a `prompt_type` other than
/// `custom` needs one of them.
///
/// @code
/// mh::animation::request animate{
///     .assets = {.audio_source = mh::animation::audio_source::none},
///     .style = {.art_style = mh::animation::art_style::cyberpunk,
///               .camera_effect = mh::animation::camera_effect::simple_zoom_in,
///               .prompt_type = mh::animation::prompt_type::custom,
///               .transition_speed = 5,
///               .prompt = "A city at night"},
///     .fps = 12, .end_seconds = 15, .width = 512, .height = 960};
/// auto video = co_await client.v1.animation.generate(animate, "outputs");
/// @endcode
struct animation
{
    static constexpr std::string_view resource = "animation";

    /// Where the sound comes from.
    enum class audio_source
    {
        none,
        file,   ///< needs `audio_file_path`
        youtube ///< needs `youtube_url`
    };
    BOOST_DESCRIBE_NESTED_ENUM(audio_source, none, file, youtube)

    /// The manner of drawing.
    enum class art_style
    {
        custom, ///< needs `art_style_custom`
        painterly_illustration,
        vibrant_matte_illustration,
        traditional_watercolor,
        cyberpunk,
        ink_and_watercolor_portrait,
        intricate_abstract_lines_portrait,
        render_3d,
        old_school_comic,
        bold_colored_illustration,
        synthwave,
        minimal_cold_futurism,
        futuristic_anime,
        cinematic_miyazaki,
        studio_ghibli_film_still,
        soft_delicate_matte_portrait,
        cinematic_landscape,
        landscape_painting,
        photograph,
        jackson_pollock,
        cubist,
        abstract_minimalist,
        impressionism,
        van_gogh,
        woodcut,
        oil_painting,
        vintage_japanese_anime,
        pixar,
        cosmic,
        pixel_art,
        fantasy,
        arcane,
        sin_city,
        double_exposure,
        painted_cityscape,
        streets_90s,
        overgrown,
        postapocalyptic,
        spooky,
        miniatures,
        low_poly,
        art_deco,
        inkpunk,
        dark_graphic_illustration,
        dark_watercolor,
        faded_illustration,
        directed_by_ai
    };
    friend constexpr auto names(json::of<art_style>)
    {
        return json::list<art_style>(
            {{art_style::custom, "Custom"},
             {art_style::painterly_illustration, "Painterly Illustration"},
             {art_style::vibrant_matte_illustration, "Vibrant Matte Illustration"},
             {art_style::traditional_watercolor, "Traditional Watercolor"},
             {art_style::cyberpunk, "Cyberpunk"},
             {art_style::ink_and_watercolor_portrait, "Ink and Watercolor Portrait"},
             {art_style::intricate_abstract_lines_portrait, "Intricate Abstract Lines Portrait"},
             {art_style::render_3d, "3D Render"},
             {art_style::old_school_comic, "Old School Comic"},
             {art_style::bold_colored_illustration, "Bold Colored Illustration"},
             {art_style::synthwave, "Synthwave"},
             {art_style::minimal_cold_futurism, "Minimal Cold Futurism"},
             {art_style::futuristic_anime, "Futuristic Anime"},
             {art_style::cinematic_miyazaki, "Cinematic Miyazaki"},
             {art_style::studio_ghibli_film_still, "Studio Ghibli Film Still"},
             {art_style::soft_delicate_matte_portrait, "Soft Delicate Matte Portrait"},
             {art_style::cinematic_landscape, "Cinematic Landscape"},
             {art_style::landscape_painting, "Landscape Painting"},
             {art_style::photograph, "Photograph"},
             {art_style::jackson_pollock, "Jackson Pollock"},
             {art_style::cubist, "Cubist"},
             {art_style::abstract_minimalist, "Abstract Minimalist"},
             {art_style::impressionism, "Impressionism"},
             {art_style::van_gogh, "Van Gogh"},
             {art_style::woodcut, "Woodcut"},
             {art_style::oil_painting, "Oil Painting"},
             {art_style::vintage_japanese_anime, "Vintage Japanese Anime"},
             {art_style::pixar, "Pixar"},
             {art_style::cosmic, "Cosmic"},
             {art_style::pixel_art, "Pixel Art"},
             {art_style::fantasy, "Fantasy"},
             {art_style::arcane, "Arcane"},
             {art_style::sin_city, "Sin City"},
             {art_style::double_exposure, "Double Exposure"},
             {art_style::painted_cityscape, "Painted Cityscape"},
             {art_style::streets_90s, "90s Streets"},
             {art_style::overgrown, "Overgrown"},
             {art_style::postapocalyptic, "Postapocalyptic"},
             {art_style::spooky, "Spooky"},
             {art_style::miniatures, "Miniatures"},
             {art_style::low_poly, "Low Poly"},
             {art_style::art_deco, "Art Deco"},
             {art_style::inkpunk, "Inkpunk"},
             {art_style::dark_graphic_illustration, "Dark Graphic Illustration"},
             {art_style::dark_watercolor, "Dark Watercolor"},
             {art_style::faded_illustration, "Faded Illustration"},
             {art_style::directed_by_ai, "Directed by AI"}});
    }

    /// How the camera moves; the ones with sync follow the sound.
    enum class camera_effect
    {
        simple_zoom_out,
        simple_zoom_in,
        bounce_out,
        spin_bounce,
        rolling_bounces,
        rise_and_climb,
        dramatic_zoom_in,
        dramatic_zoom_out,
        sway_out,
        boost_zoom_in,
        boost_zoom_out,
        heartbeat,
        bounce_in_place,
        earthquake_bounce,
        slice_bounce,
        bounce_in_and_out,
        jump,
        road_trip,
        traverse,
        rubber_band,
        rodeo,
        accelerate,
        speed_of_light,
        drift_spin,
        vertigo,
        cog_in_the_machine,
        quadrant,
        tron,
        pusher,
        roll_in,
        hesitate_in,
        zoom_in_audio_sync,
        pulse_audio_sync,
        aggressive_zoom_in_audio_sync,
        roll_in_audio_sync,
        zoom_out_audio_sync,
        aggressive_zoom_out_audio_sync,
        sway_out_audio_sync,
        bounce_and_spin_audio_sync,
        zoom_in_and_spin_audio_sync,
        vertigo_audio_sync,
        bounce_out_audio_sync,
        earthquake_bounce_audio_sync,
        pusher_audio_sync,
        evolve_audio_sync,
        devolve_audio_sync,
        slideshow,
        pan_left,
        pan_right,
        tilt_up,
        tilt_down,
        directed_by_ai
    };
    friend constexpr auto names(json::of<camera_effect>)
    {
        return json::list<camera_effect>(
            {{camera_effect::simple_zoom_out, "Simple Zoom Out"},
             {camera_effect::simple_zoom_in, "Simple Zoom In"},
             {camera_effect::bounce_out, "Bounce Out"},
             {camera_effect::spin_bounce, "Spin Bounce"},
             {camera_effect::rolling_bounces, "Rolling Bounces"},
             {camera_effect::rise_and_climb, "Rise and Climb"},
             {camera_effect::dramatic_zoom_in, "Dramatic Zoom In"},
             {camera_effect::dramatic_zoom_out, "Dramatic Zoom Out"},
             {camera_effect::sway_out, "Sway Out"},
             {camera_effect::boost_zoom_in, "Boost Zoom In"},
             {camera_effect::boost_zoom_out, "Boost Zoom Out"},
             {camera_effect::heartbeat, "Heartbeat"},
             {camera_effect::bounce_in_place, "Bounce in Place"},
             {camera_effect::earthquake_bounce, "Earthquake Bounce"},
             {camera_effect::slice_bounce, "Slice Bounce"},
             {camera_effect::bounce_in_and_out, "Bounce In And Out"},
             {camera_effect::jump, "Jump"},
             {camera_effect::road_trip, "Road Trip"},
             {camera_effect::traverse, "Traverse"},
             {camera_effect::rubber_band, "Rubber Band"},
             {camera_effect::rodeo, "Rodeo"},
             {camera_effect::accelerate, "Accelerate"},
             {camera_effect::speed_of_light, "Speed of Light"},
             {camera_effect::drift_spin, "Drift Spin"},
             {camera_effect::vertigo, "Vertigo"},
             {camera_effect::cog_in_the_machine, "Cog in the Machine"},
             {camera_effect::quadrant, "Quadrant"},
             {camera_effect::tron, "Tron"},
             {camera_effect::pusher, "Pusher"},
             {camera_effect::roll_in, "Roll In"},
             {camera_effect::hesitate_in, "Hesitate In"},
             {camera_effect::zoom_in_audio_sync, "Zoom In - Audio Sync"},
             {camera_effect::pulse_audio_sync, "Pulse - Audio Sync"},
             {camera_effect::aggressive_zoom_in_audio_sync, "Aggressive Zoom In - Audio Sync"},
             {camera_effect::roll_in_audio_sync, "Roll In - Audio Sync"},
             {camera_effect::zoom_out_audio_sync, "Zoom Out - Audio Sync"},
             {camera_effect::aggressive_zoom_out_audio_sync, "Aggressive Zoom Out - Audio Sync"},
             {camera_effect::sway_out_audio_sync, "Sway Out - Audio Sync"},
             {camera_effect::bounce_and_spin_audio_sync, "Bounce and Spin - Audio Sync"},
             {camera_effect::zoom_in_and_spin_audio_sync, "Zoom In and Spin - Audio Sync"},
             {camera_effect::vertigo_audio_sync, "Vertigo - Audio Sync"},
             {camera_effect::bounce_out_audio_sync, "Bounce Out - Audio Sync"},
             {camera_effect::earthquake_bounce_audio_sync, "Earthquake Bounce - Audio Sync"},
             {camera_effect::pusher_audio_sync, "Pusher - Audio Sync"},
             {camera_effect::evolve_audio_sync, "Evolve - Audio Sync"},
             {camera_effect::devolve_audio_sync, "Devolve - Audio Sync"},
             {camera_effect::slideshow, "Slideshow"},
             {camera_effect::pan_left, "Pan Left"},
             {camera_effect::pan_right, "Pan Right"},
             {camera_effect::tilt_up, "Tilt Up"},
             {camera_effect::tilt_down, "Tilt Down"},
             {camera_effect::directed_by_ai, "Directed by AI"}});
    }

    /// Where the prompt comes from.
    enum class prompt_type
    {
        custom,     ///< needs `prompt`
        use_lyrics, ///< the words of the song
        ai_choose   ///< the tool writes one
    };
    BOOST_DESCRIBE_NESTED_ENUM(prompt_type, custom, use_lyrics, ai_choose)

    /// The files that go in.
    struct assets_type
    {
        json::open_enum<animation::audio_source> audio_source{};
        std::optional<asset> audio_file_path{};   ///< for the source `file`
        std::optional<std::string> youtube_url{}; ///< for the source `youtube`
        std::optional<asset> image_file_path{};   ///< the first frame
        BOOST_DESCRIBE_CLASS(
            assets_type, (), (audio_source, audio_file_path, youtube_url, image_file_path), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::audio_source, json::required),
                json::on(&assets_type::audio_file_path, json::accepts{media::audio}),
                json::on(&assets_type::youtube_url, json::length{1}),
                json::on(&assets_type::image_file_path, json::accepts{media::image}));
        }
    };

    /// What the result shall be like.
    struct style_type
    {
        json::open_enum<animation::art_style> art_style{};
        json::open_enum<animation::camera_effect> camera_effect{};
        json::open_enum<animation::prompt_type> prompt_type{};
        int transition_speed = 0;                      ///< 1 to 10: how fast the picture changes
        std::optional<std::string> prompt{};           ///< for the prompt type `custom`
        std::optional<std::string> art_style_custom{}; ///< describes the style `custom`
        BOOST_DESCRIBE_CLASS(
            style_type, (),
            (art_style, camera_effect, prompt_type, transition_speed, prompt, art_style_custom), (), ())

        friend constexpr auto rules(json::of<style_type>)
        {
            return json::rules(
                json::on(&style_type::art_style, json::required),
                json::on(&style_type::camera_effect, json::required),
                json::on(&style_type::prompt_type, json::required),
                json::on(&style_type::transition_speed, json::required, json::range{1, 10}));
        }
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        style_type style{};
        double fps = 0;                    ///< frames a second, at least 1
        double end_seconds = 0;            ///< how long the video is
        int width = 0;                     ///< in pixels, as the plan allows
        int height = 0;                    ///< in pixels, as the plan allows
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        BOOST_DESCRIBE_CLASS(request, (), (assets, style, fps, end_seconds, width, height, name), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::assets, json::required), json::on(&request::style, json::required),
                json::on(&request::fps, json::required, json::minimum{1}),
                json::on(&request::end_seconds, json::required, json::minimum{0.1}),
                json::on(&request::width, json::required, json::minimum{64}),
                json::on(&request::height, json::required, json::minimum{64}));
        }

        friend void check(request const& r, json::report& out)
        {
            detail::check_source(
                detail::wire(r.assets.audio_source), detail::given(r.assets.audio_file_path),
                detail::given(r.assets.youtube_url), "assets.audio_file_path", "audio_source", out);
            detail::check_animation_style(
                detail::wire(r.style.art_style), detail::given(r.style.art_style_custom),
                detail::wire(r.style.prompt_type), detail::given(r.style.prompt),
                detail::wire(r.assets.audio_source), out);
        }
    };

    /// The job was accepted.
    using response = created_video;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post,
        .path = "/v1/animation",
        .makes = kind::video,
        .billable = true,
        .median = std::chrono::seconds{596}};
};

} // namespace magic_hour
