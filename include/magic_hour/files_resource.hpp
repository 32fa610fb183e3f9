#pragma once

#include <magic_hour/resource.hpp>
#include <magic_hour/v1/files.hpp>

namespace magic_hour
{

/// What `client.v1.files` is: upload URLs, and uploads.
class files_resource : public detail::resource_base
{
public:
    explicit files_resource(session const& in) : resource_base(in.share()), upload_urls(in) {}
    explicit files_resource(detail::core& owned_elsewhere) noexcept :
        resource_base(owned_elsewhere), upload_urls(owned_elsewhere)
    {
    }

    /// `upload_urls.create`: signed URLs to put files to. `upload_file` does all of it.
    resource<files::upload_urls> upload_urls;
};

} // namespace magic_hour
