#pragma once

#include "fixture.hpp"

#include "support/sweep.hpp"

#include <magic_hour/client.hpp>
#include <magic_hour/files_resource.hpp>

#include <thread>

namespace jobs_test
{

/// Each of these is one operation with everything in it, on an io_context of the caller, and throws what went
/// wrong.
inline asio::awaitable<void>
generate_once(mh::client_options options, std::filesystem::path dir, std::shared_ptr<std::string> id)
{
    auto const executor = co_await asio::this_coro::executor;
    mh::session const session{asio::any_io_executor{executor}, options};
    mh::resource<mh::ai_image_editor> const editor{session};
    auto const request = fixture::edit({dir / "in.png"});
    mh::generate_options how{dir / "out"};
    how.collision(mh::on_collision::overwrite);
    how.on_created([id](mh::job_status const& job) { *id = job.id; });
    auto const made = co_await editor.generate(request, mh::as_result, how);
    if (!made)
        throw made.error();
}

inline asio::awaitable<void>
upload_once(mh::client_options options, std::filesystem::path file, std::shared_ptr<std::string> stored_as)
{
    auto const executor = co_await asio::this_coro::executor;
    mh::session const session{asio::any_io_executor{executor}, options};
    mh::files_resource const files{session};
    auto const stored = co_await files.upload_file(file, mh::as_result);
    if (!stored)
        throw stored.error();
    *stored_as = *stored;
}

inline asio::awaitable<void> wait_once(mh::client_options options, std::string id)
{
    auto const executor = co_await asio::this_coro::executor;
    mh::session const session{asio::any_io_executor{executor}, options};
    auto poller = mh::resource<mh::image_projects>{session}.poll(id);
    auto const ended = co_await poller.result(mh::as_result);
    if (!ended)
        throw ended.error();
}

/// Reads the first output piece by piece into `text`.
inline asio::awaitable<void>
read_once(mh::client_options options, mh::image_project project, std::shared_ptr<std::string> text)
{
    auto const executor = co_await asio::this_coro::executor;
    mh::client const client{mh::session{asio::any_io_executor{executor}, options}};
    auto stream = co_await client.download(project);
    for (;;)
    {
        auto const chunk = co_await stream.next(mh::as_result);
        if (!chunk)
            throw chunk.error();
        if (!*chunk)
            co_return;
        text->append(static_cast<char const*>((*chunk)->data()), (*chunk)->size());
    }
}

inline asio::awaitable<void>
save_once(mh::client_options options, mh::image_project project, std::filesystem::path dir)
{
    auto const executor = co_await asio::this_coro::executor;
    mh::client const client{mh::session{asio::any_io_executor{executor}, options}};
    mh::generate_options const how{dir};
    auto const files = co_await client.save(project, how);
    for (auto const& file : files)
        if (file.failure)
            throw *file.failure;
}

/// What such an operation threw. One that never began ends with a plain operation_aborted.
inline mh::error thrown(std::exception_ptr const& failure)
{
    try
    {
        std::rethrow_exception(failure);
    }
    catch (mh::error const& e)
    {
        return e;
    }
    catch (boost::system::system_error const& e)
    {
        CHECK(e.code() == asio::error::operation_aborted);
        return mh::error{mh::errc::canceled, "canceled"};
    }
}

inline bool by_the_library(std::exception_ptr const& failure)
{
    try
    {
        std::rethrow_exception(failure);
    }
    catch (mh::error const&)
    {
        return true;
    }
    catch (std::exception const&)
    {
        return false;
    }
}

inline bool has_leftovers(std::filesystem::path const& dir)
{
    if (!std::filesystem::exists(dir))
        return false;
    for (auto const& entry : std::filesystem::directory_iterator{dir})
        if (entry.path().extension() == ".part")
            return true;
    return false;
}

/// Breaks all connections of the fake and returns once they are broken.
inline void cut_connections(mh::testing::fake_server& fake)
{
    fake.reset_connections();
    auto const until = std::chrono::steady_clock::now() + 1s;
    while (fake.ledger().open_connections() > 0 && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(200us);
}

} // namespace jobs_test
