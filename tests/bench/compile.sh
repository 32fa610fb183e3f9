#!/usr/bin/env bash
# What including the library costs a compiler, against the textbook HTTPS client over Beast: CPU seconds, peak memory
# and object size, as ratios. Prints rows as the benchmark programs do.
#
#   compile.sh BENCH_MEASURE [--quick]
set -uo pipefail
cd "$(dirname "$0")/compile"
measure=$1
rounds=3
[ "${2:-}" = --quick ] && rounds=1
compiler=${CXX:-g++}
object=$(mktemp --suffix=.o)
trap 'rm -f "$object"' EXIT
declare -A seconds memory size

# compile NAME FLAG... SOURCE: the fastest of the rounds counts, since disturbances only add.
compile() {
    local name=$1 best= used kib
    shift
    for ((round = 0; round < rounds; round++)); do
        read -r used kib < <("$measure" "$compiler" -std=c++20 -I../../../include "$@" -c -o "$object") || exit 1
        if [ -z "$best" ] || awk "BEGIN { exit !($used < $best) }"; then best=$used; fi
    done
    seconds[$name]=$best memory[$name]=$kib size[$name]=$(stat -c %s "$object")
    [ "${size[$name]}" -gt 0 ] || { echo "$name does not compile" >&2; exit 1; }
}

ratio() { awk "BEGIN { printf \"%.3f\", $1 / $2 }"; }

# row ID WHAT GOAL MEASURED [UNIT]: as in harness.hpp; without a goal a remark.
row() {
    local id=$1 what=$2 goal=$3 measured=$4 unit=${5:-x} reached=true
    if [ -z "$goal" ]; then
        [ -n "${MAGIC_HOUR_BENCH_JSON:-}" ] ||
            printf '%-4s %-62s                 is %9.3f %s\n' "$id" "$what" "$measured" "$unit"
        return
    fi
    awk "BEGIN { exit !($measured <= $goal) }" || reached=false
    if [ -n "${MAGIC_HOUR_BENCH_JSON:-}" ]; then
        printf '{"id":"%s","what":"%s","goal":%s,"measured":%s,"unit":"%s","reached":%s}\n' \
            "$id" "$what" "$goal" "$measured" "$unit" "$reached"
    else
        [ $reached = true ] && reached=reached || reached=MISSED
        printf '%-4s %-62s goal %9.3f  is %9.3f %-6s %s\n' "$id" "$what" "$goal" "$measured" "$unit" "$reached"
    fi
}

separate=-DMAGIC_HOUR_SEPARATE_COMPILATION
for level in -O0 -O2; do
    compile "textbook$level" $level textbook.cpp
    compile "umbrella$level" $level umbrella.cpp
    compile "endpoint$level" $level endpoint.cpp
done
compile separate-umbrella -O0 $separate umbrella.cpp
compile separate-endpoint -O0 $separate endpoint.cpp

for level in -O0 -O2; do
    row P11 "everything and one generate, $level, CPU, to textbook Beast" 0.50 \
        "$(ratio "${seconds[umbrella$level]}" "${seconds[textbook$level]}")"
done
for level in -O0 -O2; do
    row P11 "everything and one generate, $level, compiler memory" 0.75 \
        "$(ratio "${memory[umbrella$level]}" "${memory[textbook$level]}")"
done
row P12 "one endpoint, -O0, CPU, to textbook Beast" 0.40 "$(ratio "${seconds[endpoint-O0]}" "${seconds[textbook-O0]}")"
row P12 "one endpoint, compiled separately, -O0, CPU" 0.15 \
    "$(ratio "${seconds[separate-endpoint]}" "${seconds[textbook-O0]}")"
row P12 "everything, compiled separately, -O0, CPU" 0.15 \
    "$(ratio "${seconds[separate-umbrella]}" "${seconds[textbook-O0]}")"
for name in textbook-O0 umbrella-O0 endpoint-O0 separate-umbrella separate-endpoint textbook-O2 umbrella-O2 endpoint-O2; do
    row P11 "$name, CPU" "" "${seconds[$name]}" s
    row P11 "$name, compiler memory" "" "$(ratio "${memory[$name]}" 1024)" MiB
    row P11 "$name, object" "" "$(ratio "${size[$name]}" 1048576)" MiB
done
