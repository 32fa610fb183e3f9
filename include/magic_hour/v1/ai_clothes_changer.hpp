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

/// Dresses a person in the garment of another picture. 25 credits.
///
/// @code
/// mh::ai_clothes_changer::request change{
///     .assets = {.person_file_path = "model.png", .garment_file_path = "jacket.png",
///                .garment_type = mh::ai_clothes_changer::garment_type::upper_body}};
/// auto photo = co_await client.v1.ai_clothes_changer.generate(change, "outputs");
/// @endcode
struct ai_clothes_changer
{
    static constexpr std::string_view resource = "ai_clothes_changer";

    /// What part of the clothes to change, all of them when nothing is said.
    enum class garment_type
    {
        entire_outfit,
        upper_body, ///< shirts, jackets
        lower_body, ///< trousers, skirts
        dresses     ///< deprecated: use `entire_outfit`
    };
    friend constexpr auto names(json::of<garment_type>)
    {
        return json::list<garment_type>(
            {{garment_type::entire_outfit, "entire_outfit"},
             {garment_type::upper_body, "upper_body"},
             {garment_type::lower_body, "lower_body"},
             {garment_type::dresses, "dresses", json::deprecated_value}});
    }

    /// The files that go in.
    struct assets_type
    {
        asset person_file_path{};  ///< who is dressed
        asset garment_file_path{}; ///< the clothes, on a person or not
        std::optional<json::open_enum<ai_clothes_changer::garment_type>> garment_type{}; ///< what to change
        BOOST_DESCRIBE_CLASS(assets_type, (), (person_file_path, garment_file_path, garment_type), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::person_file_path, json::required, json::accepts{media::image}),
                json::on(&assets_type::garment_file_path, json::required, json::accepts{media::image}));
        }
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        BOOST_DESCRIBE_CLASS(request, (), (assets, name), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(json::on(&request::assets, json::required));
        }
    };

    /// The job was accepted.
    using response = created_image;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post, .path = "/v1/ai-clothes-changer", .makes = kind::image, .billable = true};
};

} // namespace magic_hour
