#pragma once

#include <magic_hour/json/described.hpp>
#include <magic_hour/model/checks.hpp>
#include <magic_hour/model/operation.hpp>
#include <magic_hour/model/upload_target.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace magic_hour
{

/// Files for later requests. `generate` uploads by itself; this is for those who upload ahead or once for
/// many requests.
struct files
{
    static constexpr std::string_view resource = "files";

    /// Signed URLs to put files to, which are kept for a week.
    ///
    /// @code
    /// mh::files::upload_urls::request two{
    ///     .items = {{.type = mh::files::upload_urls::type::video, .extension = "mp4"},
    ///               {.type = mh::files::upload_urls::type::audio, .extension = "mp3"}}};
    /// auto targets = co_await client.v1.files.upload_urls.create(two);
    /// @endcode
    struct upload_urls
    {
        static constexpr std::string_view resource = "files.upload_urls";

        /// What a file will be used as. An animated picture goes as a video.
        enum class type
        {
            video,
            audio,
            image
        };
        BOOST_DESCRIBE_NESTED_ENUM(type, video, audio, image)

        /// One file.
        struct item_type
        {
            json::open_enum<upload_urls::type> type{};
            std::string extension{}; ///< lower case, without dot: "png"
            BOOST_DESCRIBE_CLASS(item_type, (), (type, extension), (), ())

            friend constexpr auto rules(json::of<item_type>)
            {
                return json::rules(
                    json::on(&item_type::type, json::required),
                    json::on(
                        &item_type::extension, json::required,
                        json::matches{detail::is_extension, "lower case letters and digits"}));
            }
        };

        /// What to ask for.
        struct request
        {
            std::vector<item_type> items{}; ///< one entry a file; the answer has the same order
            BOOST_DESCRIBE_CLASS(request, (), (items), (), ())

            friend constexpr auto rules(json::of<request>)
            {
                return json::rules(json::on(&request::items, json::required, json::count{1}));
            }
        };

        /// Where the files go.
        using response = upload_targets;

        /// Asks for URLs. Costs nothing and may be repeated.
        static constexpr operation create{.verb = verb::post, .path = "/v1/files/upload-urls"};
    };
};

} // namespace magic_hour
