#pragma once

#include "support/temp_dir.hpp"

#include <optional>
#include <utility>

#include <linux/magic.h>
#include <sys/vfs.h>

namespace support
{

/// A folder of a file system that is nothing but memory, if there is one.
inline std::optional<temp_dir> memory_folder()
{
    std::filesystem::path const memory{"/dev/shm"};
    struct ::statfs found = {};
    if (::statfs(memory.c_str(), &found) != 0 || found.f_type != TMPFS_MAGIC)
        return std::nullopt;
    return std::optional<temp_dir>{std::in_place, memory};
}

} // namespace support
