#pragma once

// The bodies of jobs/ for a program that compiles them separately.

#include <magic_hour/jobs/impl/download.ipp>
#include <magic_hour/jobs/impl/download_plan.ipp>
#include <magic_hour/jobs/impl/file_io.ipp>
#include <magic_hour/jobs/impl/file_names.ipp>
#include <magic_hour/jobs/impl/file_reader.ipp>
#include <magic_hour/jobs/impl/file_writer.ipp>
#include <magic_hour/jobs/impl/generate.ipp>
#include <magic_hour/jobs/impl/job_poller.ipp>
#include <magic_hour/jobs/impl/job_run.ipp>
#include <magic_hour/jobs/impl/media_types.ipp>
#include <magic_hour/jobs/impl/options.ipp>
#include <magic_hour/jobs/impl/pipeline.ipp>
#include <magic_hour/jobs/impl/poll_schedule.ipp>
#include <magic_hour/jobs/impl/poller.ipp>
#include <magic_hour/jobs/impl/storage.ipp>
#include <magic_hour/jobs/impl/task_group.ipp>
#include <magic_hour/jobs/impl/transfer.ipp>
#include <magic_hour/jobs/impl/upload.ipp>
