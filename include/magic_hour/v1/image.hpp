#pragma once

/// Everything that makes or edits pictures.

#include <magic_hour/v1/ai_clothes_changer.hpp>
#include <magic_hour/v1/ai_face_editor.hpp>
#include <magic_hour/v1/ai_gif_generator.hpp>
#include <magic_hour/v1/ai_headshot_generator.hpp>
#include <magic_hour/v1/ai_image_editor.hpp>
#include <magic_hour/v1/ai_image_generator.hpp>
#include <magic_hour/v1/ai_image_upscaler.hpp>
#include <magic_hour/v1/ai_meme_generator.hpp>
#include <magic_hour/v1/ai_photo_editor.hpp>
#include <magic_hour/v1/ai_qr_code_generator.hpp>
#include <magic_hour/v1/body_swap.hpp>
#include <magic_hour/v1/face_swap_photo.hpp>
#include <magic_hour/v1/head_swap.hpp>
#include <magic_hour/v1/image_background_remover.hpp>
#include <magic_hour/v1/image_projects.hpp>
#include <magic_hour/v1/photo_colorizer.hpp>
