#pragma once

// The bodies of testing/ for a program that compiles them separately.

#include <magic_hour/testing/impl/certificates.ipp>
#include <magic_hour/testing/impl/content.ipp>
#include <magic_hour/testing/impl/fake_api.ipp>
#include <magic_hour/testing/impl/fake_options.ipp>
#include <magic_hour/testing/impl/fake_server.ipp>
#include <magic_hour/testing/impl/fake_state.ipp>
#include <magic_hour/testing/impl/ledger.ipp>
#include <magic_hour/testing/impl/request_head.ipp>
#include <magic_hour/testing/impl/routes.ipp>
#include <magic_hour/testing/impl/script.ipp>
#include <magic_hour/testing/impl/server.ipp>
#include <magic_hour/testing/impl/session.ipp>
#include <magic_hour/testing/impl/storage.ipp>
#include <magic_hour/testing/impl/webhook_sender.ipp>
#include <magic_hour/testing/impl/wire.ipp>
