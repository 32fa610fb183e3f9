#pragma once

#include <magic_hour/testing/detail/fake_state.hpp>
#include <magic_hour/testing/fake_server.hpp>
#include <magic_hour/testing/impl/fake_api.ipp>
#include <magic_hour/testing/impl/fake_state.ipp>
#include <magic_hour/testing/impl/routes.ipp>
#include <magic_hour/testing/impl/storage.ipp>
#include <magic_hour/testing/server.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <fstream>
#include <thread>

namespace magic_hour::testing
{

namespace detail
{

/// Looks at the clock again and again, so that jobs move on while nobody asks.
struct heartbeat
{
    heartbeat(asio::any_io_executor executor, std::shared_ptr<fake_state> s)
        : timer(asio::make_strand(std::move(executor))), state(std::move(s))
    {
    }

    static asio::awaitable<void> run(std::shared_ptr<heartbeat> self)
    {
        boost::system::error_code problem;
        while (!self->stopped)
        {
            self->timer.expires_after(std::chrono::milliseconds{5});
            co_await self->timer.async_wait(asio::redirect_error(asio::use_awaitable, problem));
            if (!self->stopped)
                self->state->tick();
        }
    }

    asio::steady_timer timer;
    std::shared_ptr<fake_state> state;
    std::atomic<bool> stopped = false;
};

/// Appends lines of JSON to a file.
MAGIC_HOUR_DECL void write_ledger(testing::ledger& book, std::string const& file)
{
    auto const out = std::make_shared<std::ofstream>(file, std::ios::app);
    if (!*out)
        throw boost::system::system_error(
            make_error_code(boost::system::errc::io_error), "the ledger file cannot be written");
    auto const guard = std::make_shared<std::mutex>();
    book.on_request(
        [out, guard](request_record const& request)
        {
            std::lock_guard const lock{*guard};
            *out << to_json_line(request) << std::endl;
        });
}

} // namespace detail

struct fake_server::implementation
{
    implementation(std::unique_ptr<asio::io_context> own, asio::any_io_executor on, fake_options options)
        : io(std::move(own)),
          executor(std::move(on)),
          state(std::make_shared<detail::fake_state>(std::move(options))),
          certificates("magic_hour fake CA")
    {
        auto const& set = state->options;
        if (!set.ledger_file.empty())
            detail::write_ledger(*state->book, set.ledger_file);
        auto const pair = certificates.issue(set.certificate);
        api = start(origin::api, set.port, pair);
        storage = start(origin::storage, set.storage_port, pair);
        api_port = api->port();
        storage_port = storage->port();
        state->files.base_url = url(storage_port);
        if (io)
            thread = std::thread{[this] { io->run(); }};
    }

    std::unique_ptr<https_server> start(origin what, std::uint16_t port, certificate const& pair)
    {
        server_settings settings{};
        settings.origin = what;
        settings.address = state->options.address;
        settings.port = port;
        settings.plain = state->options.plain;
        settings.certificate = pair;
        settings.ledger_body = state->options.ledger_body;
        server_handlers handlers{};
        handlers.script_for = [s = state](request_record& request) { return s->script_for(request); };
        if (what == origin::api)
            handlers.respond = [s = state](request_record& request, std::string const& body)
            { return s->respond_api(request, body); };
        else
            handlers.respond = [s = state](request_record& request, std::string const& body)
            { return s->respond_storage(request, body); };
        return std::make_unique<https_server>(
            executor, std::move(settings), std::move(handlers), state->book);
    }

    [[nodiscard]] std::string url(std::uint16_t port) const
    {
        return (state->options.plain ? "http://" : "https://") + state->options.host + ":" +
               std::to_string(port);
    }

    void listen_to_time()
    {
        if (beat)
            return;
        beat = std::make_shared<detail::heartbeat>(executor, state);
        asio::co_spawn(beat->timer.get_executor(), detail::heartbeat::run(beat), asio::detached);
    }

    void stop()
    {
        if (beat)
        {
            beat->stopped = true;
            asio::post(beat->timer.get_executor(), [b = beat] { b->timer.cancel(); });
        }
        if (io)
            io->stop();
        if (thread.joinable())
            thread.join();
        api.reset();
        storage.reset();
        if (io)
        {
            // What the servers just posted closes their sockets.
            io->restart();
            io->poll();
        }
        beat.reset();
    }

    std::unique_ptr<asio::io_context> io;
    asio::any_io_executor executor;
    std::shared_ptr<detail::fake_state> state;
    certificate_authority certificates;
    std::unique_ptr<https_server> api{};
    std::unique_ptr<https_server> storage{};
    std::uint16_t api_port = 0;
    std::uint16_t storage_port = 0;
    std::shared_ptr<detail::heartbeat> beat{};
    std::thread thread{};
};

MAGIC_HOUR_DECL fake_server::fake_server(fake_options options)
{
    auto own = std::make_unique<asio::io_context>(1);
    auto const executor = own->get_executor();
    impl_ = std::make_unique<implementation>(std::move(own), executor, std::move(options));
}

MAGIC_HOUR_DECL fake_server::fake_server() : fake_server(fake_options{}) {}

MAGIC_HOUR_DECL fake_server::fake_server(asio::any_io_executor executor, fake_options options)
    : impl_(std::make_unique<implementation>(nullptr, std::move(executor), std::move(options)))
{
}

MAGIC_HOUR_DECL fake_server::~fake_server()
{
    stop();
}

MAGIC_HOUR_DECL std::string fake_server::base_url() const
{
    return impl_->url(impl_->api_port);
}
MAGIC_HOUR_DECL std::string fake_server::storage_url() const
{
    return impl_->url(impl_->storage_port);
}
MAGIC_HOUR_DECL std::uint16_t fake_server::port() const noexcept
{
    return impl_->api_port;
}
MAGIC_HOUR_DECL std::uint16_t fake_server::storage_port() const noexcept
{
    return impl_->storage_port;
}
MAGIC_HOUR_DECL std::string const& fake_server::ca_pem() const noexcept
{
    return impl_->certificates.ca_pem();
}
MAGIC_HOUR_DECL std::string fake_server::api_key() const
{
    return impl_->state->options.api_key;
}
MAGIC_HOUR_DECL testing::ledger& fake_server::ledger() noexcept
{
    return *impl_->state->book;
}

MAGIC_HOUR_DECL fault fake_server::on(matcher which)
{
    return set_fault(std::move(which), script{});
}

MAGIC_HOUR_DECL fault fake_server::set_fault(matcher which, script what, std::size_t times)
{
    auto const id = impl_->state->locked(
        [&](detail::fake_state& s)
        {
            auto rule = std::make_unique<detail::fault_rule>(detail::fault_rule{0, std::move(which)});
            rule->id = s.next_fault++;
            rule->what = std::move(what);
            rule->left = times;
            s.faults.push_back(std::move(rule));
            return s.next_fault - 1;
        });
    return fault{impl_->state, id};
}

MAGIC_HOUR_DECL void fake_server::clear_faults()
{
    impl_->state->locked([](detail::fake_state& s) { s.faults.clear(); });
}

MAGIC_HOUR_DECL void fake_server::plan_next(job_plan plan)
{
    impl_->state->locked([&](detail::fake_state& s) { s.plans.push_back(std::move(plan)); });
}

MAGIC_HOUR_DECL void fake_server::plan_all(job_plan plan)
{
    impl_->state->locked([&](detail::fake_state& s) { s.usual_plan = std::move(plan); });
}

MAGIC_HOUR_DECL std::vector<job_snapshot> fake_server::jobs() const
{
    return impl_->state->locked(
        [](detail::fake_state& s)
        {
            std::vector<job_snapshot> all;
            for (auto const& job : s.jobs)
                all.push_back(s.snapshot(*job));
            return all;
        });
}

MAGIC_HOUR_DECL std::optional<job_snapshot> fake_server::job(std::string_view id) const
{
    return impl_->state->locked(
        [&](detail::fake_state& s)
        {
            auto* const job = s.find_job(id);
            return job ? std::optional{s.snapshot(*job)} : std::nullopt;
        });
}

MAGIC_HOUR_DECL bool fake_server::set_status(std::string_view id, std::string status)
{
    bool const found = impl_->state->locked(
        [&](detail::fake_state& s)
        {
            auto* const job = s.find_job(id);
            if (job)
            {
                job->plan.statuses = {std::move(status)};
                s.settle(*job);
            }
            return job != nullptr;
        });
    return found;
}

MAGIC_HOUR_DECL bool fake_server::replace_output(std::string_view id, std::size_t index, content_ptr content)
{
    return impl_->state->locked(
        [&](detail::fake_state& s)
        {
            auto* const job = s.find_job(id);
            if (!job || index >= job->paths.size())
                return false;
            s.files.put(
                job->paths[index], std::move(content), "application/octet-stream",
                s.options.clock->wall_clock());
            return true;
        });
}

MAGIC_HOUR_DECL bool fake_server::remove_job(std::string_view id)
{
    return impl_->state->locked(
        [&](detail::fake_state& s)
        {
            auto* const job = s.find_job(id);
            if (job)
                s.delete_outputs(*job);
            return job != nullptr;
        });
}

MAGIC_HOUR_DECL void fake_server::on_state_change(std::function<void(job_snapshot const&)> listener)
{
    impl_->state->locked([&](detail::fake_state& s) { s.listen(std::move(listener)); });
    impl_->listen_to_time();
}

MAGIC_HOUR_DECL void fake_server::expire_urls()
{
    impl_->state->locked([](detail::fake_state& s) { s.files.expire_all(); });
}

MAGIC_HOUR_DECL std::vector<stored_file> fake_server::uploads() const
{
    return impl_->state->locked(
        [](detail::fake_state& s)
        {
            std::vector<stored_file> all;
            for (auto const& [path, file] : s.files.uploads())
                if (file.puts > 0)
                    all.push_back(file);
            return all;
        });
}

MAGIC_HOUR_DECL std::optional<stored_file> fake_server::upload(std::string_view path) const
{
    for (auto& file : uploads())
        if (file.path == path)
            return std::move(file);
    return std::nullopt;
}

MAGIC_HOUR_DECL std::int64_t fake_server::credits() const
{
    return impl_->state->locked(
        [](detail::fake_state& s)
        {
            s.settle_all();
            return s.credits;
        });
}

MAGIC_HOUR_DECL void fake_server::set_credits(std::int64_t credits)
{
    impl_->state->locked([&](detail::fake_state& s) { s.credits = credits; });
}

MAGIC_HOUR_DECL void fake_server::accept_key(std::string key)
{
    impl_->state->locked([&](detail::fake_state& s) { s.keys.insert(std::move(key)); });
}

MAGIC_HOUR_DECL void fake_server::revoke_keys()
{
    impl_->state->locked([](detail::fake_state& s) { s.keys.clear(); });
}

MAGIC_HOUR_DECL void fake_server::reset_connections()
{
    if (impl_->api)
        impl_->api->reset_connections();
    if (impl_->storage)
        impl_->storage->reset_connections();
}

MAGIC_HOUR_DECL void fake_server::drop_connections()
{
    if (impl_->api)
        impl_->api->drop_connections();
    if (impl_->storage)
        impl_->storage->drop_connections();
}

MAGIC_HOUR_DECL void fake_server::stop()
{
    impl_->stop();
}

MAGIC_HOUR_DECL fault& fault::times(std::size_t count)
{
    state_->locked(
        [&](detail::fake_state& s)
        {
            if (auto* const rule = s.find_fault(id_))
                rule->left = count;
        });
    return *this;
}

MAGIC_HOUR_DECL fault& fault::after(std::size_t count)
{
    state_->locked(
        [&](detail::fake_state& s)
        {
            if (auto* const rule = s.find_fault(id_))
                rule->skip = count;
        });
    return *this;
}

MAGIC_HOUR_DECL fault& fault::run(script what)
{
    state_->locked(
        [&](detail::fake_state& s)
        {
            if (auto* const rule = s.find_fault(id_))
                rule->what = std::move(what);
        });
    return *this;
}

MAGIC_HOUR_DECL std::size_t fault::applied() const
{
    return state_->locked(
        [&](detail::fake_state& s)
        {
            auto* const rule = s.find_fault(id_);
            return rule ? rule->applied : 0;
        });
}

MAGIC_HOUR_DECL void fault::remove()
{
    state_->locked([&](detail::fake_state& s)
                   { std::erase_if(s.faults, [&](auto const& rule) { return rule->id == id_; }); });
}

MAGIC_HOUR_DECL void fault::edit_parts(std::function<void(script_parts&)> const& change)
{
    state_->locked(
        [&](detail::fake_state& s)
        {
            if (auto* const rule = s.find_fault(id_))
                rule->what.edit_parts(change);
        });
}

} // namespace magic_hour::testing
