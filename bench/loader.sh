#!/usr/bin/env bash
# Clips per second of Vigil's training loader and of the same transforms in Python, on the same two cores, one after the other:
#
#   bench/loader.sh DATA [BUILD]       DATA: a folder with clips.csv; BUILD: a build with VIGIL_BENCH=ON (build/release)
#
# Needs python3-av and python3-torch (deploy/packages/peers.txt) for the comparison; without them only Vigil is measured.
# Environment: WORKERS (2), EPOCHS (2), EVERY (1: all clips; 4: each fourth).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
data=${1:?usage: bench/loader.sh DATA [BUILD]}
build=${2:-$here/../build/release}
workers=${WORKERS:-2}
epochs=${EPOCHS:-2}
every=${EVERY:-1}
cores=$(taskset -cp $$ | sed 's/.*: //' | tr ',' '\n' | sed 's/\([0-9]*\)-\([0-9]*\)/seq \1 \2/e' | head -2 | paste -sd,)

pinned() { taskset -c "$cores" "$@"; }
rate() { sed -n 's/.*"clips_per_second": \([0-9.]*\).*/\1/p' <<<"$1"; }

ours=$(pinned "$build/bench/loader_bench" "$data" --workers "$workers" --epochs "$epochs" --every "$every")
echo "$ours"
if ! python3 -c 'import av, torch' 2>/dev/null; then
  echo "SKIPPED: the comparison needs python3-av and python3-torch (deploy/packages/peers.txt)"
  exit 0
fi
for way in "" --frugal; do
  theirs=$(pinned python3 "$here/peers/loader_peer.py" "$data" --workers "$workers" --epochs "$epochs" --every "$every" $way)
  echo "$theirs"
  awk -v a="$(rate "$ours")" -v b="$(rate "$theirs")" -v way="${way:-as the document}" \
    'BEGIN { printf "vigil / python (%s): %.2f\n", way, a / b }'
done
