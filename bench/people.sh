#!/usr/bin/env bash
# How well people are found and followed from pixels, detector by detector: average precision on every fifth frame, and the
# whole line of `vigil analyze` on a recording:
#
#   bench/people.sh VIDEO TRUTH [DETECTOR…]    DETECTOR: a name in models/ or a file (person-nano nanodet movenet-multipose)
#
# TRUTH is a gt.txt of the MOT Challenge for VIDEO, e.g. PETS09-S2L1 for OpenCV's vtest.avi. Environment: BUILD
# (build/release), THREADS (1).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
video=$1
truth=$2
shift 2
(($# > 0)) || set -- person-nano nanodet movenet-multipose
vigil=${BUILD:-$here/../build/release}/vigil
threads=(--threads "${THREADS:-1}" --quiet)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# value NAME TEXT: the number behind NAME.
value() { sed -n "s/.*\b$1 \([-.0-9]*\).*/\1/p" <<<"$2"; }

printf '%-22s %6s %6s | %6s %6s %6s %9s\n' detector AP50 AP MOTA IDF1 HOTA switches
for detector; do
  found=$("$vigil" eval detect --detector "$detector" --video "$video" --truth "$truth" --every 5 "${threads[@]}")
  "$vigil" analyze "$video" --detector "$detector" --pose none --out "$work/out" "${threads[@]}" >"$work/said"
  followed=$("$vigil" eval track --tracks "$work/out/tracks.jsonl" --truth "$truth")
  printf '%-22s %6s %6s | %6s %6s %6s %9s\n' "$(basename "$detector")" "$(value AP50 "$found")" "$(value AP50–95 "$found")" \
    "$(value MOTA "$followed")" "$(value IDF1 "$followed")" "$(value HOTA "$followed")" "$(value switches "$followed")"
done
