#include <magic_hour/http/src.hpp>
