#include <magic_hour/testing/src.hpp>
