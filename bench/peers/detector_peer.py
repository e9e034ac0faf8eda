#!/usr/bin/env python3
"""The same YOLOX network in ONNX Runtime, for comparison: detector_peer.py [--net NAME] [--input PX] [--batch N] [--threads N]
[--seconds S]. Prints one JSON line.

Defines the network in torch, exports it with batch normalisation folded, as the published files are, and times session.run
on the CPU provider. Random weights: the time does not depend on them. Needs python3-torch and python3-onnxruntime.
"""

import argparse
import json
import pathlib
import tempfile
import time

import numpy
import onnxruntime
import torch
from torch import nn

VARIANTS = {  # depth, width, depthwise, input, parameters
    "yolox-nano": (0.33, 0.25, True, 416, 912_159),
    "yolox-tiny": (0.33, 0.375, False, 416, 5_055_855),
    "yolox-s": (0.33, 0.5, False, 640, 8_968_255),
}


def block(channels_in, out, kernel=1, stride=1, groups=1):
    conv = nn.Conv2d(channels_in, out, kernel, stride, kernel // 2, groups=groups, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(out, eps=1e-3), nn.SiLU(inplace=True))


class Csp(nn.Module):
    def __init__(self, channels_in, out, count, shortcut, conv3):
        super().__init__()
        half = out // 2
        self.through, self.around, self.join = block(channels_in, half), block(channels_in, half), block(2 * half, out)
        self.blocks = nn.ModuleList([nn.Sequential(block(half, half), conv3(half, half)) for _ in range(count)])
        self.shortcut = shortcut

    def forward(self, x):
        y = self.through(x)
        for each in self.blocks:
            y = each(y) + y if self.shortcut else each(y)
        return self.join(torch.cat((y, self.around(x)), 1))


class Pyramid(nn.Module):
    """Spatial pyramid pooling with kernels 5, 9 and 13."""

    def __init__(self, channels):
        super().__init__()
        self.first, self.last = block(channels, channels // 2), block(2 * channels, channels)
        self.pools = nn.ModuleList([nn.MaxPool2d(k, 1, k // 2) for k in (5, 9, 13)])

    def forward(self, x):
        x = self.first(x)
        return self.last(torch.cat([x] + [pool(x) for pool in self.pools], 1))


class Yolox(nn.Module):
    def __init__(self, depth, width, depthwise, classes=80):
        super().__init__()

        def conv3(channels_in, out, stride=1):
            if not depthwise:
                return block(channels_in, out, 3, stride)
            return nn.Sequential(block(channels_in, channels_in, 3, stride, channels_in), block(channels_in, out))

        def stage(out, count):
            return nn.Sequential(conv3(out // 2, out, 2), Csp(out, out, count, True, conv3))

        base, few = int(64 * width), max(round(3 * depth), 1)
        c3, c4, c5 = 4 * base, 8 * base, 16 * base
        self.stem = block(12, base, 3)
        self.at8 = nn.Sequential(stage(2 * base, few), stage(c3, 3 * few))
        self.at16 = stage(c4, 3 * few)
        self.at32 = nn.Sequential(conv3(c4, c5, 2), Pyramid(c5), Csp(c5, c5, few, False, conv3))
        self.lateral, self.reduce = block(c5, c4), block(c4, c3)
        self.down4, self.down3 = Csp(2 * c4, c4, few, False, conv3), Csp(2 * c3, c3, few, False, conv3)
        self.up3, self.up4 = conv3(c3, c3, 2), conv3(c4, c4, 2)
        self.out4, self.out5 = Csp(2 * c3, c4, few, False, conv3), Csp(2 * c4, c5, few, False, conv3)
        head = int(256 * width)
        pair = lambda: nn.Sequential(conv3(head, head), conv3(head, head))
        self.heads = nn.ModuleList(
            nn.ModuleList([block(c, head), pair(), pair(), nn.Conv2d(head, classes, 1), nn.Conv2d(head, 4, 1),
                           nn.Conv2d(head, 1, 1)])
            for c in (c3, c4, c5))

    def forward(self, x):
        parts = [x[..., dy::2, dx::2] for dy, dx in ((0, 0), (1, 0), (0, 1), (1, 1))]
        x3 = self.at8(self.stem(torch.cat(parts, 1)))
        x4 = self.at16(x3)
        top = self.lateral(self.at32(x4))
        twice = lambda y: nn.functional.interpolate(y, scale_factor=2.0, mode="nearest")
        middle = self.reduce(self.down4(torch.cat((twice(top), x4), 1)))
        p3 = self.down3(torch.cat((twice(middle), x3), 1))
        p4 = self.out4(torch.cat((self.up3(p3), middle), 1))
        p5 = self.out5(torch.cat((self.up4(p4), top), 1))
        rows = []
        for y, (stem, named, placed, classes, boxes, objects) in zip((p3, p4, p5), self.heads):
            y = stem(y)
            c, b = named(y), placed(y)
            rows.append(torch.cat((boxes(b), objects(b).sigmoid(), classes(c).sigmoid()), 1).flatten(2))
        return torch.cat(rows, 2).transpose(1, 2)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--net", default="yolox-nano", choices=VARIANTS)
    parser.add_argument("--input", type=int, default=0)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3)
    options = parser.parse_args()
    depth, width, depthwise, own_input, parameters = VARIANTS[options.net]
    size = options.input or own_input
    net = Yolox(depth, width, depthwise).eval()
    count = sum(p.numel() for p in net.parameters())
    if count != parameters:
        raise SystemExit(f"{options.net} has {count} parameters here and {parameters} as published")
    pictures = torch.rand(options.batch, 3, size, size) * 255
    with tempfile.TemporaryDirectory() as folder:
        file = str(pathlib.Path(folder) / "net.onnx")
        torch.onnx.export(net, pictures, file, opset_version=13, input_names=["images"], dynamo=False)
        how = onnxruntime.SessionOptions()
        how.intra_op_num_threads = options.threads
        how.log_severity_level = 3
        session = onnxruntime.InferenceSession(file, how, providers=["CPUExecutionProvider"])
    feed = {"images": numpy.ascontiguousarray(pictures.numpy())}
    for _ in range(3):
        session.run(None, feed)
    times, begin = [], time.perf_counter()
    while time.perf_counter() - begin < options.seconds:
        one = time.perf_counter()
        session.run(None, feed)
        times.append(time.perf_counter() - one)
    median = sorted(times)[len(times) // 2] * 1e3
    print(json.dumps({"engine": f"ONNX Runtime {onnxruntime.__version__}", "net": options.net, "input": size,
                      "batch": options.batch, "threads": options.threads, "ms": round(median, 3),
                      "ms_per_picture": round(median / options.batch, 3)}))


if __name__ == "__main__":
    main()
