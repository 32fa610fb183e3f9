#!/usr/bin/env bash
# Two translation units that include everything must link, header-only: no body may lack its `inline`.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
flags=(-std=c++20 -O0 -Iinclude -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)

ccache g++ "${flags[@]}" -c tests/consumers/everything.cpp -o "$scratch/one.o" &
ccache g++ "${flags[@]}" -c tests/consumers/everything_again.cpp -o "$scratch/two.o"
wait %1
g++ "$scratch/one.o" "$scratch/two.o" -lboost_json -lssl -lcrypto -pthread -o "$scratch/program"
"$scratch/program"
