#!/usr/bin/env bash
# A project that adds the library as a subdirectory, compiles its bodies once, and builds nothing of its tests.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cat >"$scratch/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.22)
project(consumer LANGUAGES CXX)
add_subdirectory($root magic_hour)
add_executable(separate program.cpp bodies.cpp)
target_compile_definitions(separate PRIVATE MAGIC_HOUR_SEPARATE_COMPILATION)
target_link_libraries(separate PRIVATE magic_hour::magic_hour)
if(TARGET test_main)
    message(FATAL_ERROR "the library's own tests became part of this project")
endif()
END
cp tests/consumers/program.cpp "$scratch"
echo '#include <magic_hour/src.hpp>' >"$scratch/bodies.cpp"
cmake -S "$scratch" -B "$scratch/build" -G Ninja -DCMAKE_CXX_COMPILER_LAUNCHER=ccache
cmake --build "$scratch/build"
"$scratch/build/separate" | grep 'cannot connect'
