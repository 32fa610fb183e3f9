#pragma once

// The bodies of model/ for a program that compiles them separately.

#include <magic_hour/model/impl/checks.ipp>
#include <magic_hour/model/impl/model_tables.ipp>
#include <magic_hour/model/impl/name_search.ipp>
#include <magic_hour/model/impl/timestamp.ipp>
