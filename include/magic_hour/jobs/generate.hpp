#pragma once

#include <magic_hour/detail/call.hpp>
#include <magic_hour/error.hpp>
#include <magic_hour/jobs/download.hpp>
#include <magic_hour/jobs/job_poller.hpp>
#include <magic_hour/jobs/job_run.hpp>
#include <magic_hour/jobs/options.hpp>
#include <magic_hour/json/decode.hpp>
#include <magic_hour/json/validate.hpp>
#include <magic_hour/model/asset_walk.hpp>
#include <magic_hour/model/faces.hpp>
#include <magic_hour/model/project.hpp>
#include <magic_hour/resource_base.hpp>

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace magic_hour
{

/// A finished job: its details, and what was saved of it. When nobody waited only `id` is set.
template <class Project>
struct generated : Project
{
    std::vector<saved_file> files{}; ///< one entry an output, in their order, if outputs were to be saved
};

namespace jobs
{

/// The details that a kind of job has.
template <magic_hour::kind Kind>
struct details_of;
template <>
struct details_of<kind::image>
{
    using type = image_project;
};
template <>
struct details_of<kind::video>
{
    using type = video_project;
};
template <>
struct details_of<kind::audio>
{
    using type = audio_project;
};
template <>
struct details_of<kind::face_detection>
{
    using type = detected_faces;
};

template <class Project>
inline constexpr kind kind_of_details = kind::face_detection;
template <>
inline constexpr kind kind_of_details<image_project> = kind::image;
template <>
inline constexpr kind kind_of_details<video_project> = kind::video;
template <>
inline constexpr kind kind_of_details<audio_project> = kind::audio;
template <class Project>
inline constexpr kind kind_of_details<generated<Project>> = kind_of_details<Project>;

/// What there is to download of a project.
template <class Project>
[[nodiscard]] output_list outputs_of(Project const& project)
{
    output_list outputs;
    outputs.project_id = project.id;
    outputs.kind = kind_of_details<Project>;
    outputs.links = project.downloads;
    return outputs;
}

/// The kind of job that a declaration makes or tells about.
template <class Declaration>
[[nodiscard]] constexpr kind kind_of_job() noexcept
{
    if constexpr (requires { Declaration::kind_of; })
        return Declaration::kind_of;
    else
        return *Declaration::create.makes;
}

/// The asset fields of a request, in the order of its declaration.
template <class Request>
[[nodiscard]] std::vector<asset_slot> slots_of(Request const& request)
{
    std::vector<asset_slot> slots;
    for_each_asset(
        request,
        [&](asset const& value, std::string const& path, accepted_media const& accepted, bool upload_allowed)
        {
            asset_slot slot;
            slot.json_path = path;
            slot.value = value;
            if (upload_allowed)
                slot.accepted.assign(accepted.begin(), accepted.end());
            slots.push_back(std::move(slot));
        });
    return slots;
}

/// Puts the stored paths where the local files were.
template <class Request>
void put_stored_paths(Request& request, std::vector<std::string> const& stored)
{
    std::size_t next = 0;
    for_each_asset(
        request,
        [&](asset& value, auto const&...)
        {
            auto const& path = stored[next++];
            if (!path.empty())
                value = asset::stored(path);
        });
}

/// What a job needs to know of an endpoint: everything that has a type is behind `encode`. The request is
/// copied: nothing refers to the caller's afterwards, and the caller's is never changed.
template <class Declaration>
[[nodiscard]] job_description
describe_job(typename Declaration::request const& request, call_options const& options)
{
    job_description what;
    what.resource = Declaration::resource;
    what.create = Declaration::create;
    what.call = options;
    what.slots = slots_of(request);
    what.encode = [copy = request, validate = options.validate](
                      magic_hour::detail::core const& shared, std::vector<std::string> const& stored)
    {
        auto resolved = copy;
        put_stored_paths(resolved, stored);
        return magic_hour::detail::encode_create<Declaration>(shared, resolved, validate);
    };
    return what;
}

/// An outcome with its details as their own type.
template <class Project>
[[nodiscard]] result<generated<Project>> typed_outcome(job_outcome outcome, kind makes)
{
    generated<Project> made;
    if (outcome.body.empty())
        made.id = std::move(outcome.id);
    else
    {
        auto details = json::decode<Project>(outcome.body);
        if (!details)
            return about_job(details.error(), outcome.id, makes, {});
        static_cast<Project&>(made) = *std::move(details);
    }
    made.files = std::move(outcome.files);
    return made;
}

template <class Project>
[[nodiscard]] result<generated<Project>> typed_outcome_of(job_run& run, kind makes)
{
    auto outcome = take_outcome(run);
    if (!outcome)
        return outcome.error();
    return typed_outcome<Project>(*std::move(outcome), makes);
}

/// Carries a job out. Nothing is kept in the frames but the job: many of these sleep at a time.
template <class Project>
struct typed_run
{
    static asio::awaitable<result<generated<Project>>> start(std::shared_ptr<job_run> run, kind makes);
    /// The same, but it throws.
    static asio::awaitable<generated<Project>> start_or_throw(std::shared_ptr<job_run> run, kind makes);
};

template <class Project>
asio::awaitable<result<generated<Project>>>
typed_run<Project>::start(std::shared_ptr<job_run> run, kind makes)
{
    if (!is_refused(*run))
        run = co_await execute(std::move(run));
    co_return typed_outcome_of<Project>(*run, makes);
}

template <class Project>
asio::awaitable<generated<Project>>
typed_run<Project>::start_or_throw(std::shared_ptr<job_run> run, kind makes)
{
    if (!is_refused(*run))
        run = co_await execute(std::move(run));
    co_return typed_outcome_of<Project>(*run, makes).value();
}

#ifdef MAGIC_HOUR_SEPARATE_COMPILATION
extern template struct typed_run<image_project>;
extern template struct typed_run<video_project>;
extern template struct typed_run<audio_project>;
extern template struct typed_run<detected_faces>;
#endif

} // namespace jobs

namespace detail
{

/// The whole way: upload, create, wait, save.
template <class Resource, class Declaration>
class can_generate : public verb_base<Resource, can_generate<Resource, Declaration>>
{
    static constexpr kind makes = *Declaration::create.makes;
    using details = typename jobs::details_of<makes>::type;

public:
    using generate_request = typename Declaration::request;
    using generate_result = generated<details>;

    /// Uploads the request's local files, creates the job, waits for it, and saves its outputs where the
    /// options say; a path alone is a directory. The caller's request is copied and never changed.
    ///
    /// Everything that can be checked is checked before anything is sent: the request's rules, the files, the
    /// options, the directory. Throws `error`: `validation`, `file` or `invalid_argument` then; as `create`;
    /// `job_failed`, `job_canceled`, `job_deleted`; `gave_up` at the end of waiting, with the job going on.
    /// All that happens after the create carries the job's id: `attach` continues from there. Cancellation:
    /// terminal; the job, once made, goes on. Complete files stay, and nothing half-written.
    [[nodiscard]] asio::awaitable<generate_result>
    generate(arg<generate_request> what, generate_options const& options = generate_options()) const
    {
        return jobs::typed_run<details>::start_or_throw(new_job(what, options), makes);
    }
    /// The same without exceptions, but for those of the caller's own callbacks.
    [[nodiscard]] asio::awaitable<result<generate_result>> generate(
        arg<generate_request> what, as_result_t, generate_options const& options = generate_options()) const
    {
        return jobs::typed_run<details>::start(new_job(what, options), makes);
    }
    /// The same for any completion token; ends with a `result<generate_result>`.
    template <token_for<generate_result> Token>
    auto generate(generate_request const& what, Token&& token) const
    {
        return this->deliver(
            jobs::typed_run<details>::start(new_job(what, generate_options()), makes),
            std::forward<Token>(token));
    }
    template <token_for<generate_result> Token>
    auto generate(generate_request const& what, generate_options const& options, Token&& token) const
    {
        return this->deliver(
            jobs::typed_run<details>::start(new_job(what, options), makes), std::forward<Token>(token));
    }

    /// For this library's own parts: what `generate` carries out.
    [[nodiscard]] std::shared_ptr<jobs::job_run>
    new_job(generate_request const& what, generate_options const& options) const
    {
        auto const call = options.settings().call;
        if (call.validate && this->shared().options().validate)
            if (auto broken = json::validate(what))
                return jobs::refused_job(validation_error(*std::move(broken), Declaration::resource));
        auto description = jobs::describe_job<Declaration>(what, call);
        return jobs::new_job(this->share(), std::move(description), options);
    }
};

/// Going on with a job that exists, after a crash or a lost wait.
template <class Resource, class Declaration>
class can_attach : public verb_base<Resource, can_attach<Resource, Declaration>>
{
    static constexpr kind job_kind = jobs::kind_of_job<Declaration>();
    using details = typename jobs::details_of<job_kind>::type;

public:
    using attach_result = generated<details>;

    /// Waits for the job `id` and saves its outputs, as `generate` does after its create; throws the same.
    [[nodiscard]] asio::awaitable<attach_result>
    attach(std::string_view id, generate_options const& options = generate_options()) const
    {
        return jobs::typed_run<details>::start_or_throw(known_job(id, options), job_kind);
    }
    /// The same without exceptions, but for those of the caller's own callbacks.
    [[nodiscard]] asio::awaitable<result<attach_result>>
    attach(std::string_view id, as_result_t, generate_options const& options = generate_options()) const
    {
        return jobs::typed_run<details>::start(known_job(id, options), job_kind);
    }
    /// The same for any completion token; ends with a `result<attach_result>`.
    template <token_for<attach_result> Token>
    auto attach(std::string_view id, generate_options const& options, Token&& token) const
    {
        return this->deliver(
            jobs::typed_run<details>::start(known_job(id, options), job_kind), std::forward<Token>(token));
    }

private:
    [[nodiscard]] std::shared_ptr<jobs::job_run>
    known_job(std::string_view id, generate_options const& options) const
    {
        return jobs::known_job(this->share(), job_kind, std::string{id}, options);
    }
};

} // namespace detail
} // namespace magic_hour
