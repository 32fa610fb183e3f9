#!/usr/bin/env bash
# A program without CMake and without linking Boost: one translation unit holds all bodies.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cat >"$scratch/bodies.cpp" <<END
#include <magic_hour/src.hpp>

#include <boost/json/src.hpp>
END
flags=(-std=c++20 -Iinclude -DMAGIC_HOUR_SEPARATE_COMPILATION)
ccache g++ "${flags[@]}" -c "$scratch/bodies.cpp" -o "$scratch/bodies.o" &
ccache g++ "${flags[@]}" -c tests/consumers/program.cpp -o "$scratch/program.o"
wait %1
g++ "$scratch/program.o" "$scratch/bodies.o" -lssl -lcrypto -pthread -o "$scratch/program"
"$scratch/program" | grep 'cannot connect'
