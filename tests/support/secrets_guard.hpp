#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support
{

/// Planted secrets, and whether anything of them shows up in a text: no eight bytes of any may.
class secrets_guard
{
public:
    static constexpr std::size_t window = 8;

    secrets_guard(std::initializer_list<std::string> secrets) : secrets_(secrets) {}
    void plant(std::string secret) { secrets_.push_back(std::move(secret)); }

    [[nodiscard]] bool leaked_into(std::string_view text) const
    {
        return std::any_of(
            secrets_.begin(), secrets_.end(),
            [&](std::string_view secret)
            {
                auto const size = std::min(window, secret.size());
                for (std::size_t at = 0; size > 0 && at + size <= secret.size(); ++at)
                    if (text.find(secret.substr(at, size)) != std::string_view::npos)
                        return true;
                return false;
            });
    }

private:
    std::vector<std::string> secrets_;
};

} // namespace support
