import { describe, expect, it } from "vitest";
import type { Scene } from "../api/generated";
import { clamped, crossesItself, reachOf, rightOf, translated, withCorner, withoutCorner } from "./geometry";
import { newRule, numbersOf, ofKind, problemsOf } from "./rules";
import { freeName, pointsOf, renamed, sameScene, withoutShape, withPoints, withShape } from "./scenes";

const triangle = [
  [0, 0],
  [1, 0],
  [0, 1],
];
const scene: Scene = {
  zones: [{ name: "yard", polygon: triangle }],
  lines: [{ name: "road", from: [0, 0], to: [1, 1] }],
  masks: [],
  threshold: null,
  rules: [
    { name: "keep out", kind: "zone", zone: "yard" },
    { name: "up", kind: "line", line: "road" },
  ],
};

describe("polygons", () => {
  it("stay in the picture", () => {
    expect(clamped([-0.1, 1.23456])).toEqual([0, 1]);
    expect(
      translated(
        [
          [0.1, 0.5],
          [0.3, 0.9],
        ],
        -0.5,
        0.5,
      ),
    ).toEqual([
      [0, 0.6],
      [0.2, 1],
    ]);
  });
  it("get corners in the middle of their sides", () => {
    expect(withCorner(triangle, 0)).toEqual([
      [0, 0],
      [0.5, 0],
      [1, 0],
      [0, 1],
    ]);
    expect(withCorner(triangle, 2)).toEqual([
      [0, 0],
      [1, 0],
      [0, 1],
      [0, 0.5],
    ]);
  });
  it("keep three corners", () => {
    expect(withoutCorner(triangle, 0)).toHaveLength(3);
    expect(withoutCorner(withCorner(triangle, 0), 1)).toEqual(triangle);
  });
  it("have corners that a finger can take, apart from each other", () => {
    expect(reachOf(triangle, 0, 14, [340, 190])).toBe(14);
    expect(reachOf(triangle, 0, 14, [16, 190])).toBe(8);
    expect(reachOf([[0.5, 0.5]], 0, 14, [340, 190])).toBe(14);
  });
  it("are known to cross themselves", () => {
    expect(crossesItself(triangle)).toBe(false);
    expect(
      crossesItself([
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ]),
    ).toBe(false);
    expect(
      crossesItself([
        [0, 0],
        [1, 1],
        [1, 0],
        [0, 1],
      ]),
    ).toBe(true);
  });
});

describe("the right of a line", () => {
  it("is that of who walks from its first point to its second", () => {
    const { head } = rightOf([0.5, 1], [0.5, 0], 0.2, 1);
    expect(head[0]).toBeCloseTo(0.6);
    expect(head[1]).toBeCloseTo(0.5);
  });
});

describe("a scene", () => {
  it("gives and takes the points of its shapes", () => {
    expect(
      pointsOf(
        withPoints(scene, { kind: "lines", index: 0 }, [
          [0.1, 0.1],
          [0.2, 0.2],
        ]),
        { kind: "lines", index: 0 },
      ),
    ).toEqual([
      [0.1, 0.1],
      [0.2, 0.2],
    ]);
    expect(pointsOf(scene, { kind: "masks", index: 4 })).toEqual([]);
  });
  it("is the same whatever the order in which its parts come", () => {
    const { zones, lines, masks, threshold, rules } = scene;
    const reordered = { rules: rules.map(rule => Object.fromEntries(Object.entries(rule).reverse())), threshold, masks, lines, zones };
    expect(sameScene(scene, reordered)).toBe(true);
    expect(sameScene(scene, { ...scene, rules: [...rules].reverse() })).toBe(false);
    expect(sameScene(scene, { ...scene, threshold: 0.5 })).toBe(false);
    expect(sameScene({ ...scene, rules: [{ ...rules[0], min_s: 1 }, rules[1]] }, scene)).toBe(false);
    expect(sameScene(scene, renamed(scene, "zones", 0, "garden"))).toBe(false);
  });
  it("gets shapes with names of their own", () => {
    const { scene: more, added } = withShape(scene, "zones", freeName(scene, "zone"));
    expect(more.zones[added.index]!.name).toBe("zone 1");
    expect(freeName(more, "zone")).toBe("zone 2");
  });
  it("has rules that follow the names of places", () => {
    expect(renamed(scene, "zones", 0, "garden").rules[0]).toMatchObject({ zone: "garden" });
    expect(renamed(scene, "lines", 0, "street").rules[1]).toMatchObject({ line: "street" });
  });
  it("tells what keeps it from being saved", () => {
    expect(problemsOf(scene)).toEqual([]);
    expect(problemsOf(withoutShape(scene, { kind: "zones", index: 0 }))).toEqual(["ruleZone"]);
    expect(problemsOf(withoutShape(scene, { kind: "lines", index: 0 }))).toEqual(["ruleLine"]);
    expect(problemsOf(renamed(scene, "zones", 0, "road"))).toContain("sameName");
    expect(problemsOf({ ...scene, rules: [...scene.rules, { name: "up", kind: "running" }] })).toEqual(["sameRule"]);
  });
});

describe("a rule", () => {
  it("changes its kind and keeps what still holds", () => {
    expect(ofKind({ name: "r", kind: "zone", zone: "yard", min_s: 4, cool_down_s: 9 }, "crowd", scene)).toEqual({
      name: "r",
      kind: "crowd",
      zone: "yard",
      people: 5,
      cool_down_s: 9,
    });
    expect(ofKind({ name: "r", kind: "zone", zone: "yard" }, "line", scene)).toEqual({ name: "r", kind: "line", line: "road" });
  });
  it("has a radius only without a zone", () => {
    expect(numbersOf({ name: "r", kind: "loitering" }).map(field => field.name)).toContain("radius");
    expect(numbersOf({ name: "r", kind: "loitering", zone: "yard" }).map(field => field.name)).not.toContain("radius");
  });
  it("begins as what the scene has places for", () => {
    expect(newRule(scene, "rule")).toEqual({ name: "rule 1", kind: "zone", zone: "yard" });
    expect(newRule({ ...scene, zones: [], lines: [] }, "rule").kind).toBe("loitering");
  });
});
