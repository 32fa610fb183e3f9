#pragma once

#include <magic_hour/asset.hpp>
#include <magic_hour/json/members.hpp>
#include <magic_hour/model/asset_codec.hpp>
#include <magic_hour/model/media.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace magic_hour
{

/// The kinds of local file that an asset field takes; none when the field takes no upload.
class accepted_media
{
public:
    accepted_media() = default;
    explicit accepted_media(json::accepted_kinds const& kinds) noexcept : size_{kinds.count}
    {
        for (std::size_t i = 0; i < size_; ++i)
            kinds_[i] = static_cast<media>(kinds.values[i]);
    }

    [[nodiscard]] media const* begin() const noexcept { return kinds_.data(); }
    [[nodiscard]] media const* end() const noexcept { return kinds_.data() + size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] bool contains(media kind) const noexcept
    {
        return std::find(begin(), end(), kind) != end();
    }

private:
    std::array<media, json::accepted_kinds::capacity> kinds_{};
    std::size_t size_ = 0;
};

namespace detail
{

template <class V>
struct asset_holder
{
    static constexpr bool value = std::is_same_v<V, asset>;
};
template <class V>
struct asset_holder<std::optional<V>> : asset_holder<V>
{
};
template <class V>
struct asset_holder<std::vector<V>> : asset_holder<V>
{
};
template <json::described V>
struct asset_holder<V>
{
    template <class... M>
    static constexpr bool any(boost::mp11::mp_list<M...>)
    {
        return (asset_holder<typename M::type>::value || ...);
    }
    static constexpr bool value = any(json::members<V>{});
};

template <class V, class Visitor>
void walk_assets(V& value, std::string& path, json::member_rules const& rules, Visitor& visit);

template <class T, class Visitor>
void walk_members(T& object, std::string& path, Visitor& visit)
{
    json::for_each_member(
        object,
        [&](auto m, auto& value)
        {
            using type = typename decltype(m)::type;
            if constexpr (asset_holder<type>::value)
            {
                auto const size = path.size();
                (path += size == 0 ? "" : ".") += m.name;
                walk_assets(value, path, m.rules, visit);
                path.resize(size);
            }
        });
}

template <class V, class Visitor>
void walk_entries(V& entries, std::string& path, json::member_rules const& rules, Visitor& visit)
{
    std::size_t index = 0;
    for (auto& entry : entries)
    {
        auto const size = path.size();
        path += '[' + std::to_string(index++) + ']';
        walk_assets(entry, path, rules, visit);
        path.resize(size);
    }
}

template <class V, class Visitor>
void walk_assets(V& value, std::string& path, json::member_rules const& rules, Visitor& visit)
{
    using type = std::remove_const_t<V>;
    if constexpr (std::is_same_v<type, asset>)
        visit(value, std::as_const(path), accepted_media{rules.accepts}, rules.accepts.count != 0);
    else if constexpr (json::detail::is_optional<type>)
    {
        if (value)
            walk_assets(*value, path, rules, visit);
    }
    else if constexpr (json::detail::is_vector<type>)
        walk_entries(value, path, rules, visit);
    else
        walk_members(value, path, visit);
}

} // namespace detail

/// Calls `visit(asset&, std::string const& json_path, accepted_media, bool upload_allowed)` for each asset
/// that `request` holds, also in arrays and nested structs; unset optionals are passed over. Upload is
/// allowed where the declaration says what the field `accepts`.
template <class Request, class Visitor>
void for_each_asset(Request& request, Visitor&& visit)
{
    if constexpr (detail::asset_holder<std::remove_const_t<Request>>::value)
    {
        std::string path;
        detail::walk_members(request, path, visit);
    }
}

} // namespace magic_hour
