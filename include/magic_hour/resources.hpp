#pragma once

#include <magic_hour/files_resource.hpp>
#include <magic_hour/resource.hpp>
#include <magic_hour/v1/all.hpp>

namespace magic_hour
{

/// What `client.v1` is: one member a resource, named like its declaration.
struct v1_resources
{
    explicit v1_resources(detail::core& shared) noexcept : shared_{shared} {}

private:
    detail::core& shared_;

public:
    // Pictures.
    resource<magic_hour::ai_clothes_changer> ai_clothes_changer{shared_};
    resource<magic_hour::ai_face_editor> ai_face_editor{shared_};
    resource<magic_hour::ai_gif_generator> ai_gif_generator{shared_};
    resource<magic_hour::ai_headshot_generator> ai_headshot_generator{shared_};
    resource<magic_hour::ai_image_editor> ai_image_editor{shared_};
    resource<magic_hour::ai_image_generator> ai_image_generator{shared_};
    resource<magic_hour::ai_image_upscaler> ai_image_upscaler{shared_};
    resource<magic_hour::ai_meme_generator> ai_meme_generator{shared_};
    resource<magic_hour::ai_photo_editor> ai_photo_editor{shared_};
    resource<magic_hour::ai_qr_code_generator> ai_qr_code_generator{shared_};
    resource<magic_hour::body_swap> body_swap{shared_};
    resource<magic_hour::face_swap_photo> face_swap_photo{shared_};
    resource<magic_hour::head_swap> head_swap{shared_};
    resource<magic_hour::image_background_remover> image_background_remover{shared_};
    resource<magic_hour::photo_colorizer> photo_colorizer{shared_};
    resource<magic_hour::image_projects> image_projects{shared_};

    // Videos.
    resource<magic_hour::ai_talking_photo> ai_talking_photo{shared_};
    resource<magic_hour::ai_video_editor> ai_video_editor{shared_};
    resource<magic_hour::ai_video_translator> ai_video_translator{shared_};
    resource<magic_hour::animation> animation{shared_};
    resource<magic_hour::audio_to_video> audio_to_video{shared_};
    resource<magic_hour::auto_subtitle_generator> auto_subtitle_generator{shared_};
    resource<magic_hour::character_replace> character_replace{shared_};
    resource<magic_hour::face_swap> face_swap{shared_};
    resource<magic_hour::image_to_video> image_to_video{shared_};
    resource<magic_hour::lip_sync> lip_sync{shared_};
    resource<magic_hour::text_to_video> text_to_video{shared_};
    resource<magic_hour::video_to_video> video_to_video{shared_};
    resource<magic_hour::video_projects> video_projects{shared_};

    // Voices.
    resource<magic_hour::ai_voice_cloner> ai_voice_cloner{shared_};
    resource<magic_hour::ai_voice_generator> ai_voice_generator{shared_};
    resource<magic_hour::audio_projects> audio_projects{shared_};

    // Inputs and the account.
    files_resource files{shared_};
    resource<magic_hour::face_detection> face_detection{shared_};
    resource<magic_hour::saved_items> saved_items{shared_};
    resource<magic_hour::account> account{shared_};
};

} // namespace magic_hour
