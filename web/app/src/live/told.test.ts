import { describe, expect, it } from "vitest";
import { afterMessage, nothingTold, untold, type DataMessage } from "./told";

const scene: DataMessage = { type: "scene", width_px: 1280, height_px: 720 };
const scores: DataMessage = { type: "scores", time_us: 1, score: 0.9, violent: true };
const begun: DataMessage = { type: "event", state: "begun", id: null, kind: "violence", rule: "", zone: "", time_us: 1, score: 0.9 };
const size = { width: 1280, height: 720 };

describe("what is told of a camera", () => {
  const told = [scene, scores, begun].reduce(afterMessage, nothingTold);

  it("holds until something else is told", () => {
    expect(told).toEqual({ size, score: 0.9, violent: true, event: begun });
    expect(afterMessage(told, { type: "people", time_us: 2, wall_us: 2, people: [] })).toBe(told);
  });

  it("does not happen now once nobody tells any more", () => {
    expect(untold(told)).toEqual({ ...nothingTold, size });
  });

  it("is forgotten when the camera begins anew", () => {
    expect(afterMessage(told, { ...scene, height_px: 960 })).toEqual({ ...nothingTold, size: { width: 1280, height: 960 } });
  });
});
