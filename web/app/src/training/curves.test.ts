import { describe, expect, it } from "vitest";
import { curvesOf, rangeOf, sharesOf } from "./curves";

const run = {
  name: "r",
  columns: ["epoch", "learning_rate", "train_loss", "val_auc", "val_f1"],
  rows: [
    [0, 0.1, 2, 0.5, null],
    [1, 0.1, 1, 0.75, null],
  ],
  confusion: null,
  classes: [],
};

describe("curves of a training run", () => {
  it("are over epochs counted from 1, losses apart from shares; empty columns are none", () => {
    const { losses, shares } = curvesOf(run);
    expect(losses).toEqual([
      {
        name: "train_loss",
        points: [
          { x: 1, y: 2 },
          { x: 2, y: 1 },
        ],
      },
    ]);
    expect(shares.map(curve => curve.name)).toEqual(["val_auc"]);
    expect(rangeOf(shares, "y")).toEqual([0.5, 0.75]);
    expect(rangeOf([], "x")).toEqual([0, 1]);
  });
});

describe("a confusion matrix", () => {
  it("is coloured by shares of each class", () =>
    expect(
      sharesOf([
        [3, 1],
        [0, 0],
      ]),
    ).toEqual([
      [0.75, 0.25],
      [0, 0],
    ]));
});
