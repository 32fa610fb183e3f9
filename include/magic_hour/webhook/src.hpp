#pragma once

// The bodies of webhook/ for a program that compiles them separately.

#include <magic_hour/webhook/impl/dedupe.ipp>
#include <magic_hour/webhook/impl/event.ipp>
#include <magic_hour/webhook/impl/handler_queue.ipp>
#include <magic_hour/webhook/impl/headers.ipp>
#include <magic_hour/webhook/impl/hmac.ipp>
#include <magic_hour/webhook/impl/hub.ipp>
#include <magic_hour/webhook/impl/receiver.ipp>
#include <magic_hour/webhook/impl/secret.ipp>
#include <magic_hour/webhook/impl/server.ipp>
#include <magic_hour/webhook/impl/server_request.ipp>
#include <magic_hour/webhook/impl/server_stream.ipp>
#include <magic_hour/webhook/impl/sign.ipp>
#include <magic_hour/webhook/impl/verify.ipp>
