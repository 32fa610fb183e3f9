#pragma once

#include <magic_hour/detail/config.hpp>

#include <cstddef>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace magic_hour::webhook
{

/// Remembers the last events by `event::key()`, because the API delivers at least once. The memory is
/// bounded: the event that was seen longest ago is forgotten first. It lasts as long as the process; several
/// processes behind one URL need a store of their own that they share.
///
/// Thread safety: all members may be called from any thread.
class dedupe
{
public:
    /// Remembers at most `capacity` keys; with 0 none, and every event is new.
    explicit dedupe(std::size_t capacity = 4096) noexcept : capacity_{capacity} {}

    /// Whether `key` is new. It is remembered from now on, and counts as just seen either way.
    [[nodiscard]] MAGIC_HOUR_DECL bool insert(std::string_view key);

    /// Forgets `key`, so that the next delivery of the event is new again: for an event whose handling
    /// failed.
    MAGIC_HOUR_DECL void erase(std::string_view key);

    [[nodiscard]] MAGIC_HOUR_DECL std::size_t size() const;

private:
    using keys = std::list<std::string>;

    std::size_t capacity_;
    mutable std::mutex mutex_{};
    keys order_{}; ///< latest first; the index points into it
    std::unordered_map<std::string_view, keys::iterator> index_{};
};

} // namespace magic_hour::webhook

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/webhook/impl/dedupe.ipp>
#endif
