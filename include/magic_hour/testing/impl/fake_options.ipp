#pragma once

#include <magic_hour/testing/fake_options.hpp>

namespace magic_hour::testing
{

MAGIC_HOUR_DECL job_plan job_plan::failing(std::string code, std::string message)
{
    job_plan plan{};
    plan.statuses = {"queued", "rendering", "error"};
    plan.error_code = std::move(code);
    plan.error_message = std::move(message);
    return plan;
}

MAGIC_HOUR_DECL job_plan job_plan::through(std::vector<std::string> states)
{
    job_plan plan{};
    plan.statuses = std::move(states);
    return plan;
}

MAGIC_HOUR_DECL job_plan job_plan::making(std::vector<output> files)
{
    job_plan plan{};
    plan.outputs = std::move(files);
    return plan;
}

} // namespace magic_hour::testing
