#pragma once

#include <magic_hour/jobs/generate.hpp>
#include <magic_hour/resource.hpp>
#include <magic_hour/resources.hpp>
#include <magic_hour/session.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <utility>

namespace magic_hour
{

/// The Magic Hour API: `client.v1.<resource>.<verb>`. A cheap handle on what all its copies share; copying,
/// moving and destroying one is safe while work is in flight, and so is destroying the io_context.
///
/// Work runs on strands of the executor that the client was made with; results come back on the executor of
/// whoever awaits them. When the last copy and the last operation are gone, connections are closed.
///
/// Thread safety: distinct and shared handles may be used from any thread.
class client : public session
{
public:
    /// Throws `error` (invalid_argument, file) when an option cannot be used.
    explicit client(asio::any_io_executor executor, client_options options = client_options())
        : client(session{std::move(executor), std::move(options)})
    {
    }

    template <class Context>
        requires requires(Context& context) { asio::any_io_executor{context.get_executor()}; }
    explicit client(Context& context, client_options options = client_options())
        : client(session{context, std::move(options)})
    {
    }

    /// The resources of a session that exists already.
    MAGIC_HOUR_DECL explicit client(session in);

    client(client const&) = default;
    client& operator=(client const& other)
    {
        if (this != &other)
        {
            std::destroy_at(this);
            std::construct_at(this, other);
        }
        return *this;
    }
    ~client() = default;

    /// Opens a finished file for reading piece by piece. Of a project also its URL is renewed when it
    /// expires. Throws `error`. Cancellation: terminal.
    [[nodiscard]] asio::awaitable<download_stream> download(download_link link) const
    {
        return jobs::start_download(share(), std::move(link));
    }
    template <class Project>
        requires requires(Project const& p) { p.downloads; }
    [[nodiscard]] asio::awaitable<download_stream>
    download(Project const& project, std::size_t number = 0) const
    {
        return jobs::start_download(share(), jobs::outputs_of(project), number);
    }
    /// Saves the outputs of a finished project as the options say; a path alone is a directory. Throws
    /// `error` when one of them cannot be had, unless the options allow it. Cancellation: terminal.
    template <class Project>
        requires requires(Project const& p) { p.downloads; }
    [[nodiscard]] asio::awaitable<std::vector<saved_file>>
    save(Project const& project, generate_options options) const
    {
        return detail::or_throw(jobs::save_job(share(), jobs::outputs_of(project), std::move(options)));
    }

private:
    std::shared_ptr<v1_resources const> resources_;

public:
    v1_resources const& v1;
};

} // namespace magic_hour

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/impl/client.ipp>
#endif
