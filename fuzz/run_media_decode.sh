#!/bin/sh
# usage: run_media_decode.sh FUZZER CORPUS SECONDS
# Makes seed videos with ffmpeg, replays every crash kept in fuzz/crashes, then lets the fuzzer look for new ones.
set -eu
fuzzer=$1
corpus=$2
seconds=$3
crashes=$(dirname "$0")/crashes
mkdir -p "$corpus"

seed() { # NAME ENCODING…
  name=$1
  shift
  [ -s "$corpus/$name" ] || ffmpeg -nostdin -v error -y -f lavfi -i testsrc2=s=64x48:r=5:d=2 -pix_fmt yuv420p "$@" "$corpus/$name"
}
seed h264.mp4 -c:v libx264 -g 5 -bf 2
seed fragmented.mp4 -c:v libx264 -g 5 -movflags +frag_keyframe+empty_moov
seed h264.ts -c:v libx264 -g 5
seed h264.mkv -c:v libx264 -g 5
seed h264.264 -c:v libx264 -g 5 -bf 2
seed mpeg4.avi -c:v mpeg4 -bf 2
seed mjpeg.avi -c:v mjpeg
seed vp9.webm -c:v libvpx-vp9 -deadline realtime -cpu-used 8
seed hevc.mp4 -c:v libx265 -x265-params log-level=none
seed still.png -frames:v 1

if [ -d "$crashes" ]; then "$fuzzer" "$crashes"/*; fi
exec "$fuzzer" -max_total_time="$seconds" -max_len=200000 -timeout=20 -rss_limit_mb=2048 "$corpus"
