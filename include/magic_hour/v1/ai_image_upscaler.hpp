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

/// Enlarges a picture of at most 4096 x 4096 pixels. Twice the size costs 50 credits, 25 in the mode
/// `preserve`; four times the size costs four times as much and needs a paid plan.
///
/// @code
/// mh::ai_image_upscaler::request enlarge{.assets = {.image_file_path = "small.png"}, .scale_factor = 2};
/// auto photo = co_await client.v1.ai_image_upscaler.generate(enlarge, "outputs");
/// @endcode
struct ai_image_upscaler
{
    static constexpr std::string_view resource = "ai_image_upscaler";

    /// How freely details are invented, `balanced` when nothing is said.
    enum class mode
    {
        pro,      ///< deprecated: use `preserve`
        preserve, ///< stays close to the original, and is fast
        balanced,
        creative ///< follows `style_type::prompt`
    };
    friend constexpr auto names(json::of<mode>)
    {
        return json::list<mode>(
            {{mode::pro, "pro", json::deprecated_value},
             {mode::preserve, "preserve"},
             {mode::balanced, "balanced"},
             {mode::creative, "creative"}});
    }

    /// The former choice of mode; `resemblance` is `preserve`.
    enum class enhancement
    {
        resemblance,
        balanced,
        creative
    };
    friend constexpr auto names(json::of<enhancement>)
    {
        return json::list<enhancement>(
            {{enhancement::resemblance, "Resemblance"},
             {enhancement::balanced, "Balanced"},
             {enhancement::creative, "Creative"}});
    }

    /// The files that go in.
    struct assets_type
    {
        asset image_file_path{}; ///< the picture
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
        std::optional<json::open_enum<ai_image_upscaler::mode>> mode{};
        std::optional<std::string> prompt{}; ///< only for the mode `creative`
        /// Deprecated: use `mode`.
        std::optional<json::open_enum<ai_image_upscaler::enhancement>> enhancement{};
        BOOST_DESCRIBE_CLASS(style_type, (), (mode, prompt, enhancement), (), ())

        friend constexpr auto rules(json::of<style_type>)
        {
            return json::rules(json::on(&style_type::enhancement, json::deprecated{"use mode"}));
        }
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        double scale_factor = 0; ///< 2 or 4
        style_type style{};
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        BOOST_DESCRIBE_CLASS(request, (), (assets, scale_factor, style, name), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::assets, json::required), json::on(&request::scale_factor, json::required),
                json::on(&request::style, json::default_is{"{}"}));
        }

        friend void check(request const& r, json::report& out)
        {
            if (r.scale_factor != 2 && r.scale_factor != 4)
                out.fail("scale_factor", "2 or 4");
        }
    };

    /// The job was accepted.
    using response = created_image;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post, .path = "/v1/ai-image-upscaler", .makes = kind::image, .billable = true};
};

} // namespace magic_hour
