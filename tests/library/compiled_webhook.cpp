#include <magic_hour/webhook/src.hpp>
