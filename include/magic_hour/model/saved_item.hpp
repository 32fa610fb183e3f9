#pragma once

#include <magic_hour/json/described.hpp>

#include <optional>
#include <string>
#include <vector>

namespace magic_hour
{

/// What a saved item is for.
enum class saved_item_type
{
    character,
    reference,
    voice,
    moodboard,
    brand_kit
};
BOOST_DESCRIBE_ENUM(saved_item_type, character, reference, voice, moodboard, brand_kit)

/// What kind of file a saved asset is.
enum class saved_media_kind
{
    image,
    video,
    audio
};
constexpr auto names(json::of<saved_media_kind>)
{
    return json::list<saved_media_kind>(
        {{saved_media_kind::image, "IMAGE"},
         {saved_media_kind::video, "VIDEO"},
         {saved_media_kind::audio, "AUDIO"}});
}

/// One file of a saved item.
struct saved_asset
{
    std::string file_path{}; ///< a stored path for any asset field that takes its kind; never expires
    json::open_enum<saved_media_kind> media_kind{};
    std::optional<bool> is_primary{}; ///< whether it stands for the item
    std::string url{};                ///< signed, for looking at it
    std::string url_expires_at{};     ///< ISO 8601, a day after the answer
    BOOST_DESCRIBE_CLASS(saved_asset, (), (file_path, media_kind, is_primary, url, url_expires_at), (), ())
};

/// A character, voice, reference ... that the account keeps for later jobs.
struct saved_item
{
    std::string id{};
    json::open_enum<saved_item_type> type{};
    std::optional<std::string> name{};
    std::vector<saved_asset> assets{};
    BOOST_DESCRIBE_CLASS(saved_item, (), (id, type, name, assets), (), ())

    friend constexpr auto rules(json::of<saved_item>)
    {
        return json::rules(json::on(&saved_item::id, json::required, json::length{1}));
    }
};

/// One page of the saved items, newest first.
struct saved_items_page
{
    std::vector<saved_item> items{};
    std::optional<std::string> next_cursor{}; ///< asks for the next page; not set on the last one
    BOOST_DESCRIBE_CLASS(saved_items_page, (), (items, next_cursor), (), ())
};

} // namespace magic_hour
