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
#include <vector>

namespace magic_hour
{

/// Swaps faces in a video: all of them for one face, or chosen ones pair by pair. Half of all jobs take less
/// than 96 seconds.
///
/// For pairs, find the faces of the video with `face_detection` first and use their paths. `video_source`
/// says which of `video_file_path` and `youtube_url` is used.
///
/// @code
/// mh::face_swap::request swap{
///     .assets = {.video_source = mh::face_swap::video_source::file,
///                .video_file_path = "dance.mp4",
///                .image_file_path = "me.jpg"},
///     .end_seconds = 15};
/// auto video = co_await client.v1.face_swap.generate(swap, "outputs");
/// @endcode
struct face_swap
{
    static constexpr std::string_view resource = "face_swap";

    /// Where the video comes from.
    enum class video_source
    {
        file,   ///< needs `video_file_path`
        youtube ///< needs `youtube_url`
    };
    BOOST_DESCRIBE_NESTED_ENUM(video_source, file, youtube)

    /// Which faces are swapped, all of them when nothing is said.
    enum class face_swap_mode
    {
        all_faces,       ///< needs `image_file_path`
        individual_faces ///< needs `face_mappings`
    };
    friend constexpr auto names(json::of<face_swap_mode>)
    {
        return json::list<face_swap_mode>(
            {{face_swap_mode::all_faces, "all-faces"},
             {face_swap_mode::individual_faces, "individual-faces"}});
    }

    /// Which engine swaps.
    enum class version
    {
        v1,      ///< keeps more of the skin, less of the person
        v2,      ///< faster and sharper, more alike
        default_ ///< what the vendor recommends at the time
    };
    BOOST_DESCRIBE_NESTED_ENUM(version, v1, v2, default_)

    /// A face and who takes its place.
    struct face_mapping_type
    {
        std::string original_face{}; ///< the path of a detected face; never uploaded
        asset new_face{};            ///< the face that comes in
        BOOST_DESCRIBE_CLASS(face_mapping_type, (), (original_face, new_face), (), ())

        friend constexpr auto rules(json::of<face_mapping_type>)
        {
            return json::rules(
                json::on(&face_mapping_type::original_face, json::required),
                json::on(&face_mapping_type::new_face, json::required, json::accepts{media::image}));
        }
    };

    /// The files that go in.
    struct assets_type
    {
        json::open_enum<face_swap::video_source> video_source{};
        std::optional<asset> video_file_path{};   ///< for the source `file`; also an animated gif or webp
        std::optional<std::string> youtube_url{}; ///< for the source `youtube`
        std::optional<asset> image_file_path{};   ///< the face that comes in; needed for all faces
        std::optional<json::open_enum<face_swap::face_swap_mode>> face_swap_mode{};
        std::vector<face_mapping_type> face_mappings{}; ///< needed for individual faces, at most five
        BOOST_DESCRIBE_CLASS(
            assets_type, (),
            (video_source, video_file_path, youtube_url, image_file_path, face_swap_mode, face_mappings), (),
            ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::video_source, json::required),
                json::on(&assets_type::video_file_path, json::accepts{media::video, media::gif}),
                json::on(&assets_type::image_file_path, json::accepts{media::image}),
                json::on(&assets_type::face_mappings, json::count{0, 5}),
                json::on(&assets_type::face_swap_mode, json::default_is{"all-faces"}));
        }
    };

    /// What the result shall be like.
    struct style_type
    {
        std::optional<json::open_enum<face_swap::version>> version{};
        BOOST_DESCRIBE_CLASS(style_type, (), (version), (), ())
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        double start_seconds = 0; ///< where the clip starts
        double end_seconds = 0;   ///< where the clip ends
        style_type style{};
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        std::optional<int> height{};       ///< deprecated: ignored
        std::optional<int> width{};        ///< deprecated: ignored
        BOOST_DESCRIBE_CLASS(
            request, (), (assets, start_seconds, end_seconds, style, name, height, width), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::assets, json::required),
                json::on(&request::start_seconds, json::required, json::minimum{0}),
                json::on(&request::end_seconds, json::required, json::minimum{0.1}),
                json::on(&request::height, json::deprecated{"ignored"}),
                json::on(&request::width, json::deprecated{"ignored"}));
        }

        friend void check(request const& r, json::report& out)
        {
            detail::check_clip(r.start_seconds, r.end_seconds, out);
            detail::check_source(
                detail::wire(r.assets.video_source), detail::given(r.assets.video_file_path),
                detail::given(r.assets.youtube_url), "assets.video_file_path", "video_source", out);
            detail::check_faces(
                detail::wire(r.assets.face_swap_mode), detail::given(r.assets.image_file_path),
                r.assets.face_mappings.size(), "assets.image_file_path", out);
        }
    };

    /// The job was accepted.
    using response = created_video;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post,
        .path = "/v1/face-swap",
        .makes = kind::video,
        .billable = true,
        .median = std::chrono::seconds{96}};
};

} // namespace magic_hour
