#!/usr/bin/env bash
# Installs the packages named in tests/packages/ into a temporary folder, runs paylint on them, and compares what it
# says with what it must say. Nothing of a package is run. In the name of a file there, `+` stands for the `/` of a scope.
#
#   PAYLINT=PROGRAM   the program to check; target/debug/paylint, built first, unless given
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ -z "${PAYLINT:-}" ]; then
  cargo build --quiet
  PAYLINT=${CARGO_TARGET_DIR:-target}/debug/paylint
fi
PAYLINT=$(realpath "$PAYLINT")

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

for expected in tests/packages/*.json; do
  package=$(basename "$expected" .json)
  package=${package/+//}
  npm install --ignore-scripts --no-audit --no-fund --silent --prefix "$folder" "$package"
  python3 scripts/check_packages.py "$PAYLINT" "$folder/node_modules/${package%@*}" "$expected"
done
