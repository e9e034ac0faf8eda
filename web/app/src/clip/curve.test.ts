import { describe, expect, it } from "vitest";
import { curveOf, pathOf, place, ticks, valueAt } from "./curve";

describe("a curve", () => {
  it("has a point in the middle of each window", () => {
    expect(
      curveOf([
        [0, 2, 0.1],
        [1, 3, 0.5],
      ]),
    ).toEqual([
      { x: 1, y: 0.1 },
      { x: 2, y: 0.5 },
    ]);
  });

  it("is broken where windows are missing", () => {
    expect(
      curveOf([
        [0, 2, 0.1],
        [1, 3, 0.2],
        [2, 4, 0.3],
        [9, 11, 0.4],
      ]).map(point => point.y),
    ).toEqual([0.1, 0.2, 0.3, null, 0.4]);
  });

  it("is drawn upward, with a new beginning after each gap", () => {
    const [x, y] = [
      { from: 0, to: 10, size: 100 },
      { from: 0, to: 1, size: 50 },
    ];
    expect(
      pathOf(
        [
          { x: 0, y: 0 },
          { x: 5, y: 1 },
          { x: 6, y: null },
          { x: 10, y: 0.5 },
        ],
        x,
        y,
      ),
    ).toBe("M0.0 50.0L50.0 0.0M100.0 25.0");
  });
});

describe("a scale", () => {
  const scale = { from: 10, to: 20, size: 200 };
  it("goes to places and back", () => {
    expect(place(scale, 15)).toBe(100);
    expect(valueAt(scale, 100)).toBe(15);
    expect(valueAt(scale, -50)).toBe(10);
    expect(valueAt(scale, 900)).toBe(20);
  });
  it("is marked at round values", () => {
    expect(ticks(0, 1, 4)).toEqual([0, 0.5, 1]);
    expect(ticks(3.2, 9.1, 5)).toEqual([4, 6, 8]);
    expect(ticks(5, 5, 3)).toEqual([5]);
  });
});
