#include <magic_hour/json/src.hpp>
#include <magic_hour/model/src.hpp>

#include <magic_hour/detail/src.hpp>
