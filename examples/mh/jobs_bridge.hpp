#pragma once

#include "declared.hpp"
#include "progress.hpp"

#include <magic_hour/jobs/options.hpp>
#include <magic_hour/session.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cli
{

/// What is known of a job so far: for somebody who is interrupted.
struct job_memory
{
    std::string id{};
    std::string kind{};
    std::string name{};
};

/// How a command wants a job to be carried out.
struct job_settings
{
    bool wait = true;
    std::optional<std::filesystem::path> directory{}; ///< nothing: the files stay where they are
    magic_hour::on_collision collision = magic_hour::on_collision::fail;
    magic_hour::poll_options poll{};
    magic_hour::http::duration deadline = magic_hour::http::duration::max(); ///< from now on
    magic_hour::call_options call{};
    std::shared_ptr<progress> shown{};
    std::shared_ptr<job_memory> memory{};
};

/// What became of a job.
struct job_outcome
{
    std::string id{};
    std::string project{}; ///< JSON; empty when nobody waited
    std::vector<std::filesystem::path> files{};
};

/// The library's options for all of that.
[[nodiscard]] magic_hour::generate_options options_for(job_settings const& settings);

/// Where the files of a job are now, in the order of its outputs.
[[nodiscard]] std::vector<std::filesystem::path> paths_of(std::vector<magic_hour::saved_file> const& files);

} // namespace cli
