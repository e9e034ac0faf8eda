import { describe, expect, it } from "vitest";
import { faceNote, inOrder, isCulprit } from "./culprits";

describe("a culprit", () => {
  it("was violent in an event of violence", () => {
    expect(isCulprit("violence", { dismissed: false, first_s: 3 })).toBe(true);
    expect(isCulprit("violence", { dismissed: false, first_s: null })).toBe(false);
    expect(isCulprit("zone", { dismissed: false, first_s: 3 })).toBe(false);
  });
  it("is none once somebody said that it was not them", () => expect(isCulprit("violence", { dismissed: true, first_s: 3 })).toBe(false));
});

it("comes before others, whatever the score", () => {
  const people = [
    { dismissed: false, first_s: null, score: 0.9 },
    { dismissed: false, first_s: 1, score: 0.6 },
    { dismissed: false, first_s: 1, score: 0.7 },
  ];
  expect(inOrder("violence", people).map(person => person.score)).toEqual([0.7, 0.6, 0.9]);
});

describe("a missing face", () => {
  it("is explained in the reader's language where the reason is known", () => {
    expect(faceNote("turned away")).toBe("away");
    expect(faceNote("not seen")).toBe("unseen");
    expect(faceNote("the picture was blurred")).toBeNull();
  });
});
