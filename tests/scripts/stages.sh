# Sourced by tests/run: one function a stage. Every check adds to `passed` or `failed`; what a stage prints goes to
# the terminal only when something is wrong.

passed=0 failed=0
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
compile_flags=(-std=c++20 -Iinclude -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
# Programs whose tests share state between threads.
threaded_programs=(threads webhook)
# Programs with long runs, or whose promised times hold without sanitizers.
long_programs=(load faults client http_engine jobs threads)
# Objects of one checkout serve another.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

say() { printf '%s %s\n' "$(date +%T)" "$*" >&2; }

good() { passed=$((passed + 1)); }

# bad NAME [LOG]
bad() {
    failed=$((failed + 1))
    echo "FAILED: $1" >&2
    [ $# -lt 2 ] || tail -n 60 "$2" >&2
}

# check NAME COMMAND...: one check that passes when the command does.
check() {
    local name=$1
    shift
    if "$@" >"$logs/check" 2>&1; then good; else bad "$name" "$logs/check"; fi
}

# configure_and_build DIRECTORY CMAKE_OPTION... -- TARGET...
configure_and_build() {
    local directory=$1 options=()
    shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    [ $# -eq 0 ] || shift
    local targets=()
    [ $# -eq 0 ] || targets=(--target "$@")
    cmake -S . -B "$directory" -G Ninja -DCMAKE_CXX_COMPILER_LAUNCHER=ccache "${options[@]}" &&
        cmake --build "$directory" "${targets[@]}"
}

# build_sanitized [TARGET...]
build_sanitized() {
    say "building the tests with address and undefined-behaviour sanitizers"
    if configure_and_build build-asan -DCMAKE_BUILD_TYPE=None "-DCMAKE_CXX_FLAGS=-O0 -g1" \
        -DMAGIC_HOUR_SANITIZE=address,undefined -- "$@" >"$logs/build" 2>&1; then
        good
    else
        grep -E 'error|FAILED|undefined reference' "$logs/build" | head -40 >&2
        bad "build with sanitizers"
        return 1
    fi
}

build_thread_sanitized() {
    say "building the threaded tests with thread sanitizer"
    if configure_and_build build-tsan -DCMAKE_BUILD_TYPE=None "-DCMAKE_CXX_FLAGS=-O1 -g1" \
        -DMAGIC_HOUR_SANITIZE=thread -DMAGIC_HOUR_BUILD_EXAMPLES=OFF \
        -- "${threaded_programs[@]/#/test_}" >"$logs/build" 2>&1; then
        good
    else
        grep -E 'error|FAILED|undefined reference' "$logs/build" | head -40 >&2
        bad "build with thread sanitizer"
        return 1
    fi
}

# count_cases LOG: adds doctest's own numbers.
count_cases() {
    local line
    line=$(grep -aE '^\[doctest\] test cases:' "$1" | tail -n 1)
    [ -n "$line" ] || return 1
    passed=$((passed + $(sed -E 's/.*\| *([0-9]+) passed.*/\1/' <<<"$line")))
    failed=$((failed + $(sed -E 's/.*\| *([0-9]+) failed.*/\1/' <<<"$line")))
}

# run_programs BUILD_DIRECTORY [AREA]
run_programs() {
    local directory=$1 area=${2:-*} program log
    export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
    export UBSAN_OPTIONS=print_stacktrace=1
    export TSAN_OPTIONS="suppressions=$PWD/tests/scripts/tsan.supp:halt_on_error=0:exitcode=66"
    for program in "$directory"/tests/test_$area; do
        [ -f "$program" ] && [ -x "$program" ] || continue
        say "running ${program#"$directory"/tests/}"
        log=$logs/$(basename "$program")
        timeout 900 "$program" --no-colors=true >"$log" 2>&1
        local status=$?
        count_cases "$log" || bad "$program (status $status) printed no result" "$log"
        if [ $status -ne 0 ]; then
            grep -aE 'TEST CASE:|ERROR|FATAL|runtime error|Sanitizer|WARNING' "$log" | sort | uniq -c | head -60 >&2
            tail -n 60 "$log" >&2
            grep -aqE '\| *0 failed' "$log" && bad "$program ended with status $status"
        fi
    done
}

# A source in tests/compile_fail must not compile, and its first line says what the compiler must answer:
# // expect: REGEX
compile_fail_cases() {
    say "compile-fail cases"
    local source expected
    for source in tests/compile_fail/*.cpp; do
        expected=$(sed -n '1s#^// expect: ##p' "$source")
        if g++ "${compile_flags[@]}" -DMAGIC_HOUR_SEPARATE_COMPILATION -fsyntax-only "$source" >"$logs/fail" 2>&1; then
            bad "$source compiles"
        elif grep -qE -- "$expected" "$logs/fail"; then
            good
        else
            bad "$source fails with another message than '$expected'" "$logs/fail"
        fi
    done
}


standalone_headers() {
    say "every public header alone"
    local header
    export compile_flags_text="${compile_flags[*]}"
    find include -name '*.hpp' ! -name 'src.hpp' | LC_ALL=C sort >"$logs/headers"
    xargs -a "$logs/headers" -P 2 -I{} bash -c '
        echo "#include <$(sed s#^include/## <<<"{}")>" |
            g++ $compile_flags_text -DMAGIC_HOUR_SEPARATE_COMPILATION -fsyntax-only -x c++ - >"$0/$(tr / _ <<<"{}").log" 2>&1 ||
            echo "{}"' "$logs" >"$logs/broken_headers"
    while read -r header; do bad "$header does not compile alone" "$logs/$(tr / _ <<<"$header").log"; done \
        <"$logs/broken_headers"
    passed=$((passed + $(wc -l <"$logs/headers") - $(wc -l <"$logs/broken_headers")))
    check "README.md shows tested code" tests/scripts/readme.sh
    check "only our own macros are defined" tests/scripts/macro_leak.sh
    check "two translation units with everything link" tests/scripts/two_units.sh
}

other_compiler() {
    say "clang 16"
    check "the library compiles with clang 16" clang++-16 "${compile_flags[@]}" -fsyntax-only \
        tests/consumers/everything.cpp
    check "the test programs compile with clang 16" tests/scripts/clang_tests.sh
}

consumers() {
    say "consumers"
    check "add_subdirectory" tests/consumers/add_subdirectory.sh
    check "install and find_package" tests/consumers/find_package.sh
    check "plain include path" tests/consumers/plain_include.sh
}

fuzz_briefly() {
    say "fuzz targets, briefly"
    if ! configure_and_build build-fuzz -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_COMPILER=clang++-16 \
        "-DCMAKE_CXX_FLAGS=-O1 -g1" -DMAGIC_HOUR_BUILD_TESTS=OFF -DMAGIC_HOUR_BUILD_EXAMPLES=OFF \
        -DMAGIC_HOUR_BUILD_FUZZERS=ON >"$logs/build" 2>&1; then
        bad "build of the fuzz targets" "$logs/build"
        return
    fi
    local target
    for target in build-fuzz/tests/fuzz/fuzz_*; do
        [ -x "$target" ] && [ -f "$target" ] || continue
        local name=${target##*/fuzz_} corpus
        corpus=$(mktemp -d)
        check "$(basename "$target")" "$target" -max_total_time="${FUZZ_SECONDS:-15}" -rss_limit_mb=1024 -timeout=10 \
            "$corpus" "tests/fuzz/corpus/$name"
        rm -rf "$corpus"
    done
}

long_runs() {
    say "long runs: a GiB each way, 10,000 jobs, and the promised times"
    if configure_and_build build-load -DCMAKE_BUILD_TYPE=None "-DCMAKE_CXX_FLAGS=-O2 -g1 -Wno-error" \
        -DMAGIC_HOUR_BUILD_EXAMPLES=OFF -- "${long_programs[@]/#/test_}" >"$logs/build" 2>&1; then
        good
    else
        grep -E 'error|FAILED|undefined reference' "$logs/build" | head -40 >&2
        bad "build of the long runs"
        return
    fi
    export MAGIC_HOUR_LONG_TESTS=1 MAGIC_HOUR_EXACT_TIMES=1
    local program
    for program in "${long_programs[@]}"; do run_programs build-load "$program"; done
}

summary() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}
