#pragma once

#include "support/fd_guard.hpp"
#include "support/manual_clock.hpp"
#include "support/run.hpp"
#include "support/script_server.hpp"
#include "support/secrets_guard.hpp"

#include <magic_hour/resource.hpp>
#include <magic_hour/session.hpp>
#include <magic_hour/v1/account.hpp>
#include <magic_hour/v1/ai_image_generator.hpp>
#include <magic_hour/v1/image_projects.hpp>

#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>

namespace client_test
{

namespace asio = boost::asio;
namespace mh = magic_hour;
namespace steps = support::steps;
using support::answer;
using support::json_answer;
using support::script;

inline std::string const key = "mhk_live_Zq7Xw2Vb9Tn4Rk8Lp3";

/// Answers every request of a connection alike.
inline script always(std::string response)
{
    return {steps::forever({steps::expect_request(), steps::send(std::move(response))})};
}

/// Answers one request and closes the connection.
inline script once(std::string response)
{
    return {steps::expect_request(), steps::send(std::move(response)), steps::close()};
}

/// A client of one scripted server, on a clock that stands still.
struct fixture
{
    asio::io_context io{1};
    support::script_server server{};
    std::shared_ptr<support::manual_clock> clock = std::make_shared<support::manual_clock>();
    mh::client_options options = make_options();

    [[nodiscard]] mh::client_options make_options() const
    {
        mh::client_options out;
        out.api_key = key;
        out.base_url = server.base_url();
        out.tls.ca_pem = server.ca_pem();
        out.clock = clock;
        out.random = [] { return 0.5; };
        out.name_jobs = false;
        return out;
    }

    [[nodiscard]] mh::session session() { return mh::session{io, options}; }

    /// Runs an operation to its end; pauses pass in no time.
    template <class T>
    T run(asio::awaitable<T> what, support::auto_advance_options how = {})
    {
        return support::run(io, *clock, std::move(what), how);
    }

    mh::result<mh::created_image> create(mh::call_options how = {})
    {
        mh::ai_image_generator::request const request = picture();
        return run(mh::resource<mh::ai_image_generator>{session()}.create(request, mh::as_result, how));
    }

    mh::result<mh::image_project> get(std::string_view id = "job-1")
    {
        return run(mh::resource<mh::image_projects>{session()}.get(id, mh::as_result));
    }

    mh::result<void> remove(std::string_view id = "job-1")
    {
        return run(mh::resource<mh::image_projects>{session()}.delete_(id, mh::as_result));
    }

    [[nodiscard]] static mh::ai_image_generator::request picture()
    {
        return mh::ai_image_generator::request{.style = {.prompt = "a lighthouse"}, .image_count = 1};
    }
};

inline std::string const created = R"({"id":"job-1","credits_charged":5})";
inline std::string const project = R"({"id":"job-1","status":"complete","downloads":[]})";

/// Whether there is a value; says why not.
template <class T>
bool ok(mh::result<T> const& outcome)
{
    if (!outcome)
        MESSAGE(std::string{outcome.error().what()});
    return outcome.has_value();
}

/// What a user could print of an error.
inline std::string everything(mh::error const& e)
{
    return std::string{e.what()} + '\n' + e->message + '\n' + e->api_message + '\n' + e->body_excerpt + '\n' +
           e->path + '\n' + e->host + '\n' + e->request_id + '\n' + e->project_id;
}

} // namespace client_test
