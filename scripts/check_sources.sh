#!/usr/bin/env bash
# Reads every source file of some big published packages, at fixed versions: none of them pays, so there must be no
# finding, no file that can't be read and no fault of paylint's own. Since paylint parses only files that name a payment
# API, each file gets a comment that does. Nothing of a package is run. It fetches some 100 MB and takes several minutes,
# so it is no part of .ci/run. Needs npm.
#
#   PAYLINT=PROGRAM   the program to check; a release, built first, unless given
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packages=(
  vant@4.10.2
  antd-mobile@5.43.0
  element-plus@2.14.8
  ant-design-vue@4.2.6
  tdesign-mobile-vue@1.14.1
  @tarojs/components@4.2.1
  typescript@5.9.3
  monaco-editor@0.57.0
  echarts@6.1.0
  three@0.187.0
  @babel/standalone@8.0.6
)

if [ -z "${PAYLINT:-}" ]; then
  cargo build --release --quiet
  PAYLINT=${CARGO_TARGET_DIR:-target}/release/paylint
fi
PAYLINT=$(realpath "$PAYLINT")

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Adds a comment to each file with one of these endings.
name_an_api() {
  local comment=$1 root=$2
  shift 2
  local names=()
  for ending in "$@"; do names+=(-o -iname "*.$ending"); done
  # shellcheck disable=SC2016
  find "$root" -type f \( "${names[@]:1}" \) -print0 |
    COMMENT=$comment xargs -0 -r sh -c 'for file; do printf "\n%s" "$COMMENT" >>"$file"; done' sh
}

failed=0
for package in "${packages[@]}"; do
  root=$folder/$(echo "$package" | tr / +)
  mkdir -p "$root"
  archive=$(cd "$folder" && npm pack --silent "$package")
  tar -xzf "$folder/$archive" -C "$root"
  rm "$folder/$archive"
  chmod -R u+rwX "$root"
  name_an_api '/* tradePay */' "$root" js mjs cjs jsx ts mts cts tsx
  name_an_api '<!-- tradePay -->' "$root" html htm vue
  if "$PAYLINT" --isolated --fail-on warning "$root" >"$folder/out" 2>&1; then
    printf '%s: %s\n' "$package" "$(tail -1 "$folder/out")"
  else
    printf '%s: FAILED\n' "$package"
    head -50 "$folder/out"
    failed=1
  fi
done
exit $failed
