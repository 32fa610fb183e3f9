#pragma once

#include <magic_hour/json/members.hpp>
#include <magic_hour/json/reader.hpp>
#include <magic_hour/json/validate.hpp>
#include <magic_hour/json/writer.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <string_view>

namespace magic_hour::json::detail
{

inline void write_free_form(writer& w, boost::json::value const& value)
{
    switch (value.kind())
    {
    case boost::json::kind::null:
        return w.null();
    case boost::json::kind::bool_:
        return w.boolean(value.get_bool());
    case boost::json::kind::int64:
        return w.integer(value.get_int64());
    case boost::json::kind::uint64:
        return w.unsigned_integer(value.get_uint64());
    case boost::json::kind::double_:
        return w.number(value.get_double());
    case boost::json::kind::string:
        return w.string(value.get_string());
    case boost::json::kind::array:
        w.begin_array();
        for (auto const& entry : value.get_array())
            write_free_form(w, entry);
        return w.end_array();
    case boost::json::kind::object:
        w.begin_object();
        for (auto const& entry : value.get_object())
        {
            w.key(entry.key());
            write_free_form(w, entry.value());
        }
        return w.end_object();
    }
}

inline void check_free_form(report& out, boost::json::value const& value)
{
    std::size_t index = 0;
    if (value.is_double())
        check_number(out, no_rules, value.get_double(), checks::representable);
    else if (value.is_string())
        check_utf8(out, value.get_string());
    else if (value.is_array())
        for (auto const& entry : value.get_array())
        {
            report::step const at{out, index++};
            check_free_form(out, entry);
        }
    else if (value.is_object())
        for (auto const& entry : value.get_object())
        {
            report::step const at{out, std::string_view{entry.key()}};
            check_free_form(out, entry.value());
        }
}

} // namespace magic_hour::json::detail

/// Members whose form nobody declares. What Boost.JSON cannot read, such as a lone surrogate, does not match.
template <>
struct magic_hour::json::codec<boost::json::value>
{
    static constexpr std::string_view schema_type = "";
    static constexpr std::size_t min_length = 0;

    static bool read(reader& r, boost::json::value& value)
    {
        std::string_view text;
        if (!r.read_raw(text))
            return false;
        boost::json::error_code broken;
        value = boost::json::parse(text, broken);
        return !broken || r.mismatch("expected JSON of valid Unicode text");
    }
    static void write(writer& w, boost::json::value const& value) { detail::write_free_form(w, value); }
    static bool empty(boost::json::value const& value) noexcept { return value.is_null(); }
    static void check(report& out, member_rules const&, boost::json::value const& value)
    {
        detail::check_free_form(out, value);
    }
};
