#pragma once

/// The one translation unit of a program that defines MAGIC_HOUR_SEPARATE_COMPILATION includes this and
/// nothing else of the library. A program that does not link Boost.JSON may include <boost/json/src.hpp> in
/// the same one.

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#error "<magic_hour/src.hpp> is for programs that define MAGIC_HOUR_SEPARATE_COMPILATION everywhere"
#endif

#include <magic_hour/detail/src.hpp>
#include <magic_hour/http/src.hpp>
#include <magic_hour/jobs/src.hpp>
#include <magic_hour/json/src.hpp>
#include <magic_hour/model/src.hpp>
#include <magic_hour/webhook/src.hpp>
