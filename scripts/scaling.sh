#!/usr/bin/env bash
# Counts the instructions that paylint takes on projects of 250, 500 and 1,000 pages which all pay through twenty shared
# wrappers. The cost of a page must not grow with the number of pages; fails when it grows by more than a quarter.
# Needs valgrind and python3.
#
#   PAYLINT=PROGRAM   the program to measure; a release, built first, unless given
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ -z "${PAYLINT:-}" ]; then
  cargo build --release --quiet
  PAYLINT=${CARGO_TARGET_DIR:-target}/release/paylint
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

instructions() {
  RAYON_NUM_THREADS=1 valgrind --tool=callgrind --callgrind-out-file=/dev/null "$PAYLINT" audit --format json "$1" \
    2>&1 >"$folder/audit.json" | sed -n 's/.*Collected : //p'
}

first=
for pages in 250 500 1000; do
  python3 scripts/make_tree.py project "$folder/$pages" --files "$pages"
  count=$(instructions "$folder/$pages")
  sites=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["summary"]["sites"])' "$folder/audit.json")
  each=$((count / pages))
  echo "$pages pages, $sites payments: $count instructions, $each a page"
  first=${first:-$each}
done
if [ $((each * 4)) -gt $((first * 5)) ]; then
  echo "the cost of a page grows with the number of pages" >&2
  exit 1
fi
