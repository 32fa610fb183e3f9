// bench_measure COMMAND ARGUMENT...: runs it and prints "CPU_SECONDS PEAK_KIB" of it and its children on
// stdout, to which the command itself must not write.

#include "child_process.hpp"

#include <cstdio>

int main(int argc, char** argv)
{
    if (argc < 2)
        return 2;
    auto const used = bench::run_child({argv + 1, argv + argc});
    std::printf("%.3f %ld\n", used.cpu, used.peak_kib);
    return used.status;
}
