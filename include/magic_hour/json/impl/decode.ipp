#pragma once

#include <magic_hour/json/decode.hpp>

namespace magic_hour::json
{

namespace detail
{

/// The member called `name`, tried from `hint` on because members mostly come in the declared order.
[[nodiscard]] MAGIC_HOUR_DECL std::size_t
find_member(member_entry const* members, std::size_t count, std::size_t hint, std::string_view name) noexcept
{
    for (std::size_t i = hint; i < count; ++i)
        if (members[i].name == name)
            return i;
    for (std::size_t i = 0; i < hint; ++i)
        if (members[i].name == name)
            return i;
    return count;
}

/// Reads the member's value; false when the document cannot be used.
[[nodiscard]] MAGIC_HOUR_DECL bool read_found(reader& r, void* object, member_entry const& member)
{
    if (member.read(r, object))
        return true;
    if (r.failed())
        return false;
    if (member.required || r.strict())
        return r.fail(r.mismatch());
    member.reset(object);
    r.forgive();
    return true;
}

[[nodiscard]] MAGIC_HOUR_DECL bool
check_present(reader& r, member_entry const* members, std::size_t count, std::uint64_t seen)
{
    for (std::size_t i = 0; i < count; ++i)
        if (members[i].required && (seen >> i & 1U) == 0)
            return r.fail_member(members[i].name, "missing");
    return true;
}

MAGIC_HOUR_DECL bool read_object(reader& r, void* object, member_entry const* members, std::size_t count)
{
    if (!r.enter_object())
        return false;
    std::uint64_t seen = 0;
    std::size_t hint = 0;
    std::string_view name;
    while (r.has_member())
    {
        std::size_t i = hint;
        if (hint == count || !r.take_name(members[hint].name))
        {
            if (!r.read_name(name))
                return false;
            i = find_member(members, count, hint, name);
        }
        if (i == count)
        {
            if (r.strict())
                return r.fail_member(name, "unknown member");
            if (!r.skip())
                return false;
            continue;
        }
        r.at_member(members[i].name);
        if ((seen >> i & 1U) != 0)
            members[i].reset(object);
        seen |= std::uint64_t{1} << i;
        hint = i + 1;
        if (!read_found(r, object, members[i]))
            return false;
    }
    return !r.failed() && check_present(r, members, count, seen);
}

} // namespace detail

MAGIC_HOUR_DECL std::string find_text(std::string_view text, std::string_view name)
{
    reader r{text};
    std::string_view found;
    std::string_view value;
    if (!r.enter_object())
        return {};
    while (r.next_member(found))
    {
        bool const wanted = found == name;
        if (wanted && r.read_text(value))
            return std::string{value};
        if (!wanted && !r.skip())
            break;
    }
    return {};
}

} // namespace magic_hour::json
