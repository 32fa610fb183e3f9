#!/usr/bin/env bash
# Every test source compiles with clang 16 and all warnings.
set -euo pipefail
cd "$(dirname "$0")/../.."
flags=(-std=c++20 -Iinclude -Itests -DMAGIC_HOUR_SEPARATE_COMPILATION -Wall -Wextra -Wpedantic -Wconversion -Wshadow
    -Werror -fsyntax-only -include tests/support/precompiled.hpp)
find tests examples -name '*.cpp' ! -path '*/compile_fail/*' ! -path '*/consumers/*' ! -path '*/bench/*' |
    LC_ALL=C sort | xargs -P 2 -n 4 clang++-16 "${flags[@]}"
