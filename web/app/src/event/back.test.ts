import { describe, expect, it } from "vitest";
import { backOf } from "./back";

describe("the way back from an event", () => {
  it("leads to where it was opened, and is called so", () => {
    expect(backOf({ from: "/review" })).toEqual({ to: "/review", page: "review" });
    expect(backOf({ from: "/live/3" })).toEqual({ to: "/live/3", page: "live" });
    expect(backOf({ from: "/people?event=7" })).toEqual({ to: "/people?event=7", page: "people" });
  });
  it("keeps what was searched for", () => {
    const from = "/repository?words=red&from=2022-07-28";
    expect(backOf({ from })).toEqual({ to: from, page: "repository" });
  });
  it("is the repository for who came by an address", () => {
    for (const state of [null, {}, { from: "/elsewhere" }, { from: "" }]) {
      expect(backOf(state)).toEqual({ to: "/repository", page: "repository" });
    }
  });
});
