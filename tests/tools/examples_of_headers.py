#!/usr/bin/env python3
"""Turns the examples in the comments of headers into a program, so that a compiler can check them.

    examples_of_headers.py include/magic_hour/v1/*.hpp > examples.cpp
    c++ -std=c++20 -fsyntax-only -Iinclude examples.cpp
"""

import re
import sys

HEAD = """#include <magic_hour/magic_hour.hpp>

#include <iostream>
#include <string>

namespace mh = magic_hour;

boost::asio::awaitable<void> show(std::string) { co_return; }
"""

FUNCTION = """
// {name}
boost::asio::awaitable<void> example_{number}(mh::client client, [[maybe_unused]] std::string id)
{{
{code}
    co_return;
}}
"""


def examples(name):
    with open(name, encoding="utf-8") as header:
        for block in re.findall(r"@code\n(.*?)@endcode", header.read(), re.DOTALL):
            yield "\n".join(re.sub(r"^\s*/// ?", "    ", line) for line in block.rstrip(" /\n").split("\n"))


def main(names):
    if not names:
        print(__doc__)
        return 2
    print(HEAD)
    number = 0
    for name in names:
        for code in examples(name):
            number += 1
            print(FUNCTION.format(name=name, number=number, code=code))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
