#pragma once

/// Header-only by default. With MAGIC_HOUR_SEPARATE_COMPILATION defined in every translation unit the bodies
/// live in the one that includes <magic_hour/src.hpp>.
#ifdef MAGIC_HOUR_SEPARATE_COMPILATION
#define MAGIC_HOUR_DECL
#else
#define MAGIC_HOUR_DECL inline
#endif
