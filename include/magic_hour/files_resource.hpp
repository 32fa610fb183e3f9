#pragma once

#include <magic_hour/jobs/job_run.hpp>
#include <magic_hour/resource.hpp>
#include <magic_hour/v1/files.hpp>

namespace magic_hour
{

/// What `client.v1.files` is: upload URLs, and uploads.
class files_resource : public detail::resource_base
{
public:
    explicit files_resource(session const& in) : resource_base(in.share()), upload_urls(in) {}
    explicit files_resource(detail::core& owned_elsewhere) noexcept
        : resource_base(owned_elsewhere), upload_urls(owned_elsewhere)
    {
    }

    /// `upload_urls.create`: signed URLs to put files to. `upload_file` does all of it.
    resource<files::upload_urls> upload_urls;

    /// Uploads one file, bytes or stream, and returns its stored path, good for a week; what needs no upload
    /// is returned as it is. The kind follows from the extension unless `as` says it (a webm can be sound).
    /// Throws `error`: `file` or `validation` before anything is sent, then as any request. Cancellation:
    /// terminal.
    [[nodiscard]] asio::awaitable<std::string>
    upload_file(asset what, std::optional<media> as = {}, jobs::progress_callback on_progress = nullptr) const
    {
        return detail::or_throw(upload_file(std::move(what), as_result, as, std::move(on_progress)));
    }
    /// The same without exceptions.
    [[nodiscard]] asio::awaitable<result<std::string>> upload_file(
        asset what, as_result_t, std::optional<media> as = {},
        jobs::progress_callback on_progress = nullptr) const
    {
        return jobs::upload_file(share(), std::move(what), as, std::move(on_progress));
    }
};

} // namespace magic_hour
