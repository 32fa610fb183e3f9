#!/usr/bin/env bash
# Every test source compiles with clang 16 and all warnings.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
flags=(-std=c++20 -Iinclude -Itests -DMAGIC_HOUR_SEPARATE_COMPILATION -Wall -Wextra -Wpedantic -Wconversion -Wshadow
    -Werror)
clang++-16 "${flags[@]}" -x c++-header tests/support/precompiled.hpp -o "$scratch/precompiled.pch"
find tests examples -name '*.cpp' ! -path '*/compile_fail/*' ! -path '*/consumers/*' ! -path '*/bench/*' |
    LC_ALL=C sort |
    xargs -P 2 -n 4 clang++-16 "${flags[@]}" -include-pch "$scratch/precompiled.pch" -fsyntax-only
