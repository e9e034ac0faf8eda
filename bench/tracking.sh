#!/usr/bin/env bash
# How well people are followed on real detections: SORT, plain overlap, and our tracker live and on recordings:
#
#   bench/tracking.sh DATA [BUILD]    BUILD: a build with VIGIL_BENCH=ON (build/release)
#
# DATA holds two sequences of the MOT Challenge 2015 with the detections that SORT published: PETS09-S2L1 (det.txt and
# gt_1-400.txt, the truth of the first 400 frames) and TUD-Stadtmitte (det.txt, gt.txt).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
data=$1
build=${2:-$here/../build/release}
result=$(mktemp)
trap 'rm -f "$result"' EXIT

# row NAME ARGUMENT…: a line of the table, of what `vigil eval track` says with those arguments.
row() {
  local name=$1
  shift
  "$build/vigil" eval track --truth "$truth" "$@" | awk -v name="$name" '
    { for (i = 1; i < NF; ++i) value[$i] = $(i + 1) }
    END { printf "  %-34s %6s %6s %6s %9s\n", name, value["MOTA"], value["IDF1"], value["HOTA"], value["switches"] }'
}

while read -r sequence truth fps; do
  detections=$data/$sequence/det.txt truth=$data/$sequence/$truth
  printf '%s at %s frames a second\n  %-34s %6s %6s %6s %9s\n' "$sequence" "$fps" tracker MOTA IDF1 HOTA switches
  for age in 1 30; do
    "$build/bench/sort_peer" "$detections" "$result" --max-age "$age"
    row "SORT, max. age $age" --result "$result"
  done
  ours=(--detections "$detections" --fps "$fps")
  row 'overlap only, live' "${ours[@]}" --overlap-only --live
  row 'overlap only, recording' "${ours[@]}" --overlap-only
  row 'ours, live' "${ours[@]}" --live
  row 'ours, recording' "${ours[@]}"
  row 'ours, live, no recovery' "${ours[@]}" --live --no-recover
  row 'ours, live, no momentum' "${ours[@]}" --live --momentum 0
  row 'ours, live, no likelihood' "${ours[@]}" --live --motion-weight 0
  row 'ours, live, re-update' "${ours[@]}" --live --re-update
done <<'SEQUENCES'
PETS09-S2L1 gt_1-400.txt 7
TUD-Stadtmitte gt.txt 25
SEQUENCES
