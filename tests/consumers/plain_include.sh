#!/usr/bin/env bash
# A program without CMake and without linking Boost.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

flags=(-std=c++20 -Iinclude)
echo '#include <boost/json/src.hpp>' | g++ "${flags[@]}" -x c++ -c - -o "$scratch/json.o" &
g++ "${flags[@]}" -c tests/consumers/program.cpp -o "$scratch/program.o"
wait %1
g++ "$scratch/program.o" "$scratch/json.o" -lssl -lcrypto -pthread -o "$scratch/program"
"$scratch/program" | grep 'cannot connect'
