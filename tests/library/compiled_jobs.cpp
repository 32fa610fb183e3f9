#include <magic_hour/jobs/src.hpp>
