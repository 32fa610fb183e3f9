#pragma once

#include <magic_hour/asset.hpp>
#include <magic_hour/json/described.hpp>
#include <magic_hour/model/checks.hpp>
#include <magic_hour/model/created.hpp>
#include <magic_hour/model/media.hpp>
#include <magic_hour/model/operation.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace magic_hour
{

/// Speaks a video of 1 to 30 seconds in another language, with the lips moving to it.
///
/// @code
/// mh::ai_video_translator::request translate{
///     .assets = {.video_file_path = "speech.mp4"},
///     .target_language = mh::ai_video_translator::target_language::spanish,
///     .end_seconds = 15};
/// auto video = co_await client.v1.ai_video_translator.generate(translate, "outputs");
/// @endcode
struct ai_video_translator
{
    static constexpr std::string_view resource = "ai_video_translator";

    /// The language of the result.
    enum class target_language
    {
        english,
        chinese_simplified,
        hindi,
        spanish,
        arabic,
        french,
        afrikaans,
        bengali,
        bulgarian,
        catalan,
        croatian,
        czech,
        danish,
        dutch,
        estonian,
        finnish,
        german,
        greek,
        gujarati,
        hebrew,
        hungarian,
        indonesian,
        italian,
        japanese,
        kannada,
        kazakh,
        korean,
        latvian,
        lithuanian,
        malay,
        malayalam,
        marathi,
        norwegian,
        persian,
        polish,
        portuguese,
        punjabi,
        romanian,
        russian,
        serbian,
        slovak,
        slovenian,
        swahili,
        swedish,
        tamil,
        telugu,
        thai,
        chinese_traditional,
        turkish,
        ukrainian,
        urdu,
        vietnamese,
        welsh
    };
    friend constexpr auto names(json::of<target_language>)
    {
        return json::list<target_language>(
            {{target_language::english, "English"},
             {target_language::chinese_simplified, "Chinese (Simplified)"},
             {target_language::hindi, "Hindi"},
             {target_language::spanish, "Spanish"},
             {target_language::arabic, "Arabic"},
             {target_language::french, "French"},
             {target_language::afrikaans, "Afrikaans"},
             {target_language::bengali, "Bengali"},
             {target_language::bulgarian, "Bulgarian"},
             {target_language::catalan, "Catalan"},
             {target_language::croatian, "Croatian"},
             {target_language::czech, "Czech"},
             {target_language::danish, "Danish"},
             {target_language::dutch, "Dutch"},
             {target_language::estonian, "Estonian"},
             {target_language::finnish, "Finnish"},
             {target_language::german, "German"},
             {target_language::greek, "Greek"},
             {target_language::gujarati, "Gujarati"},
             {target_language::hebrew, "Hebrew"},
             {target_language::hungarian, "Hungarian"},
             {target_language::indonesian, "Indonesian"},
             {target_language::italian, "Italian"},
             {target_language::japanese, "Japanese"},
             {target_language::kannada, "Kannada"},
             {target_language::kazakh, "Kazakh"},
             {target_language::korean, "Korean"},
             {target_language::latvian, "Latvian"},
             {target_language::lithuanian, "Lithuanian"},
             {target_language::malay, "Malay"},
             {target_language::malayalam, "Malayalam"},
             {target_language::marathi, "Marathi"},
             {target_language::norwegian, "Norwegian"},
             {target_language::persian, "Persian"},
             {target_language::polish, "Polish"},
             {target_language::portuguese, "Portuguese"},
             {target_language::punjabi, "Punjabi"},
             {target_language::romanian, "Romanian"},
             {target_language::russian, "Russian"},
             {target_language::serbian, "Serbian"},
             {target_language::slovak, "Slovak"},
             {target_language::slovenian, "Slovenian"},
             {target_language::swahili, "Swahili"},
             {target_language::swedish, "Swedish"},
             {target_language::tamil, "Tamil"},
             {target_language::telugu, "Telugu"},
             {target_language::thai, "Thai"},
             {target_language::chinese_traditional, "Chinese (Traditional)"},
             {target_language::turkish, "Turkish"},
             {target_language::ukrainian, "Ukrainian"},
             {target_language::urdu, "Urdu"},
             {target_language::vietnamese, "Vietnamese"},
             {target_language::welsh, "Welsh"}});
    }

    /// Resolution of the result, 480p when nothing is said; more needs a paid plan.
    enum class resolution
    {
        p480,
        p720,
        p1080
    };
    friend constexpr auto names(json::of<resolution>)
    {
        return json::list<resolution>(
            {{resolution::p480, "480p"}, {resolution::p720, "720p"}, {resolution::p1080, "1080p"}});
    }

    /// The files that go in.
    struct assets_type
    {
        asset video_file_path{}; ///< a video in which somebody speaks
        BOOST_DESCRIBE_CLASS(assets_type, (), (video_file_path), (), ())

        friend constexpr auto rules(json::of<assets_type>)
        {
            return json::rules(
                json::on(&assets_type::video_file_path, json::required, json::accepts{media::video}));
        }
    };

    /// What to ask for.
    struct request
    {
        assets_type assets{};
        json::open_enum<ai_video_translator::target_language> target_language{};
        double end_seconds = 0;                ///< where the clip ends
        std::optional<double> start_seconds{}; ///< where the clip starts
        std::optional<json::open_enum<ai_video_translator::resolution>> resolution{};
        std::optional<std::string> name{}; ///< shown in the web library; the server makes one up
        BOOST_DESCRIBE_CLASS(
            request, (), (assets, target_language, end_seconds, start_seconds, resolution, name), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            return json::rules(
                json::on(&request::assets, json::required),
                json::on(&request::target_language, json::required),
                json::on(&request::end_seconds, json::required, json::minimum{0.1}),
                json::on(&request::start_seconds, json::minimum{0}, json::default_is{"0"}));
        }

        friend void check(request const& r, json::report& out)
        {
            detail::check_clip(r.start_seconds.value_or(0), r.end_seconds, out);
            detail::check_clip_length(
                r.end_seconds - r.start_seconds.value_or(0), 1, 30, "a translation", out);
        }
    };

    /// The job was accepted.
    using response = created_video;

    /// Starts the job.
    static constexpr operation create{
        .verb = verb::post, .path = "/v1/ai-video-translator", .makes = kind::video, .billable = true};
};

} // namespace magic_hour
