#pragma once

#include <magic_hour/resource.hpp>
#include <magic_hour/session.hpp>
#include <magic_hour/resources.hpp>

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
    explicit client(asio::any_io_executor executor, client_options options = client_options()) :
        client(session{std::move(executor), std::move(options)})
    {
    }

    template <class Context>
        requires requires(Context& context) { asio::any_io_executor{context.get_executor()}; }
    explicit client(Context& context, client_options options = client_options()) :
        client(session{context, std::move(options)})
    {
    }

    explicit client(session in) :
        session(std::move(in)), resources_(std::make_shared<v1_resources const>(*share())), v1(*resources_)
    {
    }

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

private:
    std::shared_ptr<v1_resources const> resources_;

public:
    v1_resources const& v1;
};

} // namespace magic_hour
