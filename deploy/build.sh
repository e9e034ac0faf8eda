#!/usr/bin/env bash
# Configures and builds inside the toolchain: build.sh PRESET TOOLCHAIN-ID [TARGET…]. One line of progress; on failure the
# end of the log. Does nothing but ask Ninja when nothing changed.
set -euo pipefail
shopt -s extglob
cd "$(dirname "${BASH_SOURCE[0]}")/.."
preset=$1 toolchain=$2
shift 2
dir=build/$preset
log=$dir/build.log
mkdir -p "$dir"

trap 'interrupted=yes' INT TERM

fail() {
  if [[ -n ${interrupted:-} ]]; then
    printf '\nvigil: %s was interrupted; run it again to go on\n' "$1" >&2
    exit 130
  fi
  printf '\n' >&2
  grep -E -m5 -A12 'error:|Error|FAILED' "$log" >&2 || tail -n 30 "$log" >&2
  printf 'vigil: error: %s failed (whole log: %s)\n' "$1" "$PWD/$log" >&2
  exit 1
}

# One build of a tree at a time.
exec 9>"$dir/.lock"
flock 9

stamp="$toolchain $PWD"
if [[ ! -e $dir/build.ninja || $(cat "$dir/.toolchain" 2>/dev/null) != "$stamp" ]]; then
  printf 'vigil: configuring the build (%s)\n' "$preset" >&2
  rm -f "$dir/.toolchain"
  cmake --preset "$preset" --fresh >"$log" 2>&1 </dev/null || fail "configuring"
  printf '%s' "$stamp" >"$dir/.toolchain"
fi

# A torch file takes about 2 GB to compile.
memory_gib=$(awk '/MemAvailable/ { print int($2 / 1048576) }' /proc/meminfo)
jobs=$(nproc)
((jobs > memory_gib / 2)) && jobs=$((memory_gib / 2))
((jobs < 1)) && jobs=1

show() {
  local line
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    if [[ -t 2 && $line == '['[1-9]*([0-9])/+([0-9])']'* ]]; then printf '\rvigil: building %s' "${line%%]*}]" >&2; fi
  done
  if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
}

: >"$log"
# Ninja ends with this script, even when that is killed.
NINJA_STATUS='[%f/%t] ' setpriv --pdeathsig TERM ninja -C "$dir" -j "$jobs" "$@" 2>&1 </dev/null | show || fail "the build"
if grep -q '^\[[1-9]' "$log"; then printf 'vigil: built in %d s (%s)\n' "$SECONDS" "$preset" >&2; fi
