#!/usr/bin/env python3
"""The source document's training loader in Python, for comparison: loader_peer.py DATA [--workers N] [--epochs N]
[--every K] [--seconds S] [--frugal]. Prints one JSON line.

PyAV decodes the window, frames become rgb24 arrays, and torch does the document's transforms in the document's order:
uniform subsample of 10 frames, /255, normalise, random short side 248-256, centre crop 112, flip. A torch DataLoader with
worker processes makes batches of 5. Two ways: as pytorchvideo does it (every frame of the window becomes RGB), and
--frugal (only the 10 frames that are kept do), which is kinder to Python than the document.
"""

import argparse
import csv
import json
import math
import pathlib
import random
import time

import av
import torch
from torch.utils.data import DataLoader, Dataset

FRAMES, MEAN, STD, SHORT_MIN, SHORT_MAX, CROP = 10, 0.45, 0.225, 248, 256, 112


def window_frames(path, seconds):
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "NONE"
        duration = float(stream.duration * stream.time_base) if stream.duration else container.duration / 1e6
        begin = random.uniform(0, max(0.0, duration - seconds))
        first = float((stream.start_time or 0) * stream.time_base)
        container.seek(int((begin + first) / stream.time_base), stream=stream)
        frames = []
        for frame in container.decode(stream):
            shown = frame.time - first
            if shown >= begin + seconds:
                break
            if shown >= begin:
                frames.append(frame)
    return frames


def to_tensor(frames):
    arrays = [torch.from_numpy(frame.to_ndarray(format="rgb24")) for frame in frames]
    return torch.stack(arrays).permute(3, 0, 1, 2)


def subsample(count):
    return torch.linspace(0, count - 1, FRAMES).clamp(0, count - 1).long()


def transform(clip):
    clip = clip.to(torch.float32) / 255.0
    clip = (clip - MEAN) / STD
    size = int(torch.randint(SHORT_MIN, SHORT_MAX + 1, (1,)))
    height, width = clip.shape[2:]
    if width < height:
        height, width = int(math.floor(height / width * size)), size
    else:
        height, width = size, int(math.floor(width / height * size))
    clip = torch.nn.functional.interpolate(clip, size=(height, width), mode="bilinear", align_corners=False)
    top, left = int(round((height - CROP) / 2.0)), int(round((width - CROP) / 2.0))
    clip = clip[:, :, top : top + CROP, left : left + CROP]
    return clip.flip(-1) if random.random() < 0.5 else clip.contiguous()


class Clips(Dataset):
    def __init__(self, data, every, seconds, frugal):
        with open(data / "clips.csv", newline="", encoding="utf-8-sig") as file:
            self.items = [(data / row["file"], float(row["label"] == "fight")) for row in csv.DictReader(file)][::every]
        self.seconds, self.frugal = seconds, frugal

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        path, label = self.items[index]
        frames = window_frames(path, self.seconds)
        if self.frugal:
            clip = to_tensor([frames[i] for i in subsample(len(frames))])
        else:
            clip = to_tensor(frames)
            clip = clip[:, subsample(len(frames))]
        return transform(clip), label


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--frugal", action="store_true")
    args = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(1)
    loader = DataLoader(
        Clips(args.data, args.every, args.seconds, args.frugal), batch_size=5, shuffle=True, num_workers=args.workers, persistent_workers=True
    )
    clips, started = 0, time.perf_counter()
    for _ in range(args.epochs):
        for inputs, _labels in loader:
            clips += inputs.shape[0]
    seconds = time.perf_counter() - started
    name = "python, frugal" if args.frugal else "python"
    print(json.dumps({"loader": name, "clips": clips, "seconds": round(seconds, 3), "clips_per_second": round(clips / seconds, 2)}))


if __name__ == "__main__":
    main()
