#pragma once

// The bodies of testing/ for a program that compiles them separately.

#include <magic_hour/testing/impl/certificates.ipp>
#include <magic_hour/testing/impl/request_head.ipp>
