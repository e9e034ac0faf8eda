#!/usr/bin/env bash
# Milliseconds of frozen YOLOX networks, and of the same ones in ONNX Runtime, one after the other on the same cores:
#
#   bench/detector.sh [BUILD]       BUILD: a build with VIGIL_BENCH=ON (build/release)
#
# Needs python3-torch and python3-onnxruntime (deploy/packages/peers.txt) for the comparison; without them only Vigil is
# measured. Environment: THREADS (1), SECONDS_EACH (3), ROUNDS (3; the fastest of them counts), PEER (python3).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=${1:-$here/../build/release}
threads=${THREADS:-1}
seconds=${SECONDS_EACH:-3}
rounds=${ROUNDS:-3}
read -ra peer <<<"${PEER:-python3}"

time_of() { sed -n 's/.*"ms_per_picture": \([0-9.]*\).*/\1/p'; }
# The fastest of several rounds of three programs that take turns.
least() { awk -v a="$1" -v b="$2" 'BEGIN { print (a == "" || b + 0 < a + 0) ? b : a }'; }

has_peer=yes
"${peer[@]}" -c 'import onnxruntime, torch' 2>/dev/null || has_peer=no
[[ $has_peer == yes ]] || echo "SKIPPED: the comparison needs python3-torch and python3-onnxruntime (deploy/packages/peers.txt)"
printf '%-12s %6s | %8s %8s %12s | %6s %6s   ms a picture, %s thread(s)\n' net batch bf16 float32 'ONNX Runtime' ratio ratio32 "$threads"
for net in yolox-nano yolox-s; do
  for batch in 1 8; do
    ours='' full='' theirs=''
    common=(--net "$net" --batch "$batch" --threads "$threads" --seconds "$seconds")
    for ((round = 0; round < rounds; ++round)); do
      ours=$(least "$ours" "$("$build/bench/detector_bench" "${common[@]}" | time_of)")
      full=$(least "$full" "$("$build/bench/detector_bench" "${common[@]}" --float32 | time_of)")
      if [[ $has_peer == yes ]]; then
        theirs=$(least "$theirs" "$("${peer[@]}" "$here/peers/detector_peer.py" "${common[@]}" 2>/dev/null | time_of)")
      fi
    done
    awk -v n="$net" -v k="$batch" -v a="$ours" -v b="$full" -v c="$theirs" \
      'BEGIN { printf "%-12s %6d | %8.2f %8.2f %12s | %6s %6s\n", n, k, a, b, c == "" ? "-" : c, c == "" ? "-" : sprintf("%.2f", a / c), c == "" ? "-" : sprintf("%.2f", b / c) }'
  done
done
