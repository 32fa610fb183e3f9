#pragma once

#include <magic_hour/json/described.hpp>

#include <string>
#include <vector>

namespace magic_hour
{

/// Where one file goes. PUT its bytes to `upload_url` without the API key, then use `file_path` in requests.
struct upload_target
{
    std::string upload_url{}; ///< signed
    std::string expires_at{}; ///< ISO 8601; ask for another one afterwards
    std::string file_path{};  ///< the stored path, good for a week
    BOOST_DESCRIBE_CLASS(upload_target, (), (upload_url, expires_at, file_path), (), ())
};

/// One entry a requested file, in the order of the request.
struct upload_targets
{
    std::vector<upload_target> items{};
    BOOST_DESCRIBE_CLASS(upload_targets, (), (items), (), ())
};

} // namespace magic_hour
