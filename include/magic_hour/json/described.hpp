#pragma once

/// What a declaration of a described struct needs: BOOST_DESCRIBE_CLASS, BOOST_DESCRIBE_ENUM, `open_enum`,
/// the rules, and `report` for a `check` of its own.

#include <magic_hour/json/of.hpp>
#include <magic_hour/json/open_enum.hpp>
#include <magic_hour/json/report.hpp>
#include <magic_hour/json/rules.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>
