#pragma once

/// Everything: the client with all its resources, jobs and webhooks. The fake of the API for tests is apart,
/// in <magic_hour/testing/fake_server.hpp>.

#include <magic_hour/asset.hpp>
#include <magic_hour/client.hpp>
#include <magic_hour/error.hpp>
#include <magic_hour/jobs/pipeline.hpp>
#include <magic_hour/rethrow.hpp>
#include <magic_hour/sync_wait.hpp>
#include <magic_hour/version.hpp>
#include <magic_hour/webhook/webhook.hpp>
