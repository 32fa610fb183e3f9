#pragma once

// The bodies of the parts that belong to no room: errors, assets, the client.

#include <magic_hour/impl/asset.ipp>
#include <magic_hour/impl/call.ipp>
#include <magic_hour/impl/client.ipp>
#include <magic_hour/impl/core.ipp>
#include <magic_hour/impl/error.ipp>
#include <magic_hour/impl/session.ipp>
#include <magic_hour/impl/strand.ipp>
#include <magic_hour/impl/sync_wait.ipp>
