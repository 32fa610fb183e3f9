#pragma once

#include <magic_hour/model/operation.hpp>
#include <magic_hour/model/project.hpp>

#include <string_view>

namespace magic_hour
{

/// Videos that were asked for: how they go, where the files are, and getting rid of them.
///
/// @code
/// auto project = co_await client.v1.video_projects.get(id);
/// if (project.status == mh::project_status::complete)
///     co_await show(project.downloads.at(0).url);
/// @endcode
struct video_projects
{
    static constexpr std::string_view resource = "video_projects";

    /// What the details say.
    using project = video_project;

    /// What the projects are of.
    static constexpr magic_hour::kind kind_of = kind::video;

    /// The details of one project.
    static constexpr operation get{.path = "/v1/video-projects/{id}"};

    /// Deletes the rendered video; some, such as those of templates, cannot be deleted. There is no way back.
    static constexpr operation delete_{.verb = verb::delete_, .path = "/v1/video-projects/{id}"};
};

} // namespace magic_hour
