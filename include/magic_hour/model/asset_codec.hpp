#pragma once

#include <magic_hour/asset.hpp>
#include <magic_hour/json/members.hpp>
#include <magic_hour/json/reader.hpp>
#include <magic_hour/json/validate.hpp>
#include <magic_hour/json/writer.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// An asset is a string in JSON: the URL or the stored path. What must be uploaded first has no such string
/// yet and is written as "".
template <>
struct magic_hour::json::codec<magic_hour::asset>
{
    static constexpr std::string_view schema_type = "string";
    static constexpr std::size_t min_length = 1;

    static bool read(reader& r, asset& value)
    {
        std::string_view text;
        if (!r.read_text(text))
            return false;
        // Text that came over the wire never means a local file.
        if (text.empty())
            value = asset{};
        else if (text.starts_with("https://") || text.starts_with("http://"))
            value = asset::url(std::string{text});
        else
            value = asset::stored(std::string{text});
        return true;
    }
    static void write(writer& w, asset const& value)
    {
        w.string(value.needs_upload() ? std::string_view{} : std::string_view{value.text()});
    }
    static bool empty(asset const& value) noexcept { return value.empty(); }
    static void check(report& out, member_rules const&, asset const& value)
    {
        if (!value.needs_upload())
            detail::check_utf8(out, value.text());
    }
};
