#include "failure.hpp"

namespace cli
{

using magic_hour::errc;

namespace
{

bool is_client_status(int status) noexcept
{
    return status >= 400 && status < 500;
}

/// What can be wrong with what the user wrote is only wrong before anything was sent.
exit_status before_or_after_sending(magic_hour::error const& why)
{
    bool const sent =
        why->attempts > 0 || !why->project_id.empty() || why->phase == magic_hour::phase::upload;
    return sent ? exit_status::network : exit_status::usage;
}

std::string command_for(std::string_view verb, failure const& of)
{
    return "mh " + std::string{resource_of_kind(of.kind)} + ' ' + std::string{verb} + ' ' + of.id;
}

std::string advice_about_job(magic_hour::error const& why, failure const& of)
{
    switch (why.code())
    {
    case errc::job_failed:
    case errc::job_canceled:
    case errc::job_deleted:
    case errc::not_found:
        return {};
    case errc::gave_up:
        return "resume with: " + command_for("wait", of);
    default:
        return "resume with: " + command_for("download", of);
    }
}

std::string advice(magic_hour::error const& why, failure const& of, bool awaited)
{
    switch (why.code())
    {
    case errc::outcome_unknown:
        if (of.name.empty())
            return "a job may exist; look into the web library before trying again";
        return "a job may exist; look for the name " + of.name + " in the web library before trying again";
    case errc::authentication:
        return "check MAGIC_HOUR_API_KEY";
    case errc::payment_required:
        return "see what is left with: mh account";
    case errc::rate_limited:
        return "try again later";
    case errc::tls:
        return "if the server has a certificate authority of its own, name it with --ca-file";
    default:
        break;
    }
    if (awaited && !of.id.empty() && !of.kind.empty())
        return advice_about_job(why, of);
    switch (why.code())
    {
    case errc::resolve:
    case errc::connect:
    case errc::timeout:
    case errc::connection:
    case errc::server:
        return "try again";
    default:
        return {};
    }
}

} // namespace

std::string_view resource_of_kind(std::string_view kind)
{
    if (kind == "video")
        return "video-projects";
    if (kind == "audio")
        return "audio-projects";
    return kind == "face_detection" ? "face-detection" : "image-projects";
}

failure usage_failure(std::string message)
{
    failure out{exit_status::usage, std::move(message)};
    out.code = "usage";
    return out;
}

exit_status status_for(magic_hour::error const& why)
{
    switch (why.code())
    {
    case errc::job_failed:
    case errc::job_canceled:
    case errc::job_deleted:
        return exit_status::job_failed;
    case errc::validation:
        return exit_status::usage;
    case errc::invalid_argument:
    case errc::policy:
        return before_or_after_sending(why);
    case errc::file:
        return exit_status::file;
    case errc::outcome_unknown:
        return exit_status::unknown;
    case errc::gave_up:
        return exit_status::gave_up;
    case errc::canceled:
        return exit_status::interrupted;
    case errc::invalid_request:
    case errc::authentication:
    case errc::payment_required:
    case errc::permission_denied:
    case errc::not_found:
    case errc::rate_limited:
        return exit_status::refused;
    default:
        return is_client_status(why->http_status) ? exit_status::refused : exit_status::network;
    }
}

failure failure_from(magic_hour::error const& why, bool awaited)
{
    failure out{status_for(why), why.what()};
    out.code = magic_hour::make_error_code(why.code()).message();
    out.id = why->project_id;
    out.kind = why->project_kind;
    out.name = why->correlation_name;
    if (auto const hint = advice(why, out, awaited); !hint.empty())
        out.message += "; " + hint;
    return out;
}

} // namespace cli
