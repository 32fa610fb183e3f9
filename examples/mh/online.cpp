#include "online.hpp"

#include "fake.hpp"
#include "output.hpp"

#include <magic_hour/jobs/poll_schedule.hpp>
#include <magic_hour/version.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>

#include <csignal>
#include <cstdlib>
#include <exception>

namespace cli
{

namespace asio = boost::asio;
using magic_hour::http::steady_clock;

namespace
{

std::string environment(char const* name)
{
    char const* const value = std::getenv(name);
    return value ? value : "";
}

void need_key()
{
    if (environment("MAGIC_HOUR_API_KEY").empty() && environment("MAGIC_HOUR_API_TOKEN").empty())
        throw usage_failure("no API key: set MAGIC_HOUR_API_KEY to one from the Developer Hub, or try with "
                            "--fake, which needs none");
}

/// A fake job takes a second whatever its real median is.
constexpr std::chrono::milliseconds fake_pause{200};

magic_hour::poll_options poll_options_for(arguments const& args)
{
    magic_hour::poll_options out;
    if (args.poll_interval)
        out.interval = *args.poll_interval;
    else if (char const* const text = std::getenv("MAGIC_HOUR_POLL_INTERVAL"))
        out.interval = parse_seconds("MAGIC_HOUR_POLL_INTERVAL", text);
    else if (args.fake)
        out.interval = fake_pause;
    return out;
}

void limit_exchanges(magic_hour::http::timeouts& limits, duration most)
{
    limits.connect = limits.response = limits.billable_response = limits.no_progress = limits.exchange = most;
    limits.per_address = std::min(limits.per_address, most);
    limits.total = duration::max();
}

magic_hour::client_options client_options_for(arguments const& args)
{
    magic_hour::client_options out;
    out.base_url = args.base_url.value_or("");
    out.tls.ca_file = args.ca_file ? *args.ca_file : environment("MAGIC_HOUR_CA_FILE");
    out.proxy.url = args.proxy.value_or("");
    out.retry.max_attempts = args.retries + 1;
    out.allow_plain_http = args.plain;
    out.app_info = "mh/" + std::string{magic_hour::version};
    if (args.timeout)
        limit_exchanges(out.timeouts, *args.timeout);
    return out;
}

} // namespace

online::online(arguments const& args)
    : args_(args),
      shown_(std::make_shared<progress>(io_.get_executor(), progress::style_for(args.quiet))),
      log_(std::make_shared<exchange_log>(shown_, args.verbose)),
      poll_(poll_options_for(args)),
      began_(steady_clock::now())
{
    auto options = client_options_for(args);
    options.observer = log_;
    if (args.fake)
    {
        fake_ = std::make_unique<embedded_fake>(args);
        fake_->use_in(options);
    }
    else
        need_key();
    session_.emplace(io_, std::move(options));
}

online::~online()
{
    shown_->finish();
    session_.reset();
}

magic_hour::call_options online::call() const
{
    magic_hour::call_options out;
    out.validate = args_.validate;
    if (args_.deadline)
        out.deadline = magic_hour::http::saturating_add(began_, *args_.deadline);
    return out;
}

job_settings online::job() const
{
    job_settings out;
    out.collision = args_.collision;
    out.poll = poll_;
    if (args_.deadline)
    {
        auto const left = *args_.deadline == duration::max()
                              ? duration::max()
                              : *args_.deadline - (steady_clock::now() - began_);
        out.deadline = std::max(left, duration{1});
        out.poll.deadline = out.deadline;
    }
    out.call = call();
    out.shown = shown_;
    out.memory = memory_;
    return out;
}

void online::run_to_end(asio::awaitable<void> work)
{
    std::exception_ptr problem;
    asio::cancellation_signal cancel;
    asio::signal_set signals{io_, SIGINT, SIGTERM};
    std::function<void(boost::system::error_code, int)> const on_signal =
        [&](boost::system::error_code none, int)
    {
        if (none)
            return;
        if (interrupted_)
            std::_Exit(static_cast<int>(exit_status::interrupted));
        interrupted_ = true;
        signals.async_wait(on_signal);
        cancel.emit(asio::cancellation_type::terminal);
    };
    signals.async_wait(on_signal);
    asio::steady_timer limit{io_, hard_limit()};
    limit.async_wait(
        [&](boost::system::error_code none)
        {
            out_of_time_ = !none;
            if (out_of_time_)
                cancel.emit(asio::cancellation_type::terminal);
        });
    auto const done = [&](std::exception_ptr thrown)
    {
        problem = thrown;
        io_.stop();
    };
    asio::co_spawn(io_, std::move(work), asio::bind_cancellation_slot(cancel.slot(), done));
    io_.restart();
    io_.run();
    shown_->finish();
    if (problem)
        throw_explained(problem);
}

/// Calls and jobs keep the deadline themselves, and know what it means for them; this is for all else.
steady_clock::time_point online::hard_limit() const
{
    constexpr std::chrono::milliseconds patience{250};
    if (!args_.deadline || *args_.deadline == duration::max())
        return steady_clock::time_point::max();
    return magic_hour::http::saturating_add(began_, *args_.deadline + patience);
}

void online::throw_explained(std::exception_ptr problem) const
{
    try
    {
        std::rethrow_exception(problem);
    }
    catch (magic_hour::error const& why)
    {
        throw explained(why);
    }
    catch (boost::system::system_error const& why)
    {
        throw explained(magic_hour::error{magic_hour::errc::canceled, why.what()});
    }
}

failure online::explained(magic_hour::error const& why) const
{
    if (interrupted_)
        return interruption();
    if (out_of_time_ && why == magic_hour::errc::canceled)
        return failure{exit_status::network, "the deadline passed"};
    auto known = why;
    if (known->project_id.empty() && !memory_->id.empty())
        known = known.with(
            [&](magic_hour::error_info& info)
            {
                info.project_id = memory_->id;
                info.project_kind = memory_->kind;
            });
    auto out = failure_from(known, !memory_->id.empty());
    if (out.name.empty())
        out.name = memory_->name;
    return out;
}

failure online::interruption() const
{
    failure out;
    out.status = exit_status::interrupted;
    out.code = "interrupted";
    out.id = memory_->id;
    out.kind = memory_->kind;
    if (!out.id.empty())
    {
        out.name = memory_->name;
        out.message = "interrupted; the job " + out.id + " goes on; resume with: mh " +
                      std::string{resource_of_kind(out.kind)} + " wait " + out.id;
    }
    else if (log_->create_began())
    {
        out.name = memory_->name;
        out.message = "interrupted while the job was being made: one with the name " + out.name +
                      " may exist; look into the web library before trying again";
    }
    else
        out.message = "interrupted; no job was made";
    return out;
}

} // namespace cli
