#!/usr/bin/env bash
# Rewrites the fixtures in more than fifty thousand ways and asks whether paylint's verdicts change exactly as they should:
# tests/mutation/README.md. Takes several minutes; `--sample 300` takes less than one.
#
#   PAYLINT=PROGRAM   the program to check; target/debug/paylint, built first, unless given
#   further arguments go to tests/mutation/run.mjs (`--help` lists them)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ -z "${PAYLINT:-}" ]; then
  cargo build --quiet
  PAYLINT=${CARGO_TARGET_DIR:-target}/debug/paylint
fi
PAYLINT=$(realpath "$PAYLINT")
export PAYLINT

# Installed once for each state of the lock file.
modules=tests/mutation/node_modules
if ! cmp --silent tests/mutation/package-lock.json "$modules/.installed"; then
  npm ci --prefix tests/mutation --no-audit --no-fund --silent
  cp tests/mutation/package-lock.json "$modules/.installed"
fi

exec node tests/mutation/run.mjs "$@"
