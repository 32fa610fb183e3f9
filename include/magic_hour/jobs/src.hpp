#pragma once

// The bodies of jobs/ for a program that compiles them separately.

#include <magic_hour/jobs/impl/download_plan.ipp>
#include <magic_hour/jobs/impl/file_io.ipp>
#include <magic_hour/jobs/impl/file_names.ipp>
#include <magic_hour/jobs/impl/media_types.ipp>
#include <magic_hour/jobs/impl/poll_schedule.ipp>
