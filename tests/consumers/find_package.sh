#!/usr/bin/env bash
# A project that finds the installed library and uses it header-only.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cmake -S . -B "$scratch/library" -G Ninja -DMAGIC_HOUR_BUILD_TESTS=OFF -DMAGIC_HOUR_BUILD_EXAMPLES=OFF
cmake --install "$scratch/library" --prefix "$scratch/installed"
mkdir "$scratch/consumer"
cat >"$scratch/consumer/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.22)
project(consumer LANGUAGES CXX)
find_package(magic_hour 0.1 CONFIG REQUIRED)
add_executable(consumer program.cpp)
target_link_libraries(consumer PRIVATE magic_hour::magic_hour)
END
cp tests/consumers/program.cpp "$scratch/consumer"
cmake -S "$scratch/consumer" -B "$scratch/consumer/build" -G Ninja -DCMAKE_PREFIX_PATH="$scratch/installed" \
    -DCMAKE_CXX_COMPILER_LAUNCHER=ccache
cmake --build "$scratch/consumer/build"
"$scratch/consumer/build/consumer" | grep 'cannot connect'
