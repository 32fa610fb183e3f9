#pragma once

#include <magic_hour/testing/detail/fake_state.hpp>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <openssl/rand.h>

#include <algorithm>
#include <array>

namespace magic_hour::testing::detail
{

MAGIC_HOUR_DECL answer json_answer(boost::json::object const& body)
{
    answer made{};
    made.set("Content-Type", "application/json");
    made.body = boost::json::serialize(body);
    return made;
}

MAGIC_HOUR_DECL answer refusal(int status, std::string_view message)
{
    answer made{};
    made.status = status;
    made.set("Content-Type", "application/json");
    made.body = error_body(status, message);
    return made;
}

MAGIC_HOUR_DECL std::string random_text(std::string_view letters, std::size_t size)
{
    std::vector<unsigned char> bytes(size);
    RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
    std::string text;
    for (auto const byte : bytes)
        text += letters[byte % letters.size()];
    return text;
}

MAGIC_HOUR_DECL fake_state::fake_state(fake_options o) : options(std::move(o)), credits(options.credits)
{
    if (!options.clock)
        options.clock = std::make_shared<http::time_source>();
    keys.insert(options.api_key);
}

MAGIC_HOUR_DECL std::string fake_state::new_id(magic_hour::kind makes)
{
    if (makes != kind::face_detection)
        return "c" + random_text("abcdefghijklmnopqrstuvwxyz0123456789", 24);
    constexpr std::string_view hex = "0123456789abcdef";
    return random_text(hex, 8) + "-" + random_text(hex, 4) + "-4" + random_text(hex, 3) + "-a" +
           random_text(hex, 3) + "-" + random_text(hex, 12);
}

MAGIC_HOUR_DECL fake_job* fake_state::find_job(std::string_view id)
{
    auto const found = jobs_by_id.find(std::string{id});
    return found == jobs_by_id.end() ? nullptr : found->second;
}

MAGIC_HOUR_DECL fault_rule* fake_state::find_fault(std::size_t id)
{
    auto const found =
        std::find_if(faults.begin(), faults.end(), [&](auto const& each) { return each->id == id; });
    return found == faults.end() ? nullptr : found->get();
}

MAGIC_HOUR_DECL script fake_state::script_for(request_record& request)
{
    std::lock_guard const lock{mutex_};
    if (request.origin == origin::api && request.head.method == "POST")
        for (auto const& route : create_routes())
            request.billable = request.billable || (route.billable && route.path == request.head.path());
    script chosen{};
    for (auto const& rule : faults)
    {
        if (rule->left == 0 || !rule->which(request.head))
            continue;
        if (rule->skip > 0)
        {
            --rule->skip;
            continue;
        }
        --rule->left;
        ++rule->applied;
        chosen = rule->what;
        break;
    }
    if (options.latency.count() > 0)
        chosen.delay(options.latency);
    return chosen;
}

MAGIC_HOUR_DECL std::string fake_state::status_of(fake_job const& job) const
{
    auto const& states = job.plan.statuses;
    if (states.empty())
        return "queued";
    auto const passed = clock().now() - job.created;
    auto const step = std::max(options.step, std::chrono::milliseconds{1});
    auto const index = options.step_per_poll ? job.polls : static_cast<std::size_t>(passed / step);
    return states[std::min(index, states.size() - 1)];
}

MAGIC_HOUR_DECL std::int64_t fake_state::price_of(fake_job const& job) const
{
    if (job.plan.credits)
        return *job.plan.credits;
    switch (job.kind)
    {
    case kind::image:
        return job.resource == "ai_qr_code_generator" ? 0 : 5 * static_cast<std::int64_t>(job.image_count);
    case kind::video:
        return 100;
    case kind::audio:
        return 10;
    case kind::face_detection:
        return 0;
    }
    return 0;
}

/// Files of the kind that a job makes.
MAGIC_HOUR_DECL output usual_output(kind makes, std::size_t index)
{
    auto const seed = static_cast<unsigned>(index);
    output made{};
    switch (makes)
    {
    case kind::video:
        made = {text_content(mp4_video(seed)), "mp4", "video/mp4"};
        break;
    case kind::audio:
        made = {text_content(wav_sound(250, seed)), "wav", "audio/wav"};
        break;
    case kind::image:
    case kind::face_detection:
        made = {text_content(png_image(64, 64, seed)), "png", "image/png"};
        break;
    }
    return made;
}

MAGIC_HOUR_DECL void fake_state::make_outputs(fake_job& job)
{
    auto outputs = job.plan.outputs;
    if (outputs.empty())
        for (std::size_t i = 0; i < (job.kind == kind::image ? job.image_count : 1); ++i)
            outputs.push_back(usual_output(job.kind, i));
    for (std::size_t i = 0; i < outputs.size(); ++i)
    {
        auto const number = outputs.size() > 1 ? "-" + std::to_string(i) : std::string{};
        auto const path = job.kind == kind::face_detection
                              ? "api-assets/" + job.id + "/0-" + std::to_string(i) + ".png"
                              : job.id + "/output" + number + "." + outputs[i].extension;
        files.put(path, outputs[i].content, outputs[i].content_type, clock().wall_clock());
        job.paths.push_back(path);
    }
}

/// Carries out what the state of a job that is over brings with it. Returns that state: time goes on, so that
/// a second look could find another one, whose outputs are not there yet.
MAGIC_HOUR_DECL std::string fake_state::settle(fake_job& job)
{
    auto status = status_of(job);
    bool const failed = status == "error" || status == "canceled";
    if (job.finished || (status != "complete" && !failed))
        return status;
    if (failed)
        credits += job.credits;
    else
        make_outputs(job);
    job.finished = true;
    job.deleted = job.deleted || job.plan.deleted;
    return status;
}

/// Gives back the credits of jobs that failed while nobody looked.
MAGIC_HOUR_DECL void fake_state::settle_all()
{
    for (auto const& job : jobs)
        settle(*job);
}

MAGIC_HOUR_DECL void fake_state::listen(std::function<void(job_snapshot const&)> who)
{
    for (auto const& job : jobs)
        job->reported = status_of(*job);
    listener = std::move(who);
}

MAGIC_HOUR_DECL void fake_state::delete_outputs(fake_job& job)
{
    for (auto const& path : job.paths)
        files.remove(path);
    job.deleted = true;
}

MAGIC_HOUR_DECL boost::json::object fake_state::face_details_of(fake_job const& job, std::string_view status)
{
    boost::json::array faces;
    for (auto const& path : job.paths)
    {
        boost::json::object face;
        face["path"] = path;
        face["url"] = files.sign("GET", path, clock().wall_clock(), options.download_lifetime).url;
        faces.push_back(std::move(face));
    }
    boost::json::object made;
    made["id"] = job.plan.shown_id.value_or(job.id);
    made["credits_charged"] = job.credits;
    made["status"] = status;
    made["faces"] = std::move(faces);
    return made;
}

MAGIC_HOUR_DECL std::string upper_case(std::string text)
{
    for (auto& c : text)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return text;
}

MAGIC_HOUR_DECL boost::json::object fake_state::details_of(fake_job const& job, std::string_view status)
{
    if (job.kind == kind::face_detection)
        return face_details_of(job, status);
    boost::json::object made;
    made["id"] = job.plan.shown_id.value_or(job.id);
    made["name"] = job.name;
    made["status"] = status;
    made["type"] = upper_case(job.resource);
    made["created_at"] = iso_time(job.created_at);
    made["enabled"] = !job.deleted;
    made["credits_charged"] = status == "error" ? 0 : job.credits;
    made["error"] = nullptr;
    if (status == "error" && !job.plan.error_is_null)
        made["error"] =
            boost::json::object{{"code", job.plan.error_code}, {"message", job.plan.error_message}};
    boost::json::array downloads;
    if (status == "complete" && !job.deleted)
        for (auto const& path : job.paths)
        {
            auto const link = files.sign("GET", path, clock().wall_clock(), options.download_lifetime);
            downloads.push_back(boost::json::object{{"url", link.url}, {"expires_at", link.expires_at}});
        }
    made["downloads"] = std::move(downloads);
    if (job.kind == kind::image)
        made["image_count"] = job.image_count;
    if (job.kind == kind::video)
    {
        made["width"] = 512;
        made["height"] = 960;
        made["fps"] = 30;
        made["start_seconds"] = 0;
        made["end_seconds"] = 5;
    }
    return made;
}

MAGIC_HOUR_DECL job_snapshot fake_state::snapshot(fake_job& job)
{
    return snapshot(job, settle(job));
}

MAGIC_HOUR_DECL job_snapshot fake_state::snapshot(fake_job const& job, std::string status)
{
    job_snapshot made{};
    made.details_json = boost::json::serialize(details_of(job, status));
    made.status = std::move(status);
    made.id = job.id;
    made.kind = job.kind;
    made.resource = job.resource;
    made.name = job.name;
    made.credits_charged = job.credits;
    made.deleted = job.deleted;
    made.request_json = job.request;
    return made;
}

/// The jobs whose state the listener does not know yet.
MAGIC_HOUR_DECL std::vector<job_snapshot> fake_state::take_changes()
{
    std::vector<job_snapshot> changed;
    for (auto const& job : jobs)
    {
        auto const status = settle(*job);
        if (status == job->reported)
            continue;
        job->reported = status;
        changed.push_back(snapshot(*job, status));
    }
    return changed;
}

MAGIC_HOUR_DECL void fake_state::tick()
{
    std::vector<job_snapshot> changed;
    std::function<void(job_snapshot const&)> tell;
    {
        std::lock_guard const lock{mutex_};
        if (!listener)
            return;
        changed = take_changes();
        tell = listener;
    }
    for (auto const& each : changed)
        tell(each);
}

MAGIC_HOUR_DECL answer fake_state::respond_api(request_record& request, std::string const& body)
{
    answer made{};
    {
        std::lock_guard const lock{mutex_};
        made = route(request, body);
    }
    tick();
    return made;
}

MAGIC_HOUR_DECL answer fake_state::respond_storage(request_record& request, std::string const& body)
{
    std::lock_guard const lock{mutex_};
    return files.respond(request, body, clock().wall_clock());
}

} // namespace magic_hour::testing::detail
