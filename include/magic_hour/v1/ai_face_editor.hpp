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

/// Moves the features of a face: where it looks, how it smiles, how the head is held. 1 credit.
///
/// All sliders go from -100 to 100 in steps of 5; 0 leaves the feature as it is.
///
/// @code
/// mh::ai_face_editor::request smile{
///     .assets = {.image_file_path = "portrait.png"}, .style = {.enhance_face = true, .mouth_smile = 40}};
/// auto photo = co_await client.v1.ai_face_editor.generate(smile, "outputs");
/// @endcode
struct ai_face_editor
{
    static constexpr std::string_view resource = "ai_face_editor";

    /// The files that go in.
    struct assets_type
    {
        asset image_file_path{}; ///< a picture with a face
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
        std::optional<bool> enhance_face{}; ///< sharpen the face as well
        std::optional<double> eyebrow_direction{};
        std::optional<double> eye_gaze_horizontal{};
        std::optional<double> eye_gaze_vertical{};
        std::optional<double> eye_open_ratio{};
        std::optional<double> lip_open_ratio{};
        std::optional<double> head_roll{};
        std::optional<double> mouth_grim{};
        std::optional<double> mouth_pout{};
        std::optional<double> mouth_purse{};
        std::optional<double> mouth_smile{}; ///< negative values frown
        std::optional<double> mouth_position_horizontal{};
        std::optional<double> mouth_position_vertical{};
        std::optional<double> head_pitch{};
        std::optional<double> head_yaw{};
        BOOST_DESCRIBE_CLASS(
            style_type, (),
            (enhance_face, eyebrow_direction, eye_gaze_horizontal, eye_gaze_vertical, eye_open_ratio,
             lip_open_ratio, head_roll, mouth_grim, mouth_pout, mouth_purse, mouth_smile,
             mouth_position_horizontal, mouth_position_vertical, head_pitch, head_yaw),
            (), ())

        friend constexpr auto rules(json::of<style_type>)
        {
            constexpr auto slider = [](auto member) {
                return json::on(member, json::range{-100, 100}, json::multiple_of{5}, json::default_is{"0"});
            };
            return json::rules(
                json::on(&style_type::enhance_face, json::default_is{"false"}),
                slider(&style_type::eyebrow_direction), slider(&style_type::eye_gaze_horizontal),
                slider(&style_type::eye_gaze_vertical), slider(&style_type::eye_open_ratio),
                slider(&style_type::lip_open_ratio), slider(&style_type::head_roll),
                slider(&style_type::mouth_grim), slider(&style_type::mouth_pout),
                slider(&style_type::mouth_purse), slider(&style_type::mouth_smile),
                slider(&style_type::mouth_position_horizontal), slider(&style_type::mouth_position_vertical),
                slider(&style_type::head_pitch), slider(&style_type::head_yaw));
        }
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        style_type style{};
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        BOOST_DESCRIBE_CLASS(request, (), (assets, style, name), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::assets, json::required), json::on(&request::style, json::required));
        }
    };

    /// The job was accepted.
    using response = created_image;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post, .path = "/v1/ai-face-editor", .makes = kind::image, .billable = true};
};

} // namespace magic_hour
