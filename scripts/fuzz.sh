#!/usr/bin/env bash
# Runs the fuzz targets of fuzz/ one after another, so many seconds each (40 unless given), from seeds made of the
# fixtures and from what earlier runs have kept in fuzz/corpus/. What fails is kept in fuzz/artifacts/.
# Needs cargo-fuzz (`cargo install cargo-fuzz`); the usual toolchain will do, since no sanitizer is used: paylint has no
# unsafe code.
#
#   scripts/fuzz.sh [SECONDS] [TARGET…]      scripts/fuzz.sh 3600 evaluator
#   SEED=1 scripts/fuzz.sh                   the same inputs as the last time with this number
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${1:-40}
shift $(($# > 0 ? 1 : 0))
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  targets=(diagnostics scripts evaluator)
fi

# The first byte of an input says what kind of file the rest is: fuzz/fuzz_targets/input.rs.
seeds=fuzz/target/seeds
rm -rf "$seeds"
mkdir -p "$seeds"
find fixtures -type f -size -16k -print0 | sort -z | while IFS= read -r -d '' file; do
  case $file in
    *.js | *.mjs | *.cjs) kind=j ;;
    *.ts) kind=t ;;
    *.tsx) kind=x ;;
    *.jsx) kind=J ;;
    *.html) kind=h ;;
    *.vue) kind=v ;;
    *.axml) kind=a ;;
    *.jsp) kind=s ;;
    *.blade.php) kind=B ;;
    *.php) kind=p ;;
    *.ftl) kind=f ;;
    *.vm) kind=V ;;
    *.ejs) kind=e ;;
    *.erb) kind=r ;;
    *.twig) kind=w ;;
    *.hbs) kind=m ;;
    *.tpl) kind=l ;;
    *.cshtml) kind=c ;;
    *.aspx) kind=A ;;
    *) continue ;;
  esac
  { printf '%s' "$kind"; cat "$file"; } >"$seeds/$(echo "$file" | tr / _)"
done

for target in "${targets[@]}"; do
  mkdir -p "fuzz/corpus/$target"
  cargo fuzz run --release --sanitizer none "$target" "fuzz/corpus/$target" "$seeds" -- \
    -seed="${SEED:-0}" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -max_len=16384 -len_control=0 -print_final_stats=1 -verbosity=0
done
