#!/usr/bin/env python3
"""Alert latency of the live line: alerts.py VIGIL --normal FILE --fights FILE… [-- OPTIONS OF vigil watch].

Joins normal footage and fights in turn to one video, serves it as an RTSP camera, runs `vigil watch` on it and prints how long
after the first violent frame was shown each alert came: count, median, 95th percentile, most. The model's window is part of it.
"""

import argparse
import json
import pathlib
import socket
import subprocess
import sys
import tempfile

REPO = pathlib.Path(__file__).resolve().parent.parent
NORMAL_SECONDS = 8
FIGHT_SECONDS = 6
INTERRUPTED = 130


def looped(file: str, seconds: int) -> list[str]:
    return ["-stream_loop", "-1", "-t", str(seconds), "-i", file]


def join(normal: str, fights: list[str], target: pathlib.Path) -> None:
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
    for fight in fights:
        command += looped(normal, NORMAL_SECONDS) + looped(fight, FIGHT_SECONDS)
    command += looped(normal, NORMAL_SECONDS)
    parts = 2 * len(fights) + 1
    scaled = "".join(
        f"[{i}:v]fps=25,scale=640:360:force_original_aspect_ratio=decrease,pad=640:360:-1:-1,setsar=1[v{i}];"
        for i in range(parts)
    )
    graph = scaled + "".join(f"[v{i}]" for i in range(parts)) + f"concat=n={parts}:v=1[v]"
    command += ["-filter_complex", graph, "-map", "[v]", "-c:v", "libx264", "-preset", "veryfast", "-g", "50"]
    subprocess.run([*command, "-bf", "0", "-pix_fmt", "yuv420p", target], check=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def watch(vigil: str, video: pathlib.Path, out: pathlib.Path, options: list[str]) -> tuple[list[float], list[float], int]:
    port = free_port()
    camera = [sys.executable, REPO / "tests/support/rtsp_server.py", video, "h264", "", str(port)]
    latencies, delays, dropped = [], [], 0
    with subprocess.Popen(camera, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        server.stdout.readline()
        command = [vigil, "watch", f"rtsp://127.0.0.1:{port}/camera", "--out", out, *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
            for line in running.stdout:
                told = json.loads(line)
                if told["state"] == "confirmed":
                    latencies.append(told["latency_s"])
                elif told["state"] == "status":
                    dropped = told["dropped"]
                    delays += [told["delay_p95_s"]] if told["delay_p95_s"] is not None else []
                elif told.get("what") == "lost":
                    running.terminate()
        server.kill()
        if running.returncode not in (0, INTERRUPTED):
            sys.exit(f"vigil watch ended with {running.returncode}")
    return latencies, delays, dropped


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vigil")
    parser.add_argument("--normal", required=True)
    parser.add_argument("--fights", required=True, nargs="+")
    split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    given = parser.parse_args(sys.argv[1:split])
    with tempfile.TemporaryDirectory() as folder:
        video = pathlib.Path(folder) / "camera.mp4"
        join(given.normal, given.fights, video)
        latencies, delays, dropped = watch(given.vigil, video, pathlib.Path(folder) / "out", sys.argv[split + 1 :])
    print(f"{len(given.fights)} fights, {len(latencies)} alerts, {dropped} windows and frames dropped")
    if latencies:
        print(
            f"alert after the first violent frame: median {percentile(latencies, 0.5):.2f} s, "
            f"p95 {percentile(latencies, 0.95):.2f} s, most {max(latencies):.2f} s"
        )
    if delays:
        print(f"verdict after the last frame of its window: p95 {max(delays):.2f} s in the worst ten seconds")


if __name__ == "__main__":
    main()
