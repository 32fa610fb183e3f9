#pragma once

// The bodies of json/ for a program that compiles them separately.

#include <magic_hour/json/impl/decode.ipp>
#include <magic_hour/json/impl/reader.ipp>
#include <magic_hour/json/impl/report.ipp>
#include <magic_hour/json/impl/utf8.ipp>
#include <magic_hour/json/impl/validate.ipp>
#include <magic_hour/json/impl/writer.ipp>
