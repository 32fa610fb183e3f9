#pragma once

/// Everything that makes or edits videos.

#include <magic_hour/v1/ai_talking_photo.hpp>
#include <magic_hour/v1/ai_video_editor.hpp>
#include <magic_hour/v1/ai_video_translator.hpp>
#include <magic_hour/v1/animation.hpp>
#include <magic_hour/v1/audio_to_video.hpp>
#include <magic_hour/v1/auto_subtitle_generator.hpp>
#include <magic_hour/v1/character_replace.hpp>
#include <magic_hour/v1/face_swap.hpp>
#include <magic_hour/v1/image_to_video.hpp>
#include <magic_hour/v1/lip_sync.hpp>
#include <magic_hour/v1/text_to_video.hpp>
#include <magic_hour/v1/video_projects.hpp>
#include <magic_hour/v1/video_to_video.hpp>
