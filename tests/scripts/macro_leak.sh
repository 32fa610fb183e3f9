#!/usr/bin/env bash
# The umbrella header may define macros named MAGIC_HOUR_* and no others, beyond those of what it includes.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

grep -rhoE '^ *# *define +[A-Za-z_0-9]+' include | awk '{print $NF}' | sort -u >"$scratch/defined"
if grep -v '^MAGIC_HOUR_' "$scratch/defined"; then
    echo "macros that are not ours" >&2
    exit 1
fi
