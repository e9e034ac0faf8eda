#!/usr/bin/env python3
"""Decoding and sampling set against the limit: `ffmpeg -f null` on the same file, with as many threads, in the same run.

usage: bench/media.py MEDIA_BENCH [FILE…] [--threads N] [--clips N]

Without files, a 60-second 640×360 H.264 video is made with ffmpeg. For sampling, the limit is what raw decoding of the
frames from the key frame before each clip to its last sampled frame costs; opening the file is on our side only. Costs are
CPU seconds of all threads, so that what else runs on the machine does not count.
"""
import argparse
import bisect
import os
import resource
import subprocess
import tempfile


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def children_cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def packets(path):
    lines = run("ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0", path)
    rows = [line.split(",") for line in lines.split()]
    times = [(float(row[0]), "K" in row[1]) for row in rows if row[0] != "N/A"]
    zero = min(t for t, _ in times)
    return sorted(t - zero for t, _ in times), sorted(t - zero for t, key in times if key)


def raw_seconds_per_frame(path, frames, threads):
    """Looped until start-up no longer counts; the start-up itself, one loop less, is taken off."""
    loops = max(1, 3000 // frames)

    def decode(times):
        start = children_cpu_seconds()
        run("ffmpeg", "-nostdin", "-v", "error", "-threads", str(threads), "-stream_loop", str(times - 1), "-i", path,
            "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "null", "-")
        return children_cpu_seconds() - start

    return min((decode(loops + 1) - decode(1)) / (loops * frames) for _ in range(3))


def main():
    # OpenBLAS, which OpenCV brings along, lets a thread spin at start-up that does nothing here.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("media_bench")
    parser.add_argument("files", nargs="*")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--clips", type=int, default=40)
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as scratch:
        files = args.files
        if not files:
            files = [os.path.join(scratch, "synthetic.mp4")]
            run("ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=60", "-vf", "noise=alls=8:allf=t",
                "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-g", "50", files[0])
        print(f"{'file':32} {'raw ms/frame':>12} {'decode':>7} {'sample':>7} {'sample, RGB 256':>16}   (× the limit; 1.00 is the limit)")
        for path in files:
            times, keys = packets(path)
            if len(times) < 2:
                print(f"{os.path.basename(path):32} has no timestamps to compare by")
                continue
            raw = raw_seconds_per_frame(path, len(times), args.threads)
            options = ["--threads", str(args.threads)]
            decode = min(decode_cost(args.media_bench, path, options) for _ in range(3)) / raw
            sample = [min(sample_cost(args, path, options + more, times, keys, raw) for _ in range(3))
                      for more in ([], ["--short-side", "256"])]
            print(f"{os.path.basename(path):32} {raw * 1000:12.3f} {decode:7.2f} {sample[0]:7.2f} {sample[1]:16.2f}")


def decode_cost(media_bench, path, options):
    _, frames, seconds = run(media_bench, "decode", path, *options).split()
    return float(seconds) / int(frames)


def sample_cost(args, path, options, times, keys, raw):
    ours = limit = 0.0
    for line in run(args.media_bench, "sample", path, "--clips", str(args.clips), *options).splitlines():
        kind, *figures = line.split("\t")
        if kind != "clip":
            continue
        first, last, seconds = map(float, figures)
        key = keys[max(bisect.bisect_right(keys, first + 1e-4) - 1, 0)]
        needed = bisect.bisect_right(times, last + 1e-4) - bisect.bisect_left(times, key - 1e-4)
        ours += seconds
        limit += needed * raw
    return ours / limit


if __name__ == "__main__":
    main()
