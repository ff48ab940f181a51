#!/usr/bin/env bash
# Runs generated programs in Node.js and in the evaluator, and tells where they do not agree: tests/differential/README.md.
#
#   --programs N   so many programs (2000)
#   --seed S       other programs (1)
#   --only N       the program of this number alone, printed
#   --show N       make so many disagreements small and show them (5)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! command -v node >/dev/null; then
  echo "differential check: skipped, since node is missing"
  exit 0
fi
exec cargo test --quiet --test differential -- --programs 2000 "$@"
