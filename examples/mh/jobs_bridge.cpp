#include "jobs_bridge.hpp"

namespace cli
{

magic_hour::generate_options options_for(job_settings const& settings)
{
    magic_hour::generate_options out;
    out.wait(settings.wait).collision(settings.collision).poll(settings.poll).call(settings.call);
    if (settings.directory)
        out.save_in(*settings.directory);
    if (settings.deadline != magic_hour::http::duration::max())
        out.deadline(settings.deadline);
    out.on_created(
        [shown = settings.shown, memory = settings.memory](magic_hour::job_status const& job)
        {
            memory->id = job.id;
            memory->kind = to_string(job.kind);
            shown->created(job, memory->name);
        });
    out.on_status([shown = settings.shown](magic_hour::job_status const& job) { shown->status(job); });
    out.on_progress([shown = settings.shown](magic_hour::transfer_progress const& now)
                    { shown->transfer(now); });
    return out;
}

std::vector<std::filesystem::path> paths_of(std::vector<magic_hour::saved_file> const& files)
{
    std::vector<std::filesystem::path> out;
    for (auto const& file : files)
        if (!file.path.empty())
            out.push_back(file.path);
    return out;
}

} // namespace cli
