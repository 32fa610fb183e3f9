#pragma once

#include <magic_hour/webhook/dedupe.hpp>

namespace magic_hour::webhook
{

MAGIC_HOUR_DECL bool dedupe::insert(std::string_view key)
{
    std::lock_guard const lock{mutex_};
    if (auto const known = index_.find(key); known != index_.end())
    {
        order_.splice(order_.begin(), order_, known->second);
        return false;
    }
    if (capacity_ == 0)
        return true;
    keys fresh;
    fresh.emplace_back(key);
    index_.emplace(fresh.front(), fresh.begin());
    order_.splice(order_.begin(), fresh);
    if (order_.size() > capacity_)
    {
        index_.erase(order_.back());
        order_.pop_back();
    }
    return true;
}

MAGIC_HOUR_DECL void dedupe::erase(std::string_view key)
{
    std::lock_guard const lock{mutex_};
    auto const known = index_.find(key);
    if (known == index_.end())
        return;
    auto const place = known->second;
    index_.erase(known);
    order_.erase(place);
}

MAGIC_HOUR_DECL std::size_t dedupe::size() const
{
    std::lock_guard const lock{mutex_};
    return order_.size();
}

} // namespace magic_hour::webhook
