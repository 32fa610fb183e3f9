#pragma once

/// Everything about webhooks but the server: <magic_hour/webhook/server.hpp>, the description for tools:
/// <magic_hour/webhook/describe.hpp>, and what tests of receivers need:
/// <magic_hour/testing/webhook_sender.hpp>.

#include <magic_hour/webhook/dedupe.hpp>
#include <magic_hour/webhook/event.hpp>
#include <magic_hour/webhook/hub.hpp>
#include <magic_hour/webhook/receiver.hpp>
#include <magic_hour/webhook/sign.hpp>
#include <magic_hour/webhook/verify.hpp>
