#pragma once

#include <magic_hour/asset.hpp>
#include <magic_hour/detail/core.hpp>
#include <magic_hour/error.hpp>
#include <magic_hour/jobs/file_io.hpp>
#include <magic_hour/jobs/options.hpp>
#include <magic_hour/model/media.hpp>

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace magic_hour::jobs
{

/// An asset field of a request: where it stands, what it holds, what it takes.
struct asset_slot
{
    std::string json_path{};
    asset value{};
    std::vector<media> accepted{}; ///< empty: nothing can be uploaded for it
};

/// One thing to upload.
struct upload_item
{
    asset value{};
    media kind{};
    std::string extension{};
    std::uint64_t size = 0;
    std::optional<input_file> file{}; ///< of a local file
    std::string stored{};             ///< its path in the API's storage, once it is there
};

/// What the slots of a request need: each distinct file once.
struct upload_plan
{
    static constexpr std::size_t not_uploaded = static_cast<std::size_t>(-1);

    std::vector<upload_item> items{};
    std::vector<std::size_t> item_of_slot{};
};

/// Checks every slot and finds out what must go up. Nothing is sent. Fails with `errc::validation` (wrong
/// kind of file) or `errc::file` (it cannot be read); the error names the slot. Blocks: touches the file
/// system.
[[nodiscard]] MAGIC_HOUR_DECL result<upload_plan> plan_uploads(std::vector<asset_slot> const& slots);

/// How uploads are carried out.
struct upload_settings
{
    std::size_t parallel = 4;
    time_point deadline = time_point::max();
    progress_callback on_progress{};
};

/// Asks for URLs with one call, puts every item there, at most so many at a time, and notes where they are
/// stored. The first failure ends the others. Must run on a serialized executor. Cancellation: terminal.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<result<upload_plan>>
run_uploads(std::shared_ptr<magic_hour::detail::core> shared, upload_plan plan, upload_settings settings);

/// Plans and uploads one asset; returns its stored path. What needs no upload is returned as it is.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<result<std::string>>
upload_one(std::shared_ptr<magic_hour::detail::core> shared, asset_slot slot, upload_settings settings);

} // namespace magic_hour::jobs

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/jobs/impl/upload.ipp>
#endif
