#pragma once

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cli
{

/// What the user said of a request: a JSON document, and single fields that override it.
struct request_input
{
    std::optional<std::string> document{};
    std::vector<std::pair<std::string, std::string>> fields{};
    bool known_values_only = true; ///< refuse values that the declaration does not list
};

/// A request that fits its schema in form: all members known, all types right, nothing required missing.
struct built_request
{
    boost::json::object value{};
    std::vector<std::string> notes{}; ///< deprecated fields and values that were used
};

/// Puts a request together. Types come from `schema`, which is what `json::schema` makes of a declaration.
/// Throws `failure` (usage) that names the field and what is near it.
[[nodiscard]] built_request build_request(boost::json::object const& schema, request_input const& input);

/// The paths of all fields that hold a value: "style.prompt", "assets.image_file_paths".
[[nodiscard]] std::vector<std::string> field_paths(boost::json::object const& schema);

} // namespace cli
