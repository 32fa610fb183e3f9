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

asio::awaitable<magic_hour::result<job_outcome>>
outcome_of(asio::awaitable<magic_hour::result<magic_hour::jobs::job_outcome>> work)
{
    auto made = co_await std::move(work);
    if (!made)
        co_return made.error();
    job_outcome out;
    out.id = std::move(made->id);
    out.project = std::move(made->body);
    for (auto& file : made->files)
        if (!file.path.empty())
            out.files.push_back(std::move(file.path));
    co_return out;
}

} // namespace cli
