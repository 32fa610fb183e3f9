#pragma once

/// All of json/ but the parts that need Boost.JSON: schema.hpp and value_codec.hpp.

#include <magic_hour/json/decode.hpp>
#include <magic_hour/json/described.hpp>
#include <magic_hour/json/encode.hpp>
#include <magic_hour/json/members.hpp>
#include <magic_hour/json/validate.hpp>
