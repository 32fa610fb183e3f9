#pragma once

#include <magic_hour/jobs/options.hpp>

#include <cstdlib>

namespace magic_hour::jobs
{

MAGIC_HOUR_DECL result<poll_options> poll_options_to_use(std::optional<poll_options> const& given)
{
    poll_options options = given.value_or(poll_options{});
    if (auto const* const text = std::getenv("MAGIC_HOUR_POLL_INTERVAL"); text != nullptr && !given)
    {
        auto const interval = parse_poll_interval(text);
        if (!interval)
            return interval.error().with([](error_info& info)
                                         { info.message = "MAGIC_HOUR_POLL_INTERVAL: " + info.message; });
        options.interval = *interval;
    }
    if (auto const checked = check(options); !checked)
        return checked.error();
    return options;
}

MAGIC_HOUR_DECL result<generate_settings> settings_to_use(generate_options const& options)
{
    auto settings = options.settings();
    auto poll = poll_options_to_use(
        options.poll_was_set() ? std::optional{settings.poll} : std::optional<poll_options>{});
    if (!poll)
        return poll.error();
    settings.poll = *poll;
    if (auto const checked = check_name_template(settings.output.name_template); !checked)
        return checked.error();
    if (settings.deadline <= duration::zero() || settings.output.deadline <= duration::zero())
        return error{errc::invalid_argument, "a deadline must be positive"};
    if (settings.parallel_uploads == 0 || settings.output.parallel == 0)
        return error{errc::invalid_argument, "the number of transfers at a time must be positive"};
    bool const consumes = settings.output.to == output_settings::destination::consumer;
    if (consumes && !settings.output.consumer)
        return error{errc::invalid_argument, "the consumer of the outputs is empty"};
    if (consumes)
        settings.output.parallel = 1;
    return settings;
}

} // namespace magic_hour::jobs
