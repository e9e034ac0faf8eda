#!/usr/bin/env python3
"""Whether a server carries its viewers: serve_load.py VIGIL SERVE_LOAD VIDEO [-- OPTIONS OF vigil serve].

Starts `vigil serve` on two cores, with an empty repository, uploads VIDEO so that there are events to look at, and adds two
RTSP cameras that show it again and again as H.264. Measures the analysis of the cameras without and then with people who
look: viewers, each with a camera's live video and live data, and requests to the API at a fixed rate. The cameras, the server
and those who look share the cores.

Exits with 1 when the load was not carried: a request that was not answered with 200, a viewer that lost a picture, got
fewer than the others or none for two seconds, or a camera of which windows or pictures were dropped or fewer analysed than
without the load.
"""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import random
import re
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

REPO = pathlib.Path(__file__).resolve().parent.parent
CORES = 2
KEY_EVERY_S = 2
WARM_UP_S = 15
START_S = 120  # most that the cameras and a phase of measuring take to begin
CAMERAS = 2
PAGE = 24  # events that the UI shows at once
PLANNED = 2000  # requests, which then repeat
LEAST_SHARE = 0.97  # of the analysed frames without load; of a camera's fragments that the best served viewer got
LONGEST_PAUSE_S = 2  # of a viewer's video
TICKS = os.sysconf("SC_CLK_TCK")
# Everybody who is seen for two seconds becomes an event.
RULES = """
[[zone]]
name = "everywhere"
polygon = [[0, 0], [1, 0], [1, 1], [0, 1]]

[[rule]]
name = "anybody"
kind = "zone"
zone = "everywhere"
min_s = 2
"""


def ffmpeg(*options) -> None:
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, options)], check=True)


def camera_video(given: argparse.Namespace, folder: pathlib.Path) -> pathlib.Path:
    """As a camera sends it, and longer than the measurement."""
    once, long = folder / "once.mp4", folder / "camera.mp4"
    rate = ["-r", given.fps] if given.fps else []
    coding = ["-c:v", "libx264", "-preset", "veryfast", "-bf", 0, "-pix_fmt", "yuv420p", "-b:v", f"{given.mbit}M"]
    coding += ["-maxrate", f"{given.mbit}M", "-bufsize", f"{given.mbit}M"]
    ffmpeg("-i", given.video, *rate, *coding, "-force_key_frames", f"expr:gte(t,n_forced*{KEY_EVERY_S})", "-an", once)
    seconds = WARM_UP_S + 2 * given.seconds + 3 * START_S
    ffmpeg("-stream_loop", -1, "-t", seconds, "-i", once, "-c", "copy", long)
    return long


@contextlib.contextmanager
def camera(video: pathlib.Path):
    command = [sys.executable, REPO / "tests/support/rtsp_server.py", video, "h264", "", "0"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.pid, f"rtsp://127.0.0.1:{int(process.stdout.readline())}/camera"
        finally:
            process.kill()


class Server:
    """`vigil serve` and its administrator."""

    def __init__(self, vigil: str, folder: pathlib.Path, options: list[str]) -> None:
        self.folder, self.csrf = folder, ""
        self.opener = urllib.request.build_opener()
        (folder / "rules.toml").write_text(RULES)
        (folder / "vigil.toml").write_text("[limits]\nrequests_per_second = 10000\n")
        command = [vigil, "serve", "--config", folder / "vigil.toml", "--port", "0", "--data", folder / "data"]
        command += ["--rules", folder / "rules.toml", *options]
        with open(folder / "serve.log", "w") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)

    def __enter__(self) -> "Server":
        for line in self.process.stdout:
            link = re.search(r"(http://127\.0\.0\.1:(\d+))/setup#token=(\S+)", line)
            if link:
                break
        else:
            sys.exit("vigil serve did not start: " + (self.folder / "serve.log").read_text())
        self.url, self.port = link[1], int(link[2])
        who = {"token": link[3], "name": "ada", "email": "ada@example.org", "password": "a long enough password"}
        with self.send("POST", "/api/v1/setup", who) as answer:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
            self.csrf = json.load(answer)["csrf_token"]
        self.opener.addheaders += [("Cookie", self.cookie)]
        return self

    def __exit__(self, *_) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait()

    def send(self, method: str, path: str, body=None, headers=None):
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"X-CSRF-Token": self.csrf, "Content-Type": "application/json", **(headers or {})}
        return self.opener.open(urllib.request.Request(self.url + path, data, headers, method=method))

    def get(self, path: str):
        with self.send("GET", "/api/v1" + path) as answer:
            return json.load(answer)

    def analyse(self, video: pathlib.Path) -> None:
        tus = {"Tus-Resumable": "1.0.0"}
        begin = {**tus, "Upload-Length": str(video.stat().st_size), "Upload-Metadata": "filename dmlkZW8ubXA0"}
        path = self.send("POST", "/api/v1/uploads", b"", begin).headers["Location"]
        offset = 0
        with open(video, "rb") as file:
            while piece := file.read(4 << 20):
                more = {**tus, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
                self.send("PATCH", path, piece, more)
                offset += len(piece)
        while not all(job["finished"] for job in self.get("/jobs")):
            time.sleep(0.5)

    def add_cameras(self, addresses: list[str]) -> list[int]:
        ids = []
        for i, address in enumerate(addresses):
            with self.send("POST", "/api/v1/cameras", {"name": f"Camera {i + 1}", "address": address}) as answer:
                ids.append(json.load(answer)["id"])
        until = time.monotonic() + START_S
        while not all(self.get(f"/cameras/{id}")["status"]["fps"] > 0 for id in ids):
            if time.monotonic() > until:
                sys.exit("the cameras do not start: " + json.dumps(self.get("/cameras")))
            time.sleep(0.5)
        return ids

    def counters(self) -> dict[tuple[str, int], float]:
        """vigil_camera_… of each camera."""
        with self.send("GET", "/metrics") as answer:
            text = answer.read().decode()
        found = re.findall(r'^vigil_camera_(\w+)\{.*id="(\d+)"\} (\S+)$', text, re.MULTILINE)
        return {(name, int(id)): float(value) for name, id, value in found}


def requests_of(server: Server, cameras: list[int]) -> list[tuple[str, str]]:
    """What the UI asks for when people leaf through events, in a mix that is always the same."""
    events = server.get("/events?count=500")["events"]
    if not events:
        sys.exit("nothing happens in this video, so that there is nothing to look at")
    whole = [server.get(f"/events/{event['id']}") for event in events]
    posters = [event["poster"] for event in whole if event["poster"]]
    crops = [crop for event in whole for person in event["people"] for crop in person["crops"]]
    now = datetime.datetime.now(datetime.timezone.utc)
    days = f"from={now - datetime.timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}&until={now:%Y-%m-%dT%H:%M:%SZ}"
    searches = ["", "&kind=zone", "&review=new", "&least_score=0.5", "&words=gate", *(f"&camera={id}" for id in cameras)]
    kinds = {
        "search": (20, [f"/api/v1/events?count={PAGE}{search}" for search in searches]),
        "days": (3, [f"/api/v1/events/days?{days}"]),
        "event": (10, [f"/api/v1/events/{event['id']}" for event in events]),
        "poster": (35, posters),
        "crop": (20, crops or posters),
        "cameras": (8, ["/api/v1/cameras", *(f"/api/v1/cameras/{id}" for id in cameras)]),
        "session, system": (4, ["/api/v1/session", "/api/v1/system"]),
    }
    print(f"{len(events)} events, {len(posters)} posters and {len(crops)} crops to look at")
    choose = random.Random(1)
    names = choose.choices(list(kinds), [weight for weight, _ in kinds.values()], k=PLANNED)
    return [(name, choose.choice(kinds[name][1])) for name in names]


def busy_seconds(cores: set[int]) -> float:
    """Of the cores, whoever used them."""
    total = 0
    for line in pathlib.Path("/proc/stat").read_text().splitlines():
        name, *ticks = line.split()
        if name in {f"cpu{core}" for core in cores}:
            idle, waiting = int(ticks[3]), int(ticks[4])
            total += sum(map(int, ticks[:8])) - idle - waiting
    return total / TICKS


def cpu_seconds(pid: int) -> float:
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def children_cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(server: Server, camera_pid: int, program: str, plan: dict) -> dict:
    def now():
        ours = [cpu_seconds(server.process.pid), cpu_seconds(camera_pid), children_cpu_seconds()]
        return time.monotonic(), [*ours, busy_seconds(os.sched_getaffinity(0))], server.counters()

    began, cpu, counters = now()
    run = subprocess.run([program], input=json.dumps(plan), stdout=subprocess.PIPE, text=True, check=True)
    ended, cpu_after, counters_after = now()
    seen = json.loads(run.stdout)
    seconds = ended - began
    seen["cpu"] = [(after - before) / seconds for before, after in zip(cpu, cpu_after)]
    for one in seen["cameras"]:
        for name in ["frames_total", "dropped_total", "reconnects_total"]:
            one[name] = counters_after[name, one["id"]] - counters[name, one["id"]]
        one["frames_per_s"] = one["frames_total"] / seconds
        one["score_delay_s"] = counters_after["delay_seconds", one["id"]]
    return seen


def tell_cameras(what: str, seen: dict) -> None:
    server, cameras, load, all_of_it = seen["cpu"]
    rest = max(all_of_it - server - cameras - load, 0)
    print(
        f"{what}: cores in use: server {server:.2f}, cameras {cameras:.2f}, those who look {load:.2f}, all else on the machine {rest:.2f}"
    )
    for one in seen["cameras"]:
        print(
            f"  camera {one['id']}: {one['frames_per_s']:.2f} pictures a second read, {one['people_per_s']:.2f} analysed, "
            f"{one['dropped_total']:.0f} dropped; people after {one['delay_s']['p50']:.2f} s (p95 {one['delay_s']['p95']:.2f}), "
            f"scores after {one['score_delay_s']:.2f} s (p95)"
        )


def tell_load(seen: dict, plan: dict) -> None:
    def range_of(name: str, scale: float) -> str:
        values = [viewer[name] * scale for viewer in seen["viewers"]]
        return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"

    if seen["viewers"]:
        lost = [viewer["lost"] for viewer in seen["viewers"]]
        print(f"{len(lost)} viewers, median (least to most):")
        print(f"  fragments a second {range_of('fragments', 1 / plan['seconds'])}, Mbit/s {range_of('bytes', 8e-6 / plan['seconds'])}")
        print(f"  lines of data a second {range_of('lines', 1 / plan['seconds'])}")
        print(f"  longest pause of the video, s: {range_of('longest_pause_s', 1)}; {sum(n > 0 for n in lost)} lost pictures, {sum(lost)} in all")
        for one in seen["cameras"]:
            late = one["video_late_s"]
            print(
                f"  pictures of camera {one['id']} come later than the quickest one by ms: p50 {1000 * late['p50']:.0f}, "
                f"p95 {1000 * late['p95']:.0f}, p99 {1000 * late['p99']:.0f}, most {1000 * late['most']:.0f}"
            )
    print(f"requests: {seen['asked']} due, {seen['asked'] / plan['seconds']:.1f} a second; answered after ms")
    for kind, times in seen["answers_ms"].items():
        figures = "  ".join(f"{name} {times[name]:7.1f}" for name in ["p50", "p95", "p99", "most"])
        print(f"  {kind:16} {times['count']:6}  {figures}")


def complaints(before: dict, seen: dict, plan: dict) -> list[str]:
    found = [f"{count} × {what}" for phase in [before, seen] for what, count in phase["errors"].items()]
    if seen["answers_ms"]["all"]["count"] != seen["asked"]:
        found.append(f"{seen['asked'] - seen['answers_ms']['all']['count']} requests were never answered")
    for calm, busy in zip(before["cameras"], seen["cameras"]):
        if busy["dropped_total"] > 0:
            found.append(f"camera {busy['id']}: {busy['dropped_total']:.0f} dropped, {calm['dropped_total']:.0f} without load")
        if busy["people_per_s"] < LEAST_SHARE * calm["people_per_s"]:
            found.append(f"camera {busy['id']}: {busy['people_per_s']:.2f} analysed a second, without load {calm['people_per_s']:.2f}")
        if busy["reconnects_total"] > 0:
            found.append(f"camera {busy['id']} was connected to anew")
    cameras = len(plan["cameras"])
    for number, viewer in enumerate(seen["viewers"]):
        most = max(other["fragments"] for other in seen["viewers"][number % cameras :: cameras])
        if viewer["lost"] > 0:
            found.append(f"viewer {number} lost {viewer['lost']} pictures")
        if viewer["fragments"] < LEAST_SHARE * most or viewer["longest_pause_s"] > LONGEST_PAUSE_S:
            found.append(
                f"viewer {number} got {viewer['fragments']} fragments, another of its camera {most}, "
                f"and nothing for {viewer['longest_pause_s']:.1f} s"
            )
    return found


def options() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vigil")
    parser.add_argument("serve_load", help="the program of bench/serve_load.cpp")
    parser.add_argument("video")
    parser.add_argument("--seconds", type=int, default=60, help="of each of the two measurements")
    parser.add_argument("--viewers", type=int, default=50)
    parser.add_argument("--rate", type=float, default=200, help="requests a second")
    parser.add_argument("--mbit", type=float, default=2, help="Mbit/s of each camera's video")
    parser.add_argument("--fps", type=float, help="pictures a second of each camera; left out: as many as VIDEO has")
    split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    return parser.parse_args(sys.argv[1:split]), sys.argv[split + 1 :]


def main() -> None:
    given, more = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # takes the server along
    os.environ.setdefault("GOMP_SPINCOUNT", "10000")  # as the launcher has it
    cores = sorted(os.sched_getaffinity(0))[:CORES]
    os.sched_setaffinity(0, cores)
    with tempfile.TemporaryDirectory() as temporary, contextlib.ExitStack() as running:
        folder = pathlib.Path(temporary)
        video = camera_video(given, folder)
        camera_pid, address = running.enter_context(camera(video))
        server = running.enter_context(Server(given.vigil, folder, more))
        server.analyse(folder / "once.mp4")
        cameras = server.add_cameras([address] * CAMERAS)
        plan = {
            "port": server.port,
            "cookie": server.cookie,
            "cameras": cameras,
            "requests": requests_of(server, cameras),
            "viewers": 0,
            "rate": 0,
            "seconds": given.seconds,
        }
        time.sleep(WARM_UP_S)
        print(f"{len(cores)} cores, load average {os.getloadavg()[0]:.2f}; each measurement takes {given.seconds} s")
        before = measure(server, camera_pid, given.serve_load, plan)
        tell_cameras("without load", before)
        plan |= {"viewers": given.viewers, "rate": given.rate}
        seen = measure(server, camera_pid, given.serve_load, plan)
        tell_cameras("with load", seen)
        tell_load(seen, plan)
        wrong = complaints(before, seen, plan)
    print("\n".join(["NOT CARRIED:", *wrong]) if wrong else "carried")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
