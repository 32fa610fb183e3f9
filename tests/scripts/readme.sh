#!/usr/bin/env bash
# Every C++ block of README.md that tests/readme runs must be there word for word, but for indentation.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

bare() { sed 's/^[[:space:]]*//; /^$/d' "$1"; }
awk -v to="$scratch/tested" '/^ *\/\/ snippet$/ {n++; on = 1; next} /^ *\/\/ end$/ {on = 0} on {print > (to "." n)}' \
    tests/readme/snippets_test.cpp
bare README.md >"$scratch/readme"
missing=0
for snippet in "$scratch"/tested.*; do
    bare "$snippet" >"$scratch/wanted"
    if ! awk -v lines="$(wc -l <"$scratch/wanted")" -v file="$scratch/wanted" '
        BEGIN { for (i = 1; (getline line < file) > 0; i++) want[i] = line }
        { text[NR] = $0 }
        END {
            for (start = 1; start <= NR - lines + 1; start++) {
                for (i = 1; i <= lines && text[start + i - 1] == want[i]; i++) {}
                if (i > lines) exit 0
            }
            exit 1
        }' "$scratch/readme"; then
        echo "README.md lacks this tested code:" >&2
        cat "$snippet" >&2
        missing=1
    fi
done
exit $missing
