#!/bin/sh
# Builds paylint, makes the trees to measure it on and prints each measure beside its budget; fails when one is
# exceeded. Needs python3 and rg. ROUNDS sets how often each command is run (default 15), KEEP=FOLDER where the
# trees are made and left, PAYLINT the program to measure instead of building one.
set -eu
cd "$(dirname "$0")/.."

if [ -z "${PAYLINT:-}" ]; then
    cargo build --release --quiet
    PAYLINT="${CARGO_TARGET_DIR:-$PWD/target}/release/paylint"
fi

if [ -n "${KEEP:-}" ]; then
    folder=$KEEP
    mkdir -p "$folder"
else
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
fi

make_tree() {
    [ -e "$folder/$2" ] || python3 scripts/make_tree.py "$1" "$folder/$2" ${3:+--bytes "$3"}
}
make_tree tree tree
make_tree dense dense
make_tree paying paying
make_tree page page.html 10240
make_tree plain plain.js 1048576
make_tree bundle bundle.js 1048576

python3 scripts/measure.py "$PAYLINT" "$folder" --rounds "${ROUNDS:-15}"
