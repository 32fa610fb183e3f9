#pragma once

#include <magic_hour/jobs/generate.hpp>

namespace magic_hour::jobs
{

template struct typed_run<image_project>;
template struct typed_run<video_project>;
template struct typed_run<audio_project>;
template struct typed_run<detected_faces>;

} // namespace magic_hour::jobs
