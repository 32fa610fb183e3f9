#pragma once

/// Everything that makes speech.

#include <magic_hour/v1/ai_voice_cloner.hpp>
#include <magic_hour/v1/ai_voice_generator.hpp>
#include <magic_hour/v1/audio_projects.hpp>
