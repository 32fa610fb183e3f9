#pragma once

// The bodies of webhook/testing/ for a program that compiles them separately.

#include <magic_hour/webhook/testing/impl/deliveries.ipp>
