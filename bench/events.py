#!/usr/bin/env python3
"""What the events of `vigil analyze` are worth: false ones per hour of normal footage, and fights that are found.

usage: bench/events.py VIGIL [--normal FILE…] [--folds RUNS --data DATA] [analyze options…]

  --normal   videos without violence; any event in them is a false one. Analysed with --weights (violence-clip)
  --folds    the folder that `vigil eval RECIPE --cross-validate … --out RUNS` or `vigil fuse … --out RUNS` left: each labelled
             clip of DATA is analysed with weights that never saw it or its group; after fuse with both models. The clips of
             each group are then joined, those without violence and the others, and analysed once more as longer videos

Options that are not listed here go to `vigil analyze`, e.g. --threshold-on 0.6. Beside the events as they are with these
options, a table shows what other opening thresholds would do: the share of clips, and the false openings in the normal footage,
whose highest score reaches them.
"""
import argparse
import csv
import json
import math
import pathlib
import subprocess
import tempfile

THRESHOLDS = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8]


def analyze(vigil, weights, files, options):
    """The records of the files, in their order."""
    with tempfile.TemporaryDirectory() as scratch:
        # With one input the result is a list of one all the same.
        command = [vigil, "analyze", "--json", "--quiet", "--out", scratch, "--weights", str(weights), *options, *map(str, files)]
        run = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if run.returncode != 0:
        raise SystemExit(f"{' '.join(command[:2])} ended with {run.returncode}")
    return json.loads(run.stdout)


def violent_events(record):
    return [event for event in record["events"] if event["kind"] == "violence"]


def highest(record):
    return record["highest"]["score"] if record.get("highest") else 0.0


def poisson_upper_bound(events):
    """The 95 % upper limit of the mean, given so many events: where the chance of seeing no more than them is 5 %."""
    low, high = 0.0, 10.0 + 3 * events
    for _ in range(60):
        mean = (low + high) / 2
        chance = sum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(events + 1))
        low, high = (mean, high) if chance > 0.05 else (low, mean)
    return high


def share(part, whole):
    return f"{part}/{whole} ({part / whole:.2f})" if whole else "–"


def say_false_events(what, records):
    hours = sum(record["analysed_until_s"] for record in records) / 3600
    events = sum(len(violent_events(record)) for record in records)
    print(f"{what}: {events} false events in {hours * 60:.1f} minutes, {events / hours:.1f} an hour "
          f"(95 % upper limit {poisson_upper_bound(events) / hours:.0f})")


def say_each(names, records):
    for name, record in zip(names, records):
        print(f"  {name:40} {len(violent_events(record))} events, highest score {highest(record):.3f}")


def measure_normal(args, options):
    records = analyze(args.vigil, args.weights, args.normal, options)
    say_false_events("normal footage", records)
    say_each([pathlib.Path(file).name for file in args.normal], records)
    return records


def join(clips, target):
    """The clips one after the other, at the size and frame rate of the first."""
    probe = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height,r_frame_rate", "-of", "csv=p=0"]
    width, height, rate = subprocess.run([*probe, clips[0]], stdout=subprocess.PIPE, text=True, check=True).stdout.strip().split(",")
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
    for clip in clips:
        command += ["-i", str(clip)]
    graph = "".join(f"[{i}:v:0]scale={width}:{height},setsar=1,fps={rate}[v{i}];" for i in range(len(clips)))
    graph += "".join(f"[v{i}]" for i in range(len(clips))) + f"concat=n={len(clips)}:v=1[v]"
    subprocess.run([*command, "-filter_complex", graph, "-map", "[v]", "-crf", "18", "-pix_fmt", "yuv420p", str(target)], check=True)


def join_groups(rows, data, folder, label):
    """The clips with that label among `rows`, one video for each group."""
    groups = {}
    with open(data / "clips.csv", newline="", encoding="utf-8") as file:
        group_of = {row["file"]: row["group"] for row in csv.DictReader(file)}
    for row in rows:
        if row["label"] == label:
            groups.setdefault(group_of[row["file"]], []).append(data / row["file"])
    for group, clips in sorted(groups.items()):
        join(clips, folder / f"{group}-{label}.mp4")
    return [folder / f"{group}-{label}.mp4" for group in sorted(groups)]


def measure_folds(args, options):
    violent, other, long_violent, long_other = [], [], [], []
    fused = (args.folds / "clip").is_dir()
    runs = args.folds / "clip" if fused else args.folds
    for scores in sorted(runs.glob("seed-*/fold-*/scores.csv")):
        with open(scores, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        person = args.folds / "person" / scores.parent.relative_to(runs) / "weights.safetensors" if fused else "none"
        weights = scores.parent / "weights.safetensors"
        both = ["--person-weights", str(person), *options]
        records = analyze(args.vigil, weights, [args.data / row["file"] for row in rows], both)
        for row, record in zip(rows, records):
            (violent if row["label"] == "1" else other).append(record)
        with tempfile.TemporaryDirectory() as scratch:
            for label, into in (("1", long_violent), ("0", long_other)):
                videos = join_groups(rows, args.data, pathlib.Path(scratch), label)
                into += analyze(args.vigil, weights, videos, both) if videos else []
        print(f"  {scores.parent.relative_to(runs)}: {len(rows)} clips", flush=True)
    if not violent and not other:
        raise SystemExit(f"{args.folds} holds no seed-*/fold-*/scores.csv")
    found = sum(bool(violent_events(record)) for record in violent)
    false = sum(bool(violent_events(record)) for record in other)
    print(f"clips never trained on: events in {share(found, len(violent))} of the violent, {share(false, len(other))} of the others")
    found = sum(bool(violent_events(record)) for record in long_violent)
    print(f"joined group by group: events in {share(found, len(long_violent))} of the violent ones")
    say_false_events("  the others", long_other)
    return violent, other


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vigil")
    parser.add_argument("--normal", nargs="+", default=[])
    parser.add_argument("--weights", default="violence-clip")
    parser.add_argument("--folds", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path)
    args, options = parser.parse_known_args()
    if not args.normal and not args.folds:
        parser.error("name --normal footage, --folds, or both")
    if bool(args.folds) != bool(args.data):
        parser.error("--folds and --data go together")

    normal = measure_normal(args, options) if args.normal else []
    violent, other = measure_folds(args, options) if args.folds else ([], [])
    print("\nhighest score at least   violent clips      other clips        normal videos")
    for threshold in THRESHOLDS:
        columns = [share(sum(highest(record) >= threshold for record in records), len(records)) for records in (violent, other, normal)]
        print(f"{threshold:22.1f}   {columns[0]:18} {columns[1]:18} {columns[2]}")


if __name__ == "__main__":
    main()
