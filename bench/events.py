#!/usr/bin/env python3
"""What the events of `vigil analyze` are worth: false ones per hour of normal footage, and fights that are found.

usage: bench/events.py VIGIL [--normal FILE…] [--folds RUNS --data DATA] [analyze options…]

  --normal   videos without violence; any event in them is a false one. Analysed with --weights (violence-clip)
  --folds    the folder that `vigil eval RECIPE --cross-validate … --out RUNS` or `vigil fuse … --out RUNS` left: each labelled
             clip of DATA is analysed with weights that never saw it or its group; after fuse with both models

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


def measure_normal(args, options):
    records = analyze(args.vigil, args.weights, args.normal, options)
    hours = sum(record["analysed_until_s"] for record in records) / 3600
    events = sum(len(violent_events(record)) for record in records)
    print(f"normal footage: {events} false events in {hours * 60:.1f} minutes, {events / hours:.1f} an hour "
          f"(95 % upper limit {poisson_upper_bound(events) / hours:.0f})")
    for file, record in zip(args.normal, records):
        print(f"  {pathlib.Path(file).name:40} {len(violent_events(record))} events, highest score {highest(record):.3f}")
    return records


def measure_folds(args, options):
    violent, other = [], []
    fused = (args.folds / "clip").is_dir()
    runs = args.folds / "clip" if fused else args.folds
    for scores in sorted(runs.glob("seed-*/fold-*/scores.csv")):
        with open(scores, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        person = args.folds / "person" / scores.parent.relative_to(runs) / "weights.safetensors" if fused else "none"
        records = analyze(args.vigil, scores.parent / "weights.safetensors", [args.data / row["file"] for row in rows],
                          ["--person-weights", str(person), *options])
        for row, record in zip(rows, records):
            (violent if row["label"] == "1" else other).append(record)
        print(f"  {scores.parent.relative_to(runs)}: {len(rows)} clips", flush=True)
    if not violent and not other:
        raise SystemExit(f"{args.folds} holds no seed-*/fold-*/scores.csv")
    found = sum(bool(violent_events(record)) for record in violent)
    false = sum(bool(violent_events(record)) for record in other)
    print(f"clips never trained on: events in {share(found, len(violent))} of the violent, {share(false, len(other))} of the others")
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
