#pragma once

#include "server_process.hpp"

#include <magic_hour/resource.hpp>
#include <magic_hour/session.hpp>
#include <magic_hour/sync_wait.hpp>
#include <magic_hour/v1/image_projects.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <cstdlib>
#include <exception>
#include <string>
#include <thread>
#include <vector>

namespace bench
{

namespace mh = magic_hour;

inline constexpr std::string_view project_id = "cm2xk1v9q0000abcd1234efgh";

/// Options of a client that talks to the benchmark server, all else as by default.
inline mh::client_options
options_for(server_process const& server, std::size_t connections = 16, bool single_threaded = true)
{
    mh::client_options options;
    options.api_key = "key";
    options.base_url = server.url();
    options.allow_plain_http = options.base_url.starts_with("http:");
    if (!options.allow_plain_http)
        options.tls.ca_pem = server.ca_pem();
    options.pool.max_connections = connections;
    options.single_threaded = single_threaded; // as the loops by hand assume of themselves
    return options;
}

/// Ends the program when an operation failed: a benchmark of failures is worth nothing.
inline void abort_on_failure(std::exception_ptr failure)
{
    if (failure)
        std::rethrow_exception(failure);
}

/// Our whole path: client, strand, pool, deadlines, retry bookkeeping, JSON into a struct.
class typed_gets
{
public:
    typed_gets(server_process const& server, std::size_t connections, bool single_threaded = true)
        : session_{io_, options_for(server, connections, single_threaded)}
    {
    }

    /// `count` exchanges in sequence by each of `parallel` coroutines; connections stay open between calls.
    void run(int parallel, int count)
    {
        for (int i = 0; i < parallel; ++i)
            boost::asio::co_spawn(io_, gets(count), abort_on_failure);
        io_.restart();
        io_.run();
    }

private:
    boost::asio::awaitable<void> gets(int count)
    {
        for (int i = 0; i < count; ++i)
        {
            auto const project = co_await projects_.get(project_id);
            if (project.downloads.size() != 1)
                std::abort();
        }
    }

    boost::asio::io_context io_{1};
    mh::session session_;
    mh::resource<mh::image_projects> projects_{session_};
};

/// The same by several threads that share one client: each coroutine on a strand.
class shared_by_threads
{
public:
    shared_by_threads(server_process const& server, std::size_t connections)
        : session_{io_, options_for(server, connections, false)}
    {
    }

    void run(int threads, int parallel, int count)
    {
        for (int i = 0; i < parallel; ++i)
            boost::asio::co_spawn(boost::asio::make_strand(io_), gets(count), abort_on_failure);
        io_.restart();
        std::vector<std::jthread> others;
        for (int i = 1; i < threads; ++i)
            others.emplace_back([this] { io_.run(); });
        io_.run();
    }

private:
    boost::asio::awaitable<void> gets(int count)
    {
        for (int i = 0; i < count; ++i)
            co_await projects_.get(project_id);
    }

    boost::asio::io_context io_{};
    mh::session session_;
    mh::resource<mh::image_projects> projects_{session_};
};

} // namespace bench
