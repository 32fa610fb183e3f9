#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

#include <stdlib.h>

namespace support
{

/// A directory of its own that is gone afterwards.
class temp_dir
{
public:
    explicit temp_dir(std::filesystem::path const& parent = std::filesystem::temp_directory_path())
    {
        auto pattern = (parent / "magic_hour-XXXXXX").string();
        if (!::mkdtemp(pattern.data()))
            throw std::runtime_error("no temporary directory");
        path_ = pattern;
    }
    ~temp_dir()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    temp_dir(temp_dir const&) = delete;
    temp_dir& operator=(temp_dir const&) = delete;

    [[nodiscard]] std::filesystem::path const& path() const noexcept { return path_; }
    friend std::filesystem::path operator/(temp_dir const& dir, std::string_view name)
    {
        return dir.path_ / name;
    }

    /// Writes a file and tells its path.
    std::filesystem::path write(std::string_view name, std::string_view content) const
    {
        auto const file = path_ / name;
        std::ofstream{file, std::ios::binary}.write(
            content.data(), static_cast<std::streamsize>(content.size()));
        return file;
    }

    [[nodiscard]] static std::string read(std::filesystem::path const& file)
    {
        std::ifstream in{file, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }

    /// The names of everything in it, directories included.
    [[nodiscard]] std::set<std::string> names() const
    {
        std::set<std::string> all;
        for (auto const& entry : std::filesystem::recursive_directory_iterator{path_})
            all.insert(std::filesystem::relative(entry.path(), path_).string());
        return all;
    }

private:
    std::filesystem::path path_{};
};

} // namespace support
