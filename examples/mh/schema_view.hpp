#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cli
{

/// A declaration's JSON Schema as this program asks it. Refers to the object it was made from.
class schema_view
{
public:
    explicit schema_view(boost::json::object const& object) noexcept : object_(&object) {}

    /// "string", "integer", "number", "boolean", "array", "object"; empty: anything.
    [[nodiscard]] std::string_view type() const { return text("type"); }
    [[nodiscard]] std::string_view text(std::string_view key) const;
    [[nodiscard]] bool flag(std::string_view key) const;
    [[nodiscard]] boost::json::value const* find(std::string_view key) const
    {
        return object_->if_contains(key);
    }

    [[nodiscard]] bool is_object() const { return type() == "object"; }
    [[nodiscard]] bool is_array() const { return type() == "array"; }
    /// An object's members; empty for anything else.
    [[nodiscard]] boost::json::object const& members() const;
    [[nodiscard]] bool requires_member(std::string_view name) const;
    /// What an array's entries are.
    [[nodiscard]] schema_view items() const;
    [[nodiscard]] bool takes_files() const { return find("x-asset") != nullptr; }

    /// Values that the declaration lists, as text.
    [[nodiscard]] std::vector<std::string> known_values() const { return texts("enum"); }
    [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;

    /// "text", "number from 0 to 1", "image file, URL or stored path", "list of ..." for people.
    [[nodiscard]] std::string describe_type() const;

private:
    [[nodiscard]] std::string describe_limits() const;

    boost::json::object const* object_;
};

/// When a field must be given. `always`: it is required, and everything that it is in.
enum class need
{
    never,
    in_each_entry, ///< of a list that may be left out
    always
};

/// Calls `visit` for each field that holds a value: "style.prompt", "assets.face_mappings[N].new_face".
using field_visitor = std::function<void(std::string const& path, schema_view field, need needed)>;
void visit_fields(schema_view of, field_visitor const& visit);

/// A scalar as people write it: text without quotes, numbers without exponents where they can be.
[[nodiscard]] std::string plain_text(boost::json::value const& value);

} // namespace cli
