#pragma once

// The bodies of http/ for a program that compiles them separately.

#include <magic_hour/http/impl/address_rules.ipp>
#include <magic_hour/http/impl/body_framing.ipp>
#include <magic_hour/http/impl/connection.ipp>
#include <magic_hour/http/impl/content_range.ipp>
#include <magic_hour/http/impl/context_guard.ipp>
#include <magic_hour/http/impl/dialer.ipp>
#include <magic_hour/http/impl/engine.ipp>
#include <magic_hour/http/impl/engine_core.ipp>
#include <magic_hour/http/impl/exchange.ipp>
#include <magic_hour/http/impl/head_parser.ipp>
#include <magic_hour/http/impl/head_writer.ipp>
#include <magic_hour/http/impl/header_rules.ipp>
#include <magic_hour/http/impl/http_date.ipp>
#include <magic_hour/http/impl/message.ipp>
#include <magic_hour/http/impl/opening.ipp>
#include <magic_hour/http/impl/parking.ipp>
#include <magic_hour/http/impl/plain_stream.ipp>
#include <magic_hour/http/impl/pool.ipp>
#include <magic_hour/http/impl/proxy.ipp>
#include <magic_hour/http/impl/raw_socket.ipp>
#include <magic_hour/http/impl/redact.ipp>
#include <magic_hour/http/impl/retry.ipp>
#include <magic_hour/http/impl/sending.ipp>
#include <magic_hour/http/impl/session_cache.ipp>
#include <magic_hour/http/impl/sleep_queue.ipp>
#include <magic_hour/http/impl/system_resolver.ipp>
#include <magic_hour/http/impl/time_source.ipp>
#include <magic_hour/http/impl/tls_context.ipp>
#include <magic_hour/http/impl/tls_failure.ipp>
#include <magic_hour/http/impl/tls_stream.ipp>
#include <magic_hour/http/impl/transmission.ipp>
#include <magic_hour/http/impl/url.ipp>
#include <magic_hour/http/impl/watchdog.ipp>
