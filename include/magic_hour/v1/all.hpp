#pragma once

#include <magic_hour/v1/account.hpp>
#include <magic_hour/v1/audio.hpp>
#include <magic_hour/v1/image.hpp>
#include <magic_hour/v1/inputs.hpp>
#include <magic_hour/v1/video.hpp>

#include <boost/mp11/list.hpp>

namespace magic_hour
{

/// Every declaration of the API.
using all_declarations = boost::mp11::mp_list<
    ai_clothes_changer, ai_face_editor, ai_gif_generator, ai_headshot_generator, ai_image_editor,
    ai_image_generator, ai_image_upscaler, ai_meme_generator, ai_photo_editor, ai_qr_code_generator,
    body_swap, face_swap_photo, head_swap, image_background_remover, photo_colorizer, image_projects,
    ai_talking_photo, ai_video_editor, ai_video_translator, animation, audio_to_video,
    auto_subtitle_generator, character_replace, face_swap, image_to_video, lip_sync, text_to_video,
    video_to_video, video_projects, ai_voice_cloner, ai_voice_generator, audio_projects, files::upload_urls,
    face_detection, saved_items, account>;

} // namespace magic_hour
