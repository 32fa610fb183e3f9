#pragma once

#include <magic_hour/json/described.hpp>
#include <magic_hour/model/operation.hpp>
#include <magic_hour/model/saved_item.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace magic_hour
{

/// Characters, references, voices, moodboards and brand kits that the account keeps. The `file_path` of their
/// assets can be used in any request that takes the kind of file, without an upload.
///
/// @code
/// mh::saved_items::query characters{.type = mh::saved_item_type::character};
/// auto page = co_await client.v1.saved_items.list(characters);
/// @endcode
struct saved_items
{
    static constexpr std::string_view resource = "saved_items";

    /// What to list.
    struct query
    {
        std::optional<json::open_enum<saved_item_type>> type{}; ///< everything when nothing is said
        std::optional<int> limit{};          ///< entries a page, 1 to 100; the server takes 20
        std::optional<std::string> cursor{}; ///< `next_cursor` of the page before
        BOOST_DESCRIBE_CLASS(query, (), (type, limit, cursor), (), ())

        friend constexpr auto rules(json::of<query>)
        {
            return json::rules(
                json::on(&query::limit, json::range{1, 100}, json::default_is{"20"}),
                json::on(&query::cursor, json::length{1}));
        }
    };

    /// One page, newest items first.
    using response = saved_items_page;

    /// A page of the items.
    static constexpr operation list{.path = "/v1/saved-items"};
};

} // namespace magic_hour
